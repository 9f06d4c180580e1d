import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { generateQRCodeDataUrl } from "@point_of_sale/utils";
import { code128DataUrl } from "../../utils/code128";

/** One label for each piece, 57 × 32 mm: on a roll, or cut from a sheet. */
export class PieceLabels extends Component {
    static template = "conciergerie_pos.PieceLabels";
    static props = { dropOff: Object, format: String };

    get pieces() {
        const { dropOff } = this.props;
        return dropOff.items.flatMap((line, i) =>
            dropOff.labels[i].map((label, j) => ({
                label,
                bars: code128DataUrl(label),
                qr: generateQRCodeDataUrl(label),
                person: dropOff.beneficiary,
                service: line.name,
                note: line.piece_notes?.[j] || "",
                day: line.promised_date
                    ? deserializeDate(line.promised_date).toLocaleString({
                          weekday: "short",
                          day: "numeric",
                          month: "short",
                      })
                    : "",
            }))
        );
    }
}
