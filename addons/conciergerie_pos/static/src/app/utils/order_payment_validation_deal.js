import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { patch } from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    /** What cannot be sold is not paid; the server asks the same. */
    async askBeforeValidation() {
        const refusal = this.pos.refusedDeal(this.order);
        if (refusal) {
            this.pos.dialog.add(AlertDialog, refusal);
            return false;
        }
        return super.askBeforeValidation(...arguments);
    },
});
