import { patch } from "@web/core/utils/patch";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";

patch(OrderPaymentValidation.prototype, {
    /** Ask a last time for the shares: what is paid now cannot be refused later. */
    async isOrderValid() {
        if (!(await super.isOrderValid(...arguments))) {
            return false;
        }
        const { order } = this;
        // A refund that was opened without network has no share on it yet; who chose to
        // wait for the network is asked again before any money is taken.
        const isAsked = order.givesCopayBack() || order.uiState.copayWaits;
        if (!order.getCopayPayments().length && !isAsked) {
            return true;
        }
        return this.pos.openCopay(order, { isPaying: true });
    },
});
