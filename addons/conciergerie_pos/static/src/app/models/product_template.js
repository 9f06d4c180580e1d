import { ProductTemplate } from "@point_of_sale/app/models/product_template";
import { patch } from "@web/core/utils/patch";

/** What `_prepare_pos_traits` tells of a product under one key; 0 for a plain one. */
patch(ProductTemplate.prototype, {
    get traits() {
        return this._traits || {};
    },
    get is_conciergerie_service() {
        return Boolean(this.traits.service);
    },
    get is_market() {
        return !this.traits.free;
    },
    get needs_deposit() {
        return Boolean(this.traits.deposit);
    },
    get piece_count() {
        return this.traits.pieces || 0;
    },
    get lead_days() {
        return this.traits.days || 0;
    },
    get membership() {
        return Boolean(this.traits.member);
    },
    get is_disbursement() {
        return Boolean(this.traits.disbursement);
    },
});
