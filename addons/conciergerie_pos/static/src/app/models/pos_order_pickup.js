import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { patch } from "@web/core/utils/patch";

patch(PosOrder.prototype, {
    /** What is handed over with this ticket, kept across reloads. */
    get pickup() {
        return this.uiState.pickup;
    },

    /** Order lines that this ticket settles, with the quantity of each. */
    get settledQuantities() {
        const quantities = new Map();
        for (const line of this.lines) {
            const id = line.sale_order_line_id?.id;
            if (id) {
                quantities.set(id, (quantities.get(id) || 0) + line.qty);
            }
        }
        return quantities;
    },

    serializeForORM(opts = {}) {
        const data = super.serializeForORM(opts);
        // A draft hands nothing over, and the signature stays here until it is paid.
        if (this.finalized && (this.pickup || this.uiState.settledOffline)) {
            data.conciergerie_pickup = {
                ...this.pickup,
                offline: Boolean(this.uiState.settledOffline),
            };
        }
        return data;
    },
});

patch(PosOrderline.prototype, {
    async setQuantityFromSOL(saleOrderLine) {
        if (saleOrderLine.qty_to_settle !== undefined) {
            // Services are paid as ordered, whether or not they were handed over yet.
            this.setQuantity(saleOrderLine.qty_to_settle);
        } else {
            await super.setQuantityFromSOL(saleOrderLine);
        }
    },
});
