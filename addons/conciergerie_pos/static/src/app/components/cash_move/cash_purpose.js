import { patch } from "@web/core/utils/patch";
import { _t } from "@web/core/l10n/translation";
import { CashMovePopup } from "@point_of_sale/app/components/popups/cash_move_popup/cash_move_popup";

patch(CashMovePopup.prototype, {
    setup() {
        super.setup(...arguments);
        this.state.purpose = "";
        this.sayTheSense();
    },

    get sense() {
        return this.state.type === "in" ? _t("Cash in") : _t("Cash out");
    },

    /**
     * Core prints and tells “out” in every language: the receipt and the message that
     * follows it say the sense in the cashier's words.
     */
    sayTheSense() {
        const { printer, notification } = this;
        let moved = false;
        this.printer = {
            print: (component, props, options) => {
                moved = true;
                return printer.print(component, { ...props, translatedType: this.sense }, options);
            },
        };
        this.notification = {
            add: (message, options) =>
                moved
                    ? notification.add(this.movedWords, { type: "success" })
                    : notification.add(message, options),
        };
    },

    get movedWords() {
        return _t("%(sense)s of %(amount)s: %(reason)s", {
            sense: this.sense,
            amount: this.format(this.state.amount),
            reason: this.state.reason.trim(),
        });
    },

    /**
     * What cash is moved for; other parts of the till add theirs.
     *
     * @returns {{key: string, label: string, types: string[]}[]}
     */
    get purposes() {
        return [
            { key: "bank", label: _t("Taken to the bank"), types: ["out"] },
            { key: "bank", label: _t("Change from the bank"), types: ["in"] },
            { key: "disbursement", label: _t("Advanced for a customer"), types: ["out"] },
            { key: "", label: _t("Something else"), types: ["in", "out"] },
        ].filter((purpose) => purpose.types.includes(this.state.type));
    },

    /** A purpose proposes its reason; what somebody typed stays. */
    choosePurpose(purpose) {
        const labels = this.purposes.map((each) => each.label);
        this.state.purpose = purpose.key;
        if (!this.state.reason.trim() || labels.includes(this.state.reason)) {
            this.state.reason = purpose.key ? purpose.label : "";
        }
    },

    onClickButton(type) {
        const labels = this.purposes.map((each) => each.label);
        super.onClickButton(...arguments);
        if (labels.includes(this.state.reason)) {
            this.state.reason = "";
        }
        this.state.purpose = "";
    },

    _prepareTryCashInOutPayload() {
        const payload = super._prepareTryCashInOutPayload(...arguments);
        Object.assign(payload[5], { purpose: this.state.purpose });
        return payload;
    },
});
