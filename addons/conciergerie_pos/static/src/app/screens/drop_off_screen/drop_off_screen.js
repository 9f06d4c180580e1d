import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { effect } from "@web/core/utils/reactive";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { debounce } from "@web/core/utils/timing";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { formatCurrency } from "@web/core/currency";
import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { uuidv4 } from "@point_of_sale/utils";
import { DropOffLine } from "../../components/drop_off_line/drop_off_line";
import { draftOf, emptyDraft, lineToTake } from "../../utils/drop_off_draft";

const { DateTime } = luxon;
// From three letters on, the server is asked as well.
const MIN_LETTERS = 3;
const MAX_PIECES = 200;

/** Who, what, how many: everything else is proposed. */
export class DropOffScreen extends Component {
    static template = "conciergerie_pos.DropOffScreen";
    static components = { DropOffLine };
    static props = {};
    static storeOnOrder = false;

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.notification = useService("notification");
        this.dialog = useService("dialog");
        this.state = useState(this.emptyState());
        useAutofocus({ refName: "search" });
        useBarcodeReader({
            client: this.onScanPerson,
            product: this.onScanService,
            conciergerie: (code) => this.pos.openPickup({ code: code.code }),
        });
        useHotkey("alt+enter", () => this.finish(false), { bypassEditableProtection: true });
        this.searchMore = debounce(this._searchMore.bind(this), 250);
        onWillStart(() => this.findAgain());
        onWillUnmount(() => {
            this.searchMore.cancel();
            this.revokePhotos();
        });
    }

    emptyState() {
        return emptyDraft(this.pos.getOrder()?.getPartner());
    }

    /** Show what was being typed when the page was left; from now on, keep what is typed. */
    async findAgain() {
        const draft = await this.pos.findTypedDropOff();
        if (draft) {
            Object.assign(this.state, draft, { found: true });
            this.state.lines.forEach((line) => this.propose(line));
        } else {
            await this.resume();
        }
        effect((state) => {
            this.pos.keepTypedDropOff(draftOf(state, this.pos.getOrder()?.getPartner()));
        }, [this.state]);
    }

    /** Come back to what the ticket was about to pay. */
    async resume() {
        const order = this.pos.getOrder();
        const [waiting] = order?.waitingDropOffs || [];
        if (!waiting) {
            return;
        }
        const { uuid, items } = waiting;
        Object.assign(this.state, {
            uuid,
            partner: waiting.partner_id || null,
            name: waiting.partner_id ? "" : waiting.partner_name,
            phone: waiting.partner_id ? "" : waiting.partner_phone,
            isNew: !waiting.partner_id,
            lines: await this.pos.withPhotos(uuid, items),
        });
        this.pos.forgetWaitingDropOff(order, waiting);
    }

    get begun() {
        const date = formatDateTime(DateTime.fromISO(this.state.date), { showSeconds: false });
        return _t("Begun on %s, not taken yet.", date);
    }

    /** Begin again with nothing. */
    forget() {
        this.revokePhotos();
        Object.assign(this.state, this.emptyState());
    }

    revokePhotos() {
        for (const line of this.state.lines) {
            Object.values(line.photos).forEach((photo) => URL.revokeObjectURL(photo.url));
        }
    }

    // ------------------------------------------------------------------
    // Who
    // ------------------------------------------------------------------

    get hasPerson() {
        return Boolean(this.state.partner || (this.state.isNew && this.state.name.trim()));
    }

    onType(text) {
        this.state.text = text;
        if (text.trim().length < MIN_LETTERS) {
            this.state.people = [];
            return;
        }
        this.state.people = this.pos.findKnownPeople(text);
        this.searchMore(text);
    }

    async _searchMore(text) {
        const people = await this.pos.searchPeople(text);
        if (this.state.text === text && !this.state.partner) {
            this.state.people = people;
        }
    }

    onSearchKey(ev) {
        if (ev.key === "Enter" && this.state.people.length) {
            this.choosePerson(this.state.people[0]);
        } else if (ev.key === "Enter" && this.state.text.trim()) {
            this.startNew();
        }
    }

    choosePerson(partner) {
        Object.assign(this.state, { partner, isNew: false, text: "", people: [] });
        this.state.lines.forEach((line) => this.propose(line));
    }

    startNew() {
        const typed = this.state.text.trim();
        const isPhone = /^[+\d\s.()-]+$/.test(typed);
        Object.assign(this.state, {
            isNew: true,
            name: isPhone ? "" : typed,
            phone: isPhone ? typed : "",
            text: "",
            people: [],
        });
    }

    changePerson() {
        Object.assign(this.state, { partner: null, isNew: false, name: "", phone: "" });
    }

    onScanPerson(code) {
        const partner = this.pos.models["res.partner"].getBy("barcode", code.code);
        if (partner) {
            this.choosePerson(partner);
        } else {
            this._scanUnknownPerson(code.code);
        }
    }

    async _scanUnknownPerson(code) {
        const [partner] = await this.pos.searchPeople(code);
        if (partner) {
            this.choosePerson(partner);
        } else {
            this.notification.add(_t("Nobody has the card %s.", code), { type: "warning" });
        }
    }

    // ------------------------------------------------------------------
    // What
    // ------------------------------------------------------------------

    get services() {
        return this.pos.dropOffServices;
    }

    onScanService(code) {
        const product = this.pos.models["product.product"].getBy("barcode", code.base_code);
        if (product?.product_tmpl_id?.is_conciergerie_service) {
            this.addService(product.product_tmpl_id);
        }
    }

    addService(service) {
        const [offer] = this.pos.dropOffOffers(service);
        this.state.lines.push({
            uuid: uuidv4(),
            template_id: service.id,
            product_id: service.product_variant_ids[0].id,
            name: service.display_name,
            is_market: service.is_market,
            quantity: 1,
            piece_count: service.needs_deposit ? Math.max(service.piece_count, 1) : 0,
            piece_notes: [],
            photos: {},
            provider_id: offer?.id || false,
            provider_name: offer?.name || "",
            promised_date: false,
            remarks: "",
            price_told: 0,
        });
        this.propose(this.state.lines.at(-1));
    }

    serviceOf(line) {
        return this.pos.models["product.template"].get(line.template_id);
    }

    offerOf(line, providerId) {
        return this.pos
            .dropOffOffers(this.serviceOf(line))
            ?.find((offer) => offer.id === providerId);
    }

    /** Date and price follow from service, provider, number and person. */
    propose(line) {
        const service = this.serviceOf(line);
        const offer = this.offerOf(line, line.provider_id);
        const proposal = this.pos.proposeDropOffLine(
            service,
            offer,
            line.quantity,
            this.state.partner
        );
        line.price_told = proposal.price;
        if (!line.isDateChosen) {
            line.promised_date = proposal.date;
        }
    }

    changeCount(line, change) {
        const service = this.serviceOf(line);
        if (service.needs_deposit) {
            line.piece_count = Math.min(Math.max(line.piece_count + change, 1), MAX_PIECES);
            if (service.piece_count) {
                line.quantity = Math.ceil(line.piece_count / service.piece_count);
            }
        } else {
            line.quantity = Math.max(line.quantity + change, 1);
        }
        this.propose(line);
    }

    chooseProvider(line, providerId) {
        const offer = this.offerOf(line, providerId);
        Object.assign(line, { provider_id: offer.id, provider_name: offer.name });
        this.propose(line);
    }

    chooseDate(line, day) {
        line.isDateChosen = Boolean(day);
        line.promised_date = day || false;
        this.propose(line);
    }

    async addPhoto(line, number, blob) {
        await this.pos.keepPhoto(this.state.uuid, line.uuid, number, blob);
        line.photos[number] = { url: URL.createObjectURL(blob) };
    }

    removeLine(line) {
        this.state.lines.splice(this.state.lines.indexOf(line), 1);
    }

    get total() {
        return this.state.lines.reduce((sum, line) => sum + line.price_told, 0);
    }

    money(amount) {
        return formatCurrency(amount, this.pos.currency.id);
    }

    // ------------------------------------------------------------------
    // Done
    // ------------------------------------------------------------------

    get missing() {
        if (!this.hasPerson) {
            return _t("Who leaves something? Type three letters of the name.");
        }
        return this.state.lines.length ? "" : _t("For which service? Touch it.");
    }

    get closedDay() {
        const open = new Set(this.pos.dropOffSite.open_days);
        const last = this.pos.dropOffSite.open_days.at(-1);
        return this.state.lines.find(
            (line) =>
                line.isDateChosen &&
                last &&
                line.promised_date <= last &&
                !open.has(line.promised_date)
        );
    }

    async finish(isPaid) {
        if (this.state.busy) {
            return;
        }
        if (this.missing) {
            this.notification.add(this.missing, { type: "warning" });
            return;
        }
        if (this.closedDay) {
            this.notification.add(
                _t("%(site)s is closed on the day chosen for “%(service)s”.", {
                    site: this.pos.dropOffSite.name,
                    service: this.closedDay.name,
                }),
                { type: "warning" }
            );
            return;
        }
        const refusal = isPaid && this.pos.refusedDropOff(this.state.lines);
        if (refusal) {
            this.dialog.add(AlertDialog, refusal);
            return;
        }
        this.state.busy = true;
        try {
            const dropOff = await this.take(isPaid);
            if (isPaid) {
                await this.pos.payDropOff(dropOff);
                await this.pos.keepTypedDropOff(null);
            } else {
                dropOff.update({ shares: await this.pos.sharesOfUnpaidDropOff(dropOff) });
                await this.pos.finishDropOff(dropOff);
                this.notification.add(_t("%s is taken.", dropOff.name), { type: "success" });
                this.leave();
            }
        } finally {
            this.state.busy = false;
        }
    }

    /** Record what is on the screen. */
    async take(isPaid) {
        const { name, phone, isNew } = this.state;
        let partner = this.state.partner;
        if (isNew) {
            partner = await this.pos.takeBeneficiary(name.trim(), phone.trim());
        }
        const dropOff = this.pos.createDropOff({
            uuid: this.state.uuid,
            partner,
            name: name.trim(),
            phone: phone.trim(),
            lines: this.state.lines.map(lineToTake),
            isPaid,
        });
        await this.pos.dropOtherPhotos(dropOff);
        return dropOff;
    }

    async back() {
        if (this.state.lines.length) {
            const leave = await ask(this.dialog, {
                title: _t("Leave this drop-off?"),
                body: _t("What was typed is forgotten."),
                confirmLabel: _t("Leave"),
                cancelLabel: _t("Stay"),
            });
            if (!leave) {
                return;
            }
        }
        this.leave();
    }

    leave() {
        this.forget();
        const page = this.pos.defaultPage;
        this.pos.navigate(page.page, page.params);
    }

    printAgain(dropOff) {
        this.pos.printDropOff(dropOff);
    }
}

registry.category("pos_pages").add("DropOffScreen", {
    name: "DropOffScreen",
    component: DropOffScreen,
    route: `/pos/ui/${odoo.pos_config_id}/drop-off`,
    params: {},
});
