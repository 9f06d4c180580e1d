import { patch } from "@web/core/utils/patch";
import { formatCurrency } from "@web/core/currency";
import { Orderline } from "@point_of_sale/app/components/orderline/orderline";
import { _t } from "@web/core/l10n/translation";
import { ReceiptScreen } from "@point_of_sale/app/screens/receipt_screen/receipt_screen";
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

patch(ReceiptScreen.prototype, {
    /** What the customer paid, and what somebody else owes of the ticket. */
    get orderAmountPlusTip() {
        const order = this.currentOrder;
        const { payers, total } = order.getCopay();
        if (!payers.length) {
            return super.orderAmountPlusTip;
        }
        const money = (amount) => this.env.utils.formatCurrency(amount);
        return _t("%(amount)s · taken in charge: %(share)s", {
            amount: money(order.priceIncl - total),
            share: money(total),
        });
    },
});
