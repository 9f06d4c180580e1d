import { Component, useEffect } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";

const { DateTime } = luxon;

/** The customer of the order at a glance: phone, what waits, who pays, until when. */
export class CustomerBar extends Component {
    static template = "conciergerie_pos.CustomerBar";
    static props = { order: Object, short: { type: Boolean, optional: true } };
    static defaultProps = { short: false };

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        useEffect(
            () => {
                if (!this.props.order.getCopayCover()) {
                    this.pos.loadCopayCover(this.props.order);
                }
            },
            () => [this.props.order.uuid, this.props.order.partner_id?.id]
        );
    }

    get partner() {
        return this.props.order.partner_id;
    }

    get ready() {
        return this.pos.requests.filter((r) => r.person_id === this.partner.id && r.canLeave);
    }

    get parcels() {
        return this.pos.parcels.filter(
            (parcel) => parcel.isWaiting && parcel.partner_id?.id === this.partner.id
        );
    }

    /** What is known of the person: of now, or from memory where there is no network. */
    get cover() {
        return this.pos.knownCover(this.props.order);
    }

    /** Who pays and how much is left, rule by rule; above the products there is no room. */
    get conventions() {
        const cover = !this.props.short && this.props.order.getCopayCover();
        return (cover && cover.conventions) || [];
    }

    get until() {
        return this.cover?.until && formatDate(deserializeDate(this.cover.until));
    }

    get knownAt() {
        const at = this.cover?.at;
        return at && DateTime.fromMillis(at).toLocaleString(DateTime.DATETIME_SHORT);
    }

    get words() {
        return {
            ready: _t("Ready: %s", this.ready.length),
            parcels: _t("Parcels: %s", this.parcels.length),
            until: _t("Member until %s", this.until),
            knownAt: _t("as known on %s", this.knownAt),
        };
    }

    left(payer) {
        if (payer.left === null) {
            return payer.name;
        }
        const amount = this.env.utils.formatCurrency(payer.left);
        return _t("%(payer)s: %(amount)s left", { payer: payer.name, amount });
    }

    money(amount) {
        return this.env.utils.formatCurrency(Math.max(amount, 0));
    }

    openReady() {
        this.pos.openPickup({ code: this.ready[0].reference });
    }
}

ProductScreen.components = { ...ProductScreen.components, CustomerBar };
