import { Component } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { ClosePosPopup } from "@point_of_sale/app/components/popups/closing_popup/closing_popup";

/** What was sold and how it was paid, before the till is closed. */
export class ClosingSummary extends Component {
    static template = "conciergerie_pos.ClosingSummary";
    static props = { sections: Array };

    isNegative(amount) {
        return amount < 0;
    }
}

ClosePosPopup.components = { ...ClosePosPopup.components, ClosingSummary };
ClosePosPopup.props = [...ClosePosPopup.props, "conciergerie_summary?"];

patch(ClosePosPopup.prototype, {
    /** The summary on paper, of the session as it stands. */
    async downloadClosingSummary() {
        return this.report.doAction("conciergerie_pos.action_report_closing", [
            this.pos.session.id,
        ]);
    },
});
