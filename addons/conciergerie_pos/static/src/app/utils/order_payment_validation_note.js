import { patch } from "@web/core/utils/patch";
import { _t } from "@web/core/l10n/translation";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { NotePopup } from "@conciergerie_pos/app/components/service_note/note_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";

patch(OrderPaymentValidation.prototype, {
    /** From the amount of the settings, the note is handed before the money is taken. */
    async askBeforeValidation() {
        const { order, pos } = this;
        if (order.isNoteDue && !order.is_note_handed) {
            const answer = await makeAwaitable(pos.dialog, NotePopup, {
                amount: pos.env.utils.formatCurrency(order.company.conciergerie_note_threshold),
            });
            if (!answer) {
                return false;
            }
            if (answer === "print") {
                await pos.printNote(order);
                pos.notification.add(_t("Hand the note, then validate the payment."), {
                    type: "info",
                });
                return false;
            }
            order.is_note_handed = true;
        }
        return super.askBeforeValidation(...arguments);
    },
});
