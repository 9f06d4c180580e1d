import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { patch } from "@web/core/utils/patch";
import { _t } from "@web/core/l10n/translation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";

patch(OrderPaymentValidation.prototype, {
    /** Ask the server, before any money is taken, whether another register was faster. */
    async askBeforeValidation() {
        if ((await super.askBeforeValidation()) === false) {
            return false;
        }
        const quantities = this.order.settledQuantities;
        if (!quantities.size && !this.order.pickup) {
            return true;
        }
        try {
            await this.pos.data.call("pos.order", "pos_check_pickup", [
                this.order.uuid,
                [...quantities],
                this.order.pickup || null,
            ]);
            this.order.uiState.settledOffline = false;
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                // Taken on what the till knows: the server keeps it and tells the manager
                // if somebody else was faster.
                this.order.uiState.settledOffline = true;
                return true;
            }
            if (error instanceof RPCError) {
                this.pos.dialog.add(AlertDialog, {
                    title: _t("Do not take the money"),
                    body: error.data?.message || error.message,
                });
                this.pos.refreshRequests();
                return false;
            }
            throw error;
        }
        return true;
    },

    handleValidationError(error) {
        if (error instanceof ConnectionLostError) {
            // The network went between the question and the sending: the same holds.
            this.order.uiState.settledOffline = true;
        }
        return super.handleValidationError(...arguments);
    },

    async afterOrderValidation() {
        if (this.order.pickup || this.order.settledQuantities.size) {
            this.pos.markTicket(this.order);
        }
        await super.afterOrderValidation(...arguments);
    },
});
