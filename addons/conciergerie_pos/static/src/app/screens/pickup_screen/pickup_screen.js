import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { normalize } from "@web/core/l10n/utils";
import { _t } from "@web/core/l10n/translation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { useAsyncLockedMethod } from "@point_of_sale/app/hooks/hooks";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import {
    HandOverForm,
    emptyProof,
    isProven,
} from "@conciergerie_pos/app/components/hand_over_form/hand_over_form";
import { requestScanner } from "@conciergerie_pos/app/utils/scan";

/** People shown at once: more are found by typing. */
const LIMIT = 40;

/** Find what is ready for somebody, take the money, and hand it over. */
export class PickupScreen extends Component {
    static template = "conciergerie_pos.PickupScreen";
    static components = { HandOverForm };
    static props = {};
    static storeOnOrder = false;

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.search = useRef("search");
        this.state = useState({ query: "", ids: [], taken: {}, proof: emptyProof() });
        this.cover = useState({ of: undefined });
        this.confirm = useAsyncLockedMethod(this.confirm);
        useBarcodeReader(requestScanner((code) => this.onCode(code)));
        onMounted(() => {
            this.start();
            if (!this.ui.isSmall && !this.state.ids.length) {
                this.search.el?.focus();
            }
        });
    }

    /** Once the screen stands: a code that the server refuses would take down the till. */
    async start() {
        const code = this.pos.pickupCode;
        this.pos.pickupCode = "";
        if (code) {
            await this.onCode(code);
        }
        // What is known shows at once; what changed elsewhere comes when it comes.
        this.pos.refreshRequests();
    }

    // ------------------------------------------------------------------
    // Finding
    // ------------------------------------------------------------------

    get words() {
        return normalize(this.state.query).split(/\s+/).filter(Boolean);
    }

    /** Those for whom something is ready or, when one types, anything at all. */
    get people() {
        const typed = this.state.query.trim().length >= 3;
        const people = new Map();
        for (const request of this.pos.requests.filter((r) => r.isWaiting)) {
            if (typed ? !request.matches(this.words) : !request.canLeave) {
                continue;
            }
            const key = request.person_id || `request-${request.id}`;
            if (!people.has(key)) {
                people.set(key, { key, name: request.person || request.reference, requests: [] });
            }
            people.get(key).requests.push(request);
        }
        // Who can take something comes first: a word may be found in a service as well.
        const empty = (person) => !person.requests.some((r) => r.canLeave);
        return [...people.values()]
            .sort((a, b) => empty(a) - empty(b) || a.name.localeCompare(b.name))
            .slice(0, LIMIT);
    }

    summary(person) {
        const ready = person.requests.filter((r) => r.canLeave);
        const racks = [...new Set(ready.flatMap((r) => r.racks))];
        // Where it is, when nothing can be taken.
        const steps = new Set(ready.length ? [] : person.requests.map((r) => this.stepLabel(r)));
        return { ready: ready.length, racks: racks.join(", "), steps: [...steps].join(", ") };
    }

    onSearchKey(ev) {
        const query = this.state.query.trim();
        if (ev.key !== "Enter" || !query) {
            return;
        }
        if (/\d/.test(query)) {
            this.onCode(query);
        } else if (this.people.length === 1) {
            this.selectPerson(this.people[0]);
        }
    }

    async findRequests(code) {
        try {
            return await this.pos.findRequests(code);
        } catch (error) {
            this.dialog.add(AlertDialog, {
                title: _t("Not possible"),
                body: error.data?.message || error.message,
            });
            return [];
        }
    }

    async onCode(code) {
        const found = await this.findRequests(code);
        this.state.query = "";
        if (!found.length) {
            return;
        }
        const [first] = found;
        const piece = first.pieceList.find((p) => p.label === code.toUpperCase());
        if (piece && this.state.ids.includes(first.id) && piece.here) {
            this.scanPiece(first, piece);
            return;
        }
        if (found.every((request) => !request.isWaiting) || (piece && piece.given)) {
            this.sayGone(first, piece);
            return;
        }
        const personId = first.person_id;
        const others = personId
            ? this.pos.requests.filter((r) => r.isWaiting && r.person_id === personId)
            : [];
        const requests = [...new Set([...found.filter((r) => r.isWaiting), ...others])];
        this.select(requests, piece ? new Set([first.id]) : new Set(found.map((r) => r.id)));
    }

    sayGone(request, piece) {
        const what = piece ? piece.label : request.reference;
        this.notification.add(
            request.step === "cancelled"
                ? _t("%s was cancelled and nothing of it is here.", what)
                : _t("%(what)s has already been handed over (%(person)s).", {
                      what,
                      person: request.person || request.service,
                  }),
            { type: "warning" }
        );
    }

    /** The first scan of a label unticks the rest: two of three scanned are two taken. */
    scanPiece(request, piece) {
        if (!this.scanned) {
            this.scanned = new Set();
            for (const id of this.state.ids) {
                this.state.taken[id] = this.pos.requests.get(id).pieceList.length
                    ? []
                    : this.state.taken[id];
            }
        }
        this.scanned.add(piece.id);
        this.state.taken[request.id] = [
            ...new Set([...(this.state.taken[request.id] || []), piece.id]),
        ];
    }

    // ------------------------------------------------------------------
    // Choosing
    // ------------------------------------------------------------------

    selectPerson(person) {
        this.select(person.requests, new Set(person.requests.map((r) => r.id)));
    }

    /** Show requests of somebody, with what is ready of the chosen ones ticked. */
    select(requests, chosen) {
        this.scanned = null;
        const taken = {};
        for (const request of requests) {
            if (chosen.has(request.id) && request.canLeave) {
                taken[request.id] = request.piecesHere.map((piece) => piece.id);
            }
        }
        this.state.ids = requests.map((request) => request.id);
        this.state.taken = taken;
        this.state.proof = emptyProof();
        this.loadCover(requests[0]?.person_id);
    }

    /** Who pays for the person; shown when it comes, nobody waits for it. */
    async loadCover(personId) {
        if (this.cover.of?.partner_id !== personId) {
            this.cover.of = undefined;
        }
        if (personId && this.pos.config.copayMethod) {
            const cover = await this.pos.fetchCopayCover(personId);
            if (cover && this.selected[0]?.person_id === personId) {
                this.cover.of = cover;
            }
        }
    }

    unselect() {
        this.state.ids = [];
        this.state.taken = {};
        this.state.query = "";
    }

    get selected() {
        return this.state.ids
            .map((id) => this.pos.requests.get(id))
            .filter((request) => request && request.isWaiting)
            .sort((a, b) => Number(b.canLeave) - Number(a.canLeave) || a.id - b.id);
    }

    isTaken(request, piece) {
        const pieces = this.state.taken[request.id];
        return Boolean(pieces) && (!piece || pieces.includes(piece.id));
    }

    toggle(request) {
        if (this.state.taken[request.id]) {
            delete this.state.taken[request.id];
        } else if (request.canLeave) {
            this.state.taken[request.id] = request.piecesHere.map((piece) => piece.id);
        }
    }

    togglePiece(request, piece) {
        const pieces = this.state.taken[request.id] || [];
        const left = pieces.includes(piece.id)
            ? pieces.filter((id) => id !== piece.id)
            : [...pieces, piece.id];
        if (left.length) {
            this.state.taken[request.id] = left;
        } else {
            delete this.state.taken[request.id];
        }
    }

    get taken() {
        return new Map(
            this.selected
                .filter((request) => this.state.taken[request.id])
                .map((request) => [request.id, [...this.state.taken[request.id]]])
        );
    }

    get due() {
        return this.pos.computePickupDue(this.selected, this.taken);
    }

    /** What is taken in charge of what is due, where it is known. */
    get copay() {
        const { lines, unknown } = this.due;
        const products = this.pos.models["product.product"];
        return this.pos.previewCopay(this.cover.of, [
            ...lines.map(({ line, amount }) => ({
                product: products.get(line.product),
                price: amount,
                isDownPayment: Boolean(line.down),
            })),
            ...unknown.map((request) => ({
                product: products.get(request.product),
                price: request.price,
            })),
        ]);
    }

    get hasDownPayment() {
        return this.due.lines.some(({ line }) => line.down);
    }

    get invoicesToPay() {
        return [
            ...new Set(
                this.selected
                    .filter((request) => this.isTaken(request) && request.sale?.invoice)
                    .map((request) => request.sale.invoice)
            ),
        ].join(", ");
    }

    get piecesLeave() {
        return [...this.taken.values()].some((pieces) => pieces.length);
    }

    get canConfirm() {
        return this.taken.size > 0 && (!this.piecesLeave || isProven(this.state.proof));
    }

    stepLabel(request) {
        return {
            todo: _t("To do"),
            provider: request.provider || _t("At the provider"),
            ready: _t("Ready"),
            problem: _t("Problem"),
            cancelled: _t("Cancelled: give back"),
        }[request.step];
    }

    priceLabel(request) {
        if (request.mode === "free") {
            return _t("Free");
        }
        if (request.mode === "paid") {
            return _t("Paid");
        }
        if (request.mode === "provider") {
            return _t("Paid to the provider");
        }
        if (request.mode === "none") {
            return this.env.utils.formatCurrency(request.price);
        }
        const { line, unpaid } = request.sale;
        return line.left > 0 && unpaid > 0
            ? this.env.utils.formatCurrency((line.total * line.left) / line.qty)
            : _t("Paid");
    }

    async confirm() {
        const result = await this.pos.pickUp(this.taken, { ...this.state.proof });
        if (result === "done" || result === "kept") {
            this.notification.add(
                result === "done"
                    ? _t("Handed over.")
                    : _t("Handed over. It is sent when the network is back."),
                { type: "success" }
            );
            this.unselect();
        }
    }
}

registry.category("pos_pages").add("PickupScreen", {
    name: "PickupScreen",
    component: PickupScreen,
    route: `/pos/ui/${odoo.pos_config_id}/pickup`,
    params: {},
});
