import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    /** A cheque is given back whole, from the drawer, or not: the server asks the same. */
    async askBeforeValidation() {
        const papers = this.order.lines.flatMap(
            (line) => line.refunded_orderline_id?.order_id?.payment_ids || []
        );
        const isHere = (given) =>
            papers.some(
                (paper) =>
                    paper.payment_method_id.id === given.payment_method_id.id &&
                    this.pos.currency.isZero(paper.amount + given.amount)
            );
        const given = this.order.payment_ids.find(
            (payment) =>
                payment.payment_method_id.remittance && payment.amount < 0 && !isHere(payment)
        );
        if (given) {
            this.pos.dialog.add(AlertDialog, {
                title: _t("Refund in cash or by card"),
                body: _t(
                    "“%s” cannot be given back in part, nor once it is deposited: refund in cash or by card, and remove this payment.",
                    given.payment_method_id.name
                ),
            });
            return false;
        }
        return super.askBeforeValidation(...arguments);
    },
});
