import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";

/** Print the note, say that it was handed already, or go back. */
export class NotePopup extends Component {
    static template = "conciergerie_pos.NotePopup";
    static components = { Dialog };
    static props = { amount: String, getPayload: Function, close: Function };

    get text() {
        return _t(
            "From %s of services, the customer gets a note before paying.",
            this.props.amount
        );
    }

    answer(value) {
        this.props.getPayload(value);
        this.props.close();
    }
}
