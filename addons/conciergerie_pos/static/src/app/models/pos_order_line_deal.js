import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { patch } from "@web/core/utils/patch";
import { depositOf, offersOf } from "@conciergerie_pos/app/utils/deals";

patch(PosOrderline.prototype, {
    get providerOffers() {
        return offersOf(
            this.config._conciergerie_offers,
            this.product_id.product_tmpl_id.id,
            this.product_id.id
        );
    },
    get providerOffer() {
        return this.providerOffers.find((offer) => offer.provider === this.provider_id?.id);
    },
    /** Who does the service; what is given back keeps who did it. */
    get doneBy() {
        return this.refunded_orderline_id?.provider_id || this.provider_id;
    },
    get dealMode() {
        return this.refunded_orderline_id?.deal_mode || this.deal_mode || false;
    },
    /** In whose name the line is sold, false for our own sales. */
    get seller() {
        return this.dealMode === "mandate" ? this.doneBy : false;
    },
    get sellerId() {
        return this.seller ? this.seller.id : false;
    },
    /** First line of its seller on the receipt, which bears the heading. */
    get isFirstOfSeller() {
        return (
            this.sellerId &&
            this.order_id.lines.find((line) => line.sellerId === this.sellerId)?.uuid === this.uuid
        );
    },
    /** What the customer still owes the provider, who takes it itself. */
    get leftToProvider() {
        if (this.dealMode !== "deposit") {
            return 0;
        }
        const price = this.refunded_orderline_id?.service_price_unit || this.service_price_unit;
        return this.currency.round((price - this.price_unit) * this.qty);
    },
    get isRelayed() {
        return this.providerOffers.length > 0 && !this.refunded_orderline_id;
    },
    /**
     * Give the line its provider: the deal decides on taxes and price.
     *
     * @param {Object} partner
     */
    setProvider(partner) {
        this.order_id.assertEditable();
        const price = this.service_price_unit || this.price_unit;
        this.provider_id = partner;
        this.deal_mode = this.providerOffer?.mode || false;
        this.service_price_unit = 0;
        const template = this.product_id.product_tmpl_id;
        const taxes = this.deal_mode === "mandate" ? [] : template.taxes_id;
        this.tax_ids = [["set", ...taxes]];
        this.setUnitPrice(this.deal_mode === "referral" ? 0 : price);
    },
    setUnitPrice(price) {
        super.setUnitPrice(price);
        if (this.refunded_orderline_id) {
            return;
        }
        const template = this.product_id.product_tmpl_id;
        if (this.deal_mode === "deposit" && this.providerOffer && !this.sale_order_line_id) {
            this.service_price_unit = this.price_unit;
            this.price_unit = depositOf(this.providerOffer, this.price_unit, (amount) =>
                this.currency.round(amount)
            );
        } else if (this.deal_mode === "referral" && this.price_type === "original") {
            this.price_unit = 0;
        } else if (template.is_disbursement && !template.list_price) {
            this.advanced_amount = this.advanced_amount || this.price_unit;
            // The French till would strike out an old price of 0.00: there was none.
            this.price_type = "automatic";
        }
    },
    canBeMergedWith(orderline) {
        return (
            this.provider_id?.id === orderline.provider_id?.id &&
            this.deal_mode === orderline.deal_mode &&
            !this.product_id.product_tmpl_id.is_disbursement &&
            super.canBeMergedWith(...arguments)
        );
    },
});
