import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { normalize } from "@web/core/l10n/utils";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { uuidv4 } from "@point_of_sale/utils";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { useAsyncLockedMethod } from "@point_of_sale/app/hooks/hooks";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { TextInputPopup } from "@point_of_sale/app/components/popups/text_input_popup/text_input_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import {
    HandOverForm,
    emptyProof,
    isProven,
} from "@conciergerie_pos/app/components/hand_over_form/hand_over_form";
import { requestScanner } from "@conciergerie_pos/app/utils/scan";

/** Parcels: receive one after the other, hand over with a code or a signature. */
export class ParcelScreen extends Component {
    static template = "conciergerie_pos.ParcelScreen";
    static components = { HandOverForm };
    static props = {};
    static storeOnOrder = false;

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({
            query: "",
            mode: "list",
            form: this.emptyForm(),
            ids: [],
            code: "",
            proof: emptyProof(),
        });
        this.receive = useAsyncLockedMethod(this.receive);
        this.handOver = useAsyncLockedMethod(this.handOver);
        useBarcodeReader(requestScanner((code) => this.onCode(code)));
        onWillStart(() => {
            this.pos.refreshParcels();
        });
    }

    emptyForm(carrier = "", rack = "") {
        return { uuid: uuidv4(), number: "", carrier, rack, partner: null, recipient: "" };
    }

    get waiting() {
        return this.pos.parcels.filter((parcel) => parcel.isWaiting);
    }

    get shown() {
        const words = normalize(this.state.query).split(/\s+/).filter(Boolean);
        return this.waiting
            .filter((parcel) => parcel.matches(words))
            .sort((a, b) => a.recipient.localeCompare(b.recipient));
    }

    /** Those who came before, most often first: one tap instead of typing. */
    get carriers() {
        const counts = new Map();
        for (const parcel of this.pos.parcels.filter((p) => p.carrier)) {
            counts.set(parcel.carrier, (counts.get(parcel.carrier) || 0) + 1);
        }
        return [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a)).slice(0, 4);
    }

    onCode(code) {
        if (this.state.mode === "receive") {
            this.state.form.number = code;
            return;
        }
        const parcel = this.waiting.find((p) => p.number.toUpperCase() === code.toUpperCase());
        if (parcel) {
            this.open(parcel);
        } else {
            this.startReceiving(code);
        }
    }

    startReceiving(number = "") {
        Object.assign(this.state, { mode: "receive", form: this.emptyForm() });
        this.state.form.number = number;
    }

    async choosePerson() {
        const partner = await makeAwaitable(this.dialog, PartnerList, { partner: null });
        if (partner) {
            this.state.form.partner = { id: partner.id, name: partner.name };
        }
    }

    get canReceive() {
        const { number, partner, recipient } = this.state.form;
        return number.trim() && (partner || recipient.trim());
    }

    async receive() {
        const { uuid, number, carrier, rack, partner, recipient } = this.state.form;
        const rows = await this.call("pos_receive", [
            this.pos.config.id,
            {
                uuid,
                number,
                carrier,
                rack,
                partner_id: partner?.id || false,
                recipient: partner ? "" : recipient,
            },
        ]);
        if (rows) {
            const told = rows[0].state === "notified";
            this.notification.add(
                told
                    ? _t("Received. %s gets a message with the code.", rows[0].recipient)
                    : _t("Received. Call %s: no message could leave.", rows[0].recipient),
                { type: told ? "success" : "warning" }
            );
            // The next parcel of the same round.
            this.state.form = this.emptyForm(carrier, rack);
        }
    }

    open(parcel) {
        const same = this.waiting.filter(
            (p) => p.id === parcel.id || (p.raw.partner_id && p.raw.partner_id === parcel.raw.partner_id)
        );
        Object.assign(this.state, {
            mode: "give",
            ids: same.map((p) => p.id),
            code: "",
            proof: emptyProof(),
        });
    }

    get selected() {
        return this.state.ids.map((id) => this.pos.parcels.get(id)).filter(Boolean);
    }

    unselect(parcel) {
        if (this.state.ids.length > 1) {
            this.state.ids = this.state.ids.filter((id) => id !== parcel.id);
        }
    }

    get canGive() {
        return this.state.code.trim() || isProven(this.state.proof);
    }

    async handOver() {
        const rows = await this.call("pos_hand_over_parcels", [
            this.pos.config.id,
            [...this.state.ids],
            { code: this.state.code, ...this.state.proof },
        ]);
        if (rows) {
            this.notification.add(_t("Handed over."), { type: "success" });
            this.back();
        }
    }

    async giveBack() {
        const reason = await makeAwaitable(this.dialog, TextInputPopup, {
            title: _t("Why does it go back to the carrier?"),
            placeholder: _t("Refused by the person"),
        });
        if (reason) {
            const args = [this.pos.config.id, [...this.state.ids], reason];
            if (await this.call("pos_return_parcels", args)) {
                this.back();
            }
        }
    }

    back() {
        Object.assign(this.state, { mode: "list", ids: [], query: "" });
    }

    async call(method, args) {
        try {
            const rows = await this.pos.data.call("conciergerie.parcel", method, args);
            this.pos.applyParcels(rows);
            return rows;
        } catch (error) {
            const offline = error instanceof ConnectionLostError;
            this.dialog.add(AlertDialog, {
                title: offline ? _t("This needs the network") : _t("Not possible"),
                body: offline
                    ? _t("Parcels are received and handed over when the network is back.")
                    : error.data?.message || error.message,
            });
            return undefined;
        }
    }
}

registry.category("pos_pages").add("ParcelScreen", {
    name: "ParcelScreen",
    component: ParcelScreen,
    route: `/pos/ui/${odoo.pos_config_id}/parcels`,
    params: {},
});
