import { PosStore } from "@point_of_sale/app/services/pos_store";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { NumberPopup } from "@point_of_sale/app/components/popups/number_popup/number_popup";
import { SelectionPopup } from "@point_of_sale/app/components/popups/selection_popup/selection_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { parseFloat } from "@web/views/fields/parsers";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { offersOf, proposedOffer } from "@conciergerie_pos/app/utils/deals";

patch(PosStore.prototype, {
    async afterProcessServerData() {
        await this.loadMissingProviders();
        return super.afterProcessServerData(...arguments);
    },
    /** A provider that became one after this device had loaded its contacts. */
    async loadMissingProviders() {
        const ids = Object.keys(this.config._conciergerie_providers || {}).map(Number);
        const missing = ids.filter((id) => !this.models["res.partner"].get(id));
        if (missing.length && !this.data.network.offline) {
            await this.data.read("res.partner", missing);
        }
    },
    async addLineToOrder(vals, order, opts = {}, configure = true) {
        const template =
            typeof vals.product_tmpl_id === "number"
                ? this.models["product.template"].get(vals.product_tmpl_id)
                : vals.product_tmpl_id;
        if (template) {
            Object.assign(vals, this._dealValues(template, vals));
            if (template.is_disbursement && !template.list_price && !("price_unit" in vals)) {
                const amount = await this.askAdvancedAmount(template);
                if (!amount) {
                    return;
                }
                // No price of ours was changed: the line has never had another one.
                Object.assign(vals, {
                    price_unit: amount,
                    advanced_amount: amount,
                    price_type: "automatic",
                });
            }
        }
        return super.addLineToOrder(vals, order, opts, configure);
    },
    /**
     * Who does a service of a new line and under which deal: the one asked for, the
     * order's, else the one proposed.
     */
    _dealValues(template, vals) {
        const soLine = vals.sale_order_line_id;
        if (soLine?.provider_id) {
            const values = { provider_id: soLine.provider_id, deal_mode: soLine.deal_mode };
            return soLine.deal_mode === "mandate" ? { ...values, tax_ids: [] } : values;
        }
        const product = vals.product_id || template.product_variant_ids[0];
        const offers = offersOf(this.config._conciergerie_offers, template.id, product?.id);
        const asked = vals.provider_id?.id || vals.provider_id;
        const offer = asked
            ? offers.find((o) => o.provider === asked)
            : proposedOffer(offers, this.config._conciergerie_providers);
        const provider = offer && this.models["res.partner"].get(offer.provider);
        if (!provider) {
            return {};
        }
        const values = { provider_id: provider, deal_mode: offer.mode };
        if (offer.mode === "mandate") {
            values.tax_ids = [];
        }
        return values;
    },
    /** Ask what was advanced for the customer, as the supplier's document says it. */
    async askAdvancedAmount(template) {
        const amount = await makeAwaitable(this.dialog, NumberPopup, {
            title: template.display_name,
            subtitle: _t("Amount advanced, as on the supplier's document"),
            formatDisplayedValue: (value) => value,
        });
        return amount ? parseFloat(amount) : false;
    },
    /** Let the cashier choose who does the service of a line. */
    async selectProvider(line) {
        const providers = this.config._conciergerie_providers;
        const partner = await makeAwaitable(this.dialog, SelectionPopup, {
            title: _t("Who does “%s”?", line.product_id.display_name),
            list: line.providerOffers.map((offer) => ({
                id: offer.provider,
                label: providers[offer.provider]?.name,
                description: this.whyNotSold(offer),
                isSelected: offer.provider === line.provider_id?.id,
                item: this.models["res.partner"].get(offer.provider),
            })),
        });
        if (partner) {
            line.setProvider(partner);
        }
    },
    /** What keeps a service of this provider from being sold, in a few words. */
    whyNotSold(offer) {
        const blocked = this.config._conciergerie_providers[offer.provider]?.blocked;
        if (!offer.mode) {
            return _t("No running agreement");
        }
        return blocked ? _t("Missing or run out: %s", blocked) : "";
    },
    async downPaymentSO(saleOrder) {
        const mandate = saleOrder.order_line.find((line) => line.deal_mode === "mandate");
        if (mandate) {
            this.dialog.add(AlertDialog, {
                title: _t("No down payment on this order"),
                body: _t(
                    "“%(line)s” is sold in the name of %(provider)s, and its price is the provider's. Settle the order instead.",
                    {
                        line: mandate.product_id?.display_name || mandate.name,
                        provider: mandate.provider_id?.name || "",
                    }
                ),
            });
            return;
        }
        return super.downPaymentSO(...arguments);
    },
});
