import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate } from "@web/core/l10n/dates";
import { generateQRCodeDataUrl } from "@point_of_sale/utils";
import { code128DataUrl } from "../../utils/code128";

/** What the person keeps: no receipt, and printed without network. */
export class DepositTicket extends Component {
    static template = "conciergerie_pos.DepositTicket";
    static props = {
        dropOff: Object,
        photos: { type: Object, optional: true },
        site: Object,
        company: Object,
    };

    get lines() {
        const { dropOff, photos = {} } = this.props;
        return dropOff.items.map((line, i) => ({
            ...line,
            pieces: dropOff.labels[i].map((label, j) => ({
                label,
                note: line.piece_notes?.[j] || "",
                photo: photos[`${line.uuid},${j + 1}`],
            })),
        }));
    }

    get bars() {
        return code128DataUrl(this.props.dropOff.name);
    }

    get link() {
        return generateQRCodeDataUrl(
            `${this.props.site.tracking_url}/depot/${this.props.dropOff.uuid}`
        );
    }

    get taken() {
        return this.props.dropOff.taken_date.toLocaleString(luxon.DateTime.DATETIME_SHORT);
    }

    day(iso) {
        return iso
            ? deserializeDate(iso).toLocaleString({ weekday: "long", day: "numeric", month: "long" })
            : "";
    }

    money(amount) {
        return formatCurrency(amount, this.props.company.currency_id.id);
    }
}
