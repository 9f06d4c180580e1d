import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

/** What the deposit ticket says of the part of the price that somebody else pays. */
patch(PosStore.prototype, {
    /**
     * Shares of what is paid when it is collected, as they are known now; none without
     * network, or for somebody whom the server has not met.
     */
    async sharesOfUnpaidDropOff(dropOff) {
        const partnerId = dropOff.partner_id?.id;
        if (typeof partnerId !== "number" || !this.config.copayMethod) {
            return [];
        }
        const cover = await this.fetchCopayCover(partnerId);
        const sold = dropOff.items
            .filter((item) => !["referral", "deposit"].includes(this.dropOffMode(item)))
            .map((item) => ({
                product: this.models["product.product"].get(item.product_id),
                price: item.price_told || 0,
            }));
        const { payers } = this.previewCopay(cover, sold);
        return payers.map(({ name, amount }) => ({ name, amount }));
    },

    /** The deal under which a service of a drop-off is sold; false for our own. */
    dropOffMode(item) {
        const product = this.models["product.product"].get(item.product_id);
        const offers = product && this.dropOffOffers(product.product_tmpl_id);
        return offers?.find((offer) => offer.id === item.provider_id)?.mode || false;
    },

    /** Its part of the ticket's shares, of which the payers are told together. */
    sharesOfPaidDropOff(order, dropOff) {
        const { lines, payers } = order.getCopay();
        const amount = order.lines
            .filter((line) => line.drop_off_uuid === dropOff.uuid)
            .reduce((sum, line) => sum + (lines[line.uuid] || 0), 0);
        if (this.currency.isZero(amount)) {
            return [];
        }
        const name = payers.map((payer) => payer.name).join(", ");
        return [{ name, amount: this.currency.round(amount) }];
    },
});
