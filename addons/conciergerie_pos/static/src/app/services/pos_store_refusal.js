import { PosStore } from "@point_of_sale/app/services/pos_store";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { whyRefused } from "@conciergerie_pos/app/utils/deals";

/** What cannot be sold, said before anybody takes money. */
patch(PosStore.prototype, {
    /** The customer's card has paid by the time the payment is validated: ask earlier. */
    async pay() {
        const order = this.getOrder();
        const refusal = order && this.refusedDeal(order);
        if (refusal) {
            this.dialog.add(AlertDialog, refusal);
            return;
        }
        return super.pay(...arguments);
    },
    /** @returns {{title: string, body: string}|false} why a ticket cannot be paid */
    refusedDeal(order) {
        const config = this.config;
        const providers = config._conciergerie_providers || {};
        return this._refusedLines(
            order.lines.map((line) => ({
                name: line.product_id.display_name,
                mode: line.dealMode,
                provider: line.doneBy ? line.doneBy.name : false,
                blocked: providers[line.provider_id?.id]?.blocked,
                amount: line.priceIncl,
                discount: line.getDiscount(),
                isNew: !line.refunded_orderline_id && !line.sale_order_line_id,
                isRefund: Boolean(line.refunded_orderline_id),
                isDisbursement: line.product_id.product_tmpl_id.is_disbursement,
                priceUnit: line.price_unit,
                advanced: line.product_id.product_tmpl_id.list_price || line.advanced_amount,
                isGlobalDiscount:
                    Boolean(config.discount_product_id) &&
                    line.product_id.id === config.discount_product_id.id,
            }))
        );
    },
    /**
     * Why a drop-off cannot be paid at once, or false: what its ticket would be refused for.
     *
     * @param {Object[]} lines of the screen
     */
    refusedDropOff(lines) {
        return this._refusedLines(
            lines.map((line) => {
                const service = this.models["product.template"].get(line.template_id);
                const offer = this.dropOffOffers(service)?.find(
                    (one) => one.id === line.provider_id
                );
                return {
                    name: line.name,
                    mode: offer?.mode || false,
                    provider: line.provider_name || false,
                    blocked: offer?.blocked,
                    // What a referral costs, the till sets to zero by itself.
                    amount: 0,
                    isNew: true,
                };
            })
        );
    },
    _refusedLines(lines) {
        const refused = whyRefused(lines, (amount) => this.currency.isZero(amount));
        return refused && this._refusalWords(refused);
    },
    _refusalWords({ reason, line }) {
        const names = { line: line.name, provider: line.provider };
        const money = (amount) => this.env.utils.formatCurrency(amount || 0);
        const words = {
            global_discount: () =>
                _t(
                    "A discount on the whole ticket is not possible: “%(line)s” is sold in the name of %(provider)s, and its price is the provider's. Change the price or the discount of a line instead.",
                    names
                ),
            disbursement_discount: () =>
                _t(
                    "“%(line)s” is a disbursement: what was advanced for the customer, %(amount)s, is asked back to the cent. Remove its discount.",
                    { ...names, amount: money(line.advanced) }
                ),
            disbursement_price: () =>
                _t(
                    "“%(line)s” is a disbursement: %(amount)s was advanced for the customer, and %(price)s is asked. Set its price to %(amount)s; if something else was advanced, remove the line and enter it again. Our fee is a line of its own.",
                    { ...names, amount: money(line.advanced), price: money(line.priceUnit) }
                ),
            referral: () =>
                _t(
                    "%(provider)s invoices “%(line)s” itself and is paid by the customer: nothing is taken at the till. Set its price to 0.",
                    names
                ),
            no_agreement: () =>
                _t(
                    "“%(line)s” of %(provider)s cannot be sold: no running agreement with this provider covers it. Choose another provider, or ask a manager.",
                    names
                ),
            papers: () =>
                _t(
                    "“%(line)s” cannot be sold for %(provider)s: “%(paper)s” is missing or has run out. Ask for a new one, or choose another provider.",
                    { ...names, paper: line.blocked }
                ),
        };
        return { title: _t("This cannot be sold"), body: words[reason]() };
    },
});
