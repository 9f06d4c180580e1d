import { OrderDisplay } from "@point_of_sale/app/components/order_display/order_display";
import { Orderline } from "@point_of_sale/app/components/orderline/orderline";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { formatCurrency } from "@web/core/currency";
import { patch } from "@web/core/utils/patch";
import { collectedBySeller, linesBySeller } from "@conciergerie_pos/app/utils/deals";

patch(Orderline.prototype, {
    get leftToProvider() {
        return formatCurrency(this.line.leftToProvider, this.line.currency.id);
    },
});

patch(OrderDisplay.prototype, {
    /** On the receipt, what is sold in a provider's name stands apart (case B10). */
    get comboSortedLines() {
        const lines = super.comboSortedLines;
        return this.props.mode === "receipt" ? linesBySeller(lines) : lines;
    },
});

patch(OrderReceipt.prototype, {
    /** What the ticket collects, or gives back, in the name of each provider. */
    get collectedForSellers() {
        return collectedBySeller(this.order.lines, this.order.orderSign);
    },
});
