import { onWillUnmount, useEffect } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";

patch(PaymentScreen.prototype, {
    setup() {
        super.setup(...arguments);
        // Nobody takes a share by hand: the server says what it is.
        this.payment_methods_from_config = this.payment_methods_from_config.filter(
            (method) => !method.is_copay
        );
        const order = this.currentOrder;
        useEffect(
            () => {
                // What was decided for one person says nothing of the next.
                order.uiState.copayDeclined = false;
                this.pos.openCopay(order);
            },
            () => [order.partner_id?.id]
        );
        onWillUnmount(() => this.pos.leaveCopay(order));
    },

    get dueFromCustomer() {
        const order = this.currentOrder;
        return order.currency.round(order.totalDue - order.getCopay().total);
    },

    deletePaymentLine(uuid) {
        const line = this.paymentLines.find((line) => line.uuid === uuid);
        if (!line?.payment_method_id.is_copay) {
            super.deletePaymentLine(...arguments);
        }
    },

    selectPaymentLine(uuid) {
        const line = this.paymentLines.find((line) => line.uuid === uuid);
        if (!line?.payment_method_id.is_copay) {
            super.selectPaymentLine(...arguments);
        }
    },

    updateSelectedPaymentline() {
        const lines = this.paymentLines;
        if (lines.length && lines.every((line) => line.payment_method_id.is_copay)) {
            // As core does where there is no payment yet: figures begin the first one.
            this.currentOrder.addPaymentline(this.payment_methods_from_config[0]);
        }
        return super.updateSelectedPaymentline(...arguments);
    },
});
