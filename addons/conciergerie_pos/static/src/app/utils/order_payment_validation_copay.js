import { patch } from "@web/core/utils/patch";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";

patch(OrderPaymentValidation.prototype, {
    /** Ask a last time for the shares: what is paid now cannot be refused later. */
    async isOrderValid() {
        if (!(await super.isOrderValid(...arguments))) {
            return false;
        }
        // Who chose to wait for the network is asked again before any money is taken.
        if (!this.order.getCopayPayments().length && !this.order.uiState.copayWaits) {
            return true;
        }
        return this.pos.openCopay(this.order, { isPaying: true });
    },
});
