import { Component, useState } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";
import { Dialog } from "@web/core/dialog/dialog";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { PaymentScreenPaymentLines } from "@point_of_sale/app/screens/payment_screen/payment_lines/payment_lines";

/** Number, bank and drawer of a cheque or voucher, for the deposit slip. */
export class PaperDetailsPopup extends Component {
    static template = "conciergerie_pos.PaperDetailsPopup";
    static components = { Dialog };
    static props = { payment: Object, getPayload: Function, close: Function };

    setup() {
        const { payment } = this.props;
        this.state = useState({
            number: payment.payment_ref_no || "",
            bank: payment.payment_method_issuer_bank || "",
            drawer: payment.cardholder_name || payment.pos_order_id.partner_id?.name || "",
        });
    }

    get isCheque() {
        return this.props.payment.payment_method_id.remittance === "cheque";
    }

    confirm() {
        this.props.getPayload({ ...this.state });
        this.props.close();
    }
}

patch(PaymentScreenPaymentLines.prototype, {
    setup() {
        super.setup?.(...arguments);
        this.paperDialog = useService("dialog");
    },

    paperSummary(payment) {
        return [
            payment.payment_ref_no,
            payment.payment_method_issuer_bank,
            payment.cardholder_name,
        ]
            .filter(Boolean)
            .join(" · ");
    },

    async editPaper(payment) {
        const details = await makeAwaitable(this.paperDialog, PaperDetailsPopup, { payment });
        if (details) {
            payment.update({
                payment_ref_no: details.number.trim(),
                payment_method_issuer_bank: details.bank.trim(),
                cardholder_name: details.drawer.trim(),
            });
        }
    },
});
