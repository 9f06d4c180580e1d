import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { rememberCover, rememberedCover } from "@conciergerie_pos/app/utils/known_cover";

patch(PosStore.prototype, {
    /** Remember what a customer was entitled to, to be read without network. */
    async loadCopayCover(order) {
        await super.loadCopayCover?.(...arguments);
        const cover = order.uiState.copayCover;
        if (cover?.partner_id) {
            rememberCover(this.config.id, cover);
        }
    },

    /**
     * What is known of the customer of an order: asked for now, or some time ago.
     *
     * @returns {{until: string, payers: {name: string, left: number|null}[], at: string}}
     *      `at` is empty where it was asked for now; null where nothing is known
     */
    knownCover(order) {
        const partnerId = order.partner_id?.id;
        return rememberedCover(this.config.id, partnerId, order.uiState.copayCover);
    },
});
