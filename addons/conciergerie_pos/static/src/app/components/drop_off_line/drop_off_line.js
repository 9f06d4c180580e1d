import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { shrinkPhoto } from "../../utils/photo";

/** One service of a drop-off: how many things, by whom, for when. */
export class DropOffLine extends Component {
    static template = "conciergerie_pos.DropOffLine";
    static props = {
        line: Object,
        service: Object,
        onCount: Function,
        onProvider: Function,
        onDate: Function,
        onPhoto: Function,
        onRemove: Function,
    };

    setup() {
        this.pos = usePos();
        this.notification = useService("notification");
        this.state = useState({ isOpen: false, photoNumber: 1 });
        this.camera = useRef("camera");
        // Who opens the remarks types them: without this the keys go to the scanner.
        useAutofocus({ refName: "remarks", mobile: true });
        const root = useRef("root");
        // On a phone it stands above the services, where the tap was.
        onMounted(() => root.el?.scrollIntoView({ block: "nearest" }));
    }

    get count() {
        const { line, service } = this.props;
        return service.needs_deposit ? line.piece_count : line.quantity;
    }

    get offers() {
        return this.pos.dropOffOffers(this.props.service) || [];
    }

    get offer() {
        return this.offers.find((offer) => offer.id === this.props.line.provider_id);
    }

    /** What its provider lacks to be given work. */
    get blocked() {
        return this.offer?.blocked;
    }

    /** Without an agreement it is taken, and not paid before the hand-over. */
    get isWithoutAgreement() {
        return Boolean(this.offer && !this.offer.mode);
    }

    get payLaterWords() {
        return _t(
            "No running agreement with %s covers this: it is paid at the hand-over, not now.",
            this.props.line.provider_name
        );
    }

    get countWord() {
        if (!this.props.service.needs_deposit) {
            return _t("times");
        }
        return this.count > 1 ? _t("pieces") : _t("piece");
    }

    get numbers() {
        return Array.from({ length: this.props.line.piece_count }, (_, i) => i + 1);
    }

    get price() {
        return formatCurrency(this.props.line.price_told, this.pos.currency.id);
    }

    get photoCount() {
        return this.numbers.filter((number) => this.props.line.photos[number]).length;
    }

    get today() {
        return luxon.DateTime.now().toISODate();
    }

    /** What a list holds is text; a template knows no function of JavaScript's own. */
    chooseProvider(id) {
        this.props.onProvider(Number(id));
    }

    /** The next piece without a photo, or the one that was asked for. */
    takePhoto(number) {
        const { photos } = this.props.line;
        this.state.photoNumber = number || this.numbers.find((one) => !photos[one]) || 1;
        this.camera.el.click();
    }

    async onPhoto(ev) {
        const [file] = ev.target.files;
        ev.target.value = "";
        if (!file) {
            return;
        }
        try {
            const blob = await shrinkPhoto(file);
            await this.props.onPhoto(this.state.photoNumber, blob);
        } catch {
            this.notification.add(_t("This photo cannot be read: take another one."), {
                type: "warning",
            });
        }
    }
}
