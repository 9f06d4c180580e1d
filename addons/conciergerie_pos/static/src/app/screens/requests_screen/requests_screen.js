import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { normalize } from "@web/core/l10n/utils";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { useAsyncLockedMethod } from "@point_of_sale/app/hooks/hooks";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { TextInputPopup } from "@point_of_sale/app/components/popups/text_input_popup/text_input_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { requestScanner } from "@conciergerie_pos/app/utils/scan";

const LIMIT = 100;

/** What is to be done today, and a provider's delivery in one scan after the other. */
export class RequestsScreen extends Component {
    static template = "conciergerie_pos.RequestsScreen";
    static props = {};
    static storeOnOrder = false;

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({
            tab: "",
            query: "",
            receiving: false,
            scan: "",
            rack: "",
            pieces: [],
            told: "",
        });
        this.change = useAsyncLockedMethod(this.change);
        this.receive = useAsyncLockedMethod(this.receive);
        useBarcodeReader(requestScanner((code) => this.onCode(code)));
        onWillStart(() => {
            this.pos.refreshRequests();
            this.state.tab = this.tabs.find((tab) => tab.requests.length)?.key || "today";
        });
    }

    get tabs() {
        const open = this.pos.requests.filter((request) => request.isOpen);
        const step = (name) => open.filter((request) => request.step === name);
        return [
            { key: "late", label: _t("Late"), requests: open.filter((r) => r.isLate) },
            { key: "today", label: _t("Due today"), requests: open.filter((r) => r.isDueToday) },
            { key: "todo", label: _t("To do"), requests: step("todo") },
            { key: "provider", label: _t("At the provider"), requests: step("provider") },
            { key: "ready", label: _t("Ready"), requests: step("ready") },
            { key: "problem", label: _t("Problem"), requests: step("problem") },
        ];
    }

    get shown() {
        const words = normalize(this.state.query).split(/\s+/).filter(Boolean);
        const found = words.length
            ? this.pos.requests.filter((r) => r.isOpen && r.matches(words))
            : this.tabs.find((tab) => tab.key === this.state.tab).requests;
        const date = (request) => request.promised?.toMillis() || Infinity;
        return [...found].sort((a, b) => date(a) - date(b)).slice(0, LIMIT);
    }

    dateLabel(request) {
        return request.promised?.toLocaleString({ day: "2-digit", month: "2-digit" }) || "";
    }

    /** What a tap does next: only what base may accept from this step. */
    actions(request) {
        const send = { method: "pos_send_to_provider", label: _t("To the provider") };
        const ready = { method: "pos_mark_ready", label: _t("Ready") };
        const away = request.pieceList.some((piece) => piece.holder === "provider");
        switch (request.step) {
            case "todo":
                return request.provider ? [send] : [ready];
            case "provider":
                return away ? [{ receive: true, label: _t("Received") }] : [ready];
            case "problem":
                return [{ method: "pos_resume", label: _t("Solved") }];
            case "ready":
                return [{ pickup: true, label: _t("Hand over") }];
        }
        return [];
    }

    async act(request, action) {
        if (action.pickup) {
            this.pos.openPickup({ code: request.reference });
        } else if (action.receive) {
            const ids = request.pieceList.filter((p) => p.holder === "provider").map((p) => p.id);
            await this.change("pos_receive_pieces", [ids]);
        } else {
            await this.change(action.method, [[request.id]]);
        }
    }

    async reportProblem(request) {
        const reason = await makeAwaitable(this.dialog, TextInputPopup, {
            title: _t("What is the problem with %s?", request.reference),
            placeholder: _t("A stain that does not go away"),
            rows: 3,
        });
        if (reason) {
            await this.change("pos_report_problem", [[request.id], reason]);
        }
    }

    /** One call for one transition; a step changes with the network only. */
    async change(method, args) {
        try {
            return await this.pos.changeRequests(method, args);
        } catch (error) {
            this.dialog.add(AlertDialog, {
                title:
                    error instanceof ConnectionLostError
                        ? _t("This needs the network")
                        : _t("Not possible"),
                body:
                    error instanceof ConnectionLostError
                        ? _t("Steps are changed when the network is back.")
                        : error.data?.message || error.message,
            });
            return undefined;
        }
    }

    // ------------------------------------------------------------------
    // A provider's delivery
    // ------------------------------------------------------------------

    startReceiving() {
        Object.assign(this.state, { receiving: true, pieces: [], scan: "", rack: "", told: "" });
    }

    onScanKey(ev) {
        if (ev.key === "Enter" && this.state.scan.trim()) {
            this.onCode(this.state.scan.trim());
            this.state.scan = "";
        }
    }

    async onCode(code) {
        if (this.state.receiving) {
            await this.takeFromDelivery(code);
            return;
        }
        const [request] = await this.pos.findRequests(code);
        if (request) {
            this.state.query = request.reference;
        }
    }

    /** Add what a label stands for; what it is not is told above the list, in no field's way. */
    async takeFromDelivery(code) {
        const label = code.toUpperCase();
        this.state.told = "";
        const [request] = await this.findDelivered(code);
        if (!request) {
            return;
        }
        const scanned = request.pieceList.filter((piece) => piece.label === label);
        // The ticket of a request stands for all its pieces.
        const pieces = (scanned.length ? scanned : request.pieceList).filter(
            (piece) => piece.holder === "provider"
        );
        if (!pieces.length) {
            this.state.told = _t("%(code)s is not expected from a provider (%(person)s).", {
                code: label,
                person: request.person || request.service,
            });
            return;
        }
        for (const piece of pieces) {
            if (!this.state.pieces.some((p) => p.id === piece.id)) {
                this.state.pieces.push({
                    id: piece.id,
                    label: piece.label,
                    person: request.person,
                    provider: request.provider,
                });
            }
        }
    }

    /** Requests of a code that a delivery brings, or none and why. */
    async findDelivered(code) {
        let found = [];
        try {
            found = await this.pos.findRequests(code);
        } catch (error) {
            if (error.exceptionName !== "odoo.exceptions.UserError") {
                throw error;
            }
        }
        if (!found.length && !this.pos.isOffline) {
            this.state.told = _t(
                "No piece is labelled “%s”. Scan the label again or type what it says; if it is not ours, give it back to the provider.",
                code
            );
        }
        return found;
    }

    get receiveLabel() {
        return _t("Receive (%s)", this.state.pieces.length);
    }

    removePiece(piece) {
        this.state.pieces = this.state.pieces.filter((p) => p.id !== piece.id);
    }

    async receive() {
        const ids = this.state.pieces.map((piece) => piece.id);
        const requests = await this.change("pos_receive_pieces", [ids, this.state.rack]);
        if (requests) {
            const ready = requests.filter((request) => request.step === "ready").length;
            this.notification.add(
                _t("Pieces received: %(pieces)s. Requests ready: %(ready)s.", {
                    pieces: ids.length,
                    ready,
                }),
                { type: "success" }
            );
            this.state.receiving = false;
        }
    }
}

registry.category("pos_pages").add("RequestsScreen", {
    name: "RequestsScreen",
    component: RequestsScreen,
    route: `/pos/ui/${odoo.pos_config_id}/requests`,
    params: {},
});
