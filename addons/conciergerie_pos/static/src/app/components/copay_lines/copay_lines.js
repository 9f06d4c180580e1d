import { patch } from "@web/core/utils/patch";
import { formatCurrency } from "@web/core/currency";
import { Orderline } from "@point_of_sale/app/components/orderline/orderline";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";

patch(Orderline.prototype, {
    get lineScreenValues() {
        const values = super.lineScreenValues;
        const { line } = this;
        const amount = line.order_id?.getCopay?.().lines[line.uuid];
        return {
            ...values,
            copay:
                amount && !this.props.basic_receipt && formatCurrency(-amount, line.currency.id),
        };
    },
});

patch(OrderReceipt.prototype, {
    /** Shares are above the payments: they are what the customer does not pay. */
    get paymentLines() {
        return super.paymentLines.filter((line) => !line.payment_method_id?.is_copay);
    },
});
