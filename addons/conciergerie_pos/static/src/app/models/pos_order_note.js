import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { noteIsDue, serviceTotal } from "@conciergerie_pos/app/utils/note_rules";

patch(PosOrder.prototype, {
    /** The lines that are services to the customer. */
    get noteLines() {
        const special = this.config._pos_special_products_ids || [];
        const sold = this.lines.filter((line) => !line.refunded_orderline_id);
        return sold.map((line) => {
            const template = line.product_id.product_tmpl_id;
            return {
                isService:
                    template.type === "service" &&
                    !template.membership &&
                    !template.is_disbursement &&
                    !special.includes(line.product_id.id),
                priceIncl: line.priceIncl,
            };
        });
    },

    get hasService() {
        return serviceTotal(this.noteLines) > 0;
    },

    /** Whether the customer gets a note before she pays, case B5. */
    get isNoteDue() {
        return noteIsDue(
            serviceTotal(this.noteLines),
            this.company.conciergerie_note_threshold
        );
    },
});
