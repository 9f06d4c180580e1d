import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { patch } from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    /** The ticket is paid, sent or not: the things that it pays for are taken. */
    async afterOrderValidation() {
        // First: without network, core stops halfway on a ticket that the server knows.
        await this.pos.finishPaidDropOffs(this.order);
        return super.afterOrderValidation(...arguments);
    },
});
