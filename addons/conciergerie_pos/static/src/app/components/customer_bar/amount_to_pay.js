import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { patch } from "@web/core/utils/patch";

patch(ProductScreen.prototype, {
    /** On a phone the button to pay says what is left to the customer. */
    get total() {
        const order = this.currentOrder;
        const copay = order?.getCopay();
        return copay?.payers.length
            ? this.env.utils.formatCurrency(order.priceIncl - copay.total)
            : super.total;
    },
});
