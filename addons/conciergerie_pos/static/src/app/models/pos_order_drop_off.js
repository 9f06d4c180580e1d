import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";

patch(PosOrder.prototype, {
    /** What was left, and waits for this ticket to be paid. */
    get waitingDropOffs() {
        const uuids = new Set(this.lines.map((line) => line.drop_off_uuid).filter(Boolean));
        return this.models["conciergerie.drop.off"].filter(
            (dropOff) => uuids.has(dropOff.uuid) && dropOff.state === "waiting"
        );
    },

    serializeForORM(opts = {}) {
        const data = super.serializeForORM(opts);
        // Saved, the ticket may be paid at another till.
        if (!this.finalized && this.waitingDropOffs.length) {
            data.conciergerie_drop_offs = this.waitingDropOffs.map((one) => one.toPayload());
        }
        return data;
    },
});
