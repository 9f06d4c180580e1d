import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { ConnectionLostError } from "@web/core/network/rpc";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { computeShares, shareLine } from "@conciergerie_pos/app/utils/copay_shares";
import { shareDoubt } from "@conciergerie_pos/app/utils/known_cover";

patch(PosStore.prototype, {
    /**
     * Ask what the customer of an order is entitled to, and give a member its prices.
     *
     * Without network the till knows nothing of it: the order goes on as it is.
     */
    async loadCopayCover(order) {
        const partnerId = order.partner_id?.id;
        if (typeof partnerId !== "number" || this.data.network.offline || order.finalized) {
            return;
        }
        const cover = await this.fetchCopayCover(partnerId);
        if (!cover) {
            return;
        }
        if (order.partner_id?.id !== partnerId || order.finalized) {
            return;
        }
        order.uiState.copayCover = cover;
        const pricelist = this.models["product.pricelist"].get(cover.pricelist_id);
        if (pricelist && order.pricelist_id?.id !== pricelist.id && !order.isRefund) {
            order.setPricelist(pricelist);
        }
    },

    /** Ask what somebody is entitled to; undefined where nobody can be asked. */
    async fetchCopayCover(partnerId) {
        return this.callOnline("pos.config", "copay_person", [[this.config.id], partnerId]);
    },

    /**
     * What payers take in charge of sold things, as far as it is known before the payment.
     *
     * @param {Object|undefined} cover of the customer
     * @param {{product: Object, price: number, isDownPayment?: boolean}[]} sold price VAT
     *     included
     * @returns {{payers: Object[], total: number}}
     */
    previewCopay(cover, sold) {
        const isKnown = this.config.copayMethod && sold.every(({ product }) => product);
        if (!cover || !isKnown) {
            return { payers: [], total: 0 };
        }
        return computeShares(
            sold.map(({ product, ...values }, key) => shareLine(product, { key, ...values })),
            cover.conventions,
            this.currency
        );
    },

    /**
     * Keep the shares of an order and put them on it as payments.
     *
     * @param {boolean} isPaying the order is about to be validated
     * @returns {Promise<boolean>} false where the cashier has to look again
     */
    async openCopay(order, { isPaying = false } = {}) {
        if (!order.needsCopay() || order.uiState.copayDeclined) {
            return true;
        }
        const shown = order.getCopay();
        let kept;
        try {
            kept = await this.data.call("pos.config", "copay_open", [
                [this.config.id],
                ...order.getCopayRequest(),
                isPaying,
            ]);
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return this.goOnWithoutCopay(order);
            }
            throw error;
        }
        if (order.finalized) {
            return true;
        }
        order.uiState.copayWaits = false;
        order.setCopay(kept);
        const total = order.getCopay().total;
        if (this.currency.isZero(total - shown.total)) {
            return true;
        }
        if (order.givesCopayBack()) {
            if (isPaying) {
                this.tellCopayGivenBack(order, total);
            }
            return !isPaying;
        }
        await this.loadCopayCover(order);
        if (isPaying || total < shown.total) {
            this.tellCopayChanged(order, shown.total, total);
            return !isPaying;
        }
        return true;
    },

    tellCopayChanged(order, shown, total) {
        const money = (amount) => this.env.utils.formatCurrency(amount);
        this.dialog.add(AlertDialog, {
            title: _t("What is taken in charge has changed"),
            body: _t(
                "%(total)s is taken in charge instead of %(shown)s: the ceiling was used meanwhile, at another counter or on an invoice. %(rest)s is left to %(customer)s.",
                {
                    total: money(total),
                    shown: money(shown),
                    rest: money(order.totalDue - total),
                    customer: order.partner_id?.name || "",
                }
            ),
        });
    },

    /** The shares came on the refund after its money was counted out. */
    tellCopayGivenBack(order, total) {
        const money = (amount) => this.env.utils.formatCurrency(Math.abs(amount));
        this.dialog.add(AlertDialog, {
            title: _t("Given back to who took it in charge"),
            body: _t(
                "%(total)s goes back to who took it in charge, %(rest)s to the customer. Correct the other payments, then validate again.",
                { total: money(total), rest: money(order.totalDue - total) }
            ),
        });
    },

    /**
     * Without network nobody knows what is left under a ceiling: the cashier decides
     * whether the sale goes on without a share. What was shared cannot be given back.
     *
     * @returns {Promise<boolean>} false where the cashier has to look again
     */
    async goOnWithoutCopay(order) {
        // What was shown is no longer paid: the cashier has to look again.
        const isSame = !order.getCopayPayments().length;
        order.setCopay();
        if (order.givesCopayBack()) {
            this.dialog.add(AlertDialog, {
                title: _t("No network"),
                body: _t(
                    "A part of this sale was taken in charge: it is given back to its payer with the network only. Keep this refund for later."
                ),
            });
            return false;
        }
        const customer = order.partner_id;
        const doubt =
            customer &&
            shareDoubt(
                this.knownCover(order)?.payers,
                order.lines.map((line) => order.getCopayLine(line))
            );
        // Asked once for each person: the answer holds when the payment is opened again.
        const goesOn =
            !doubt ||
            order.uiState.copayAnsweredFor === customer.id ||
            (await this.askWithoutCopay(order, doubt));
        order.uiState.copayDeclined = Boolean(goesOn);
        order.uiState.copayWaits = !goesOn;
        if (goesOn) {
            order.uiState.copayAnsweredFor = customer?.id;
        }
        return Boolean(goesOn) && isSame;
    },

    /** @param {"ceilings"|"unknown"} doubt why nobody knows what is taken in charge */
    askWithoutCopay(order, doubt) {
        const customer = order.partner_id.name;
        const cancelLabel = _t("Wait for the network");
        if (doubt === "ceilings") {
            return ask(this.dialog, {
                title: _t("No network"),
                body: _t(
                    "What is left to %(customer)s under the ceilings cannot be known. Without a share, all of the sale is left to the customer.",
                    { customer }
                ),
                confirmLabel: _t("Sell without a share"),
                cancelLabel,
            });
        }
        return ask(this.dialog, {
            title: _t("No network: who pays is not known"),
            body: _t(
                "This till has not met %(customer)s lately: whether somebody pays a part of it, or whether members' prices hold, cannot be asked. Without the network, all of it is left to the customer: %(amount)s.",
                { customer, amount: this.env.utils.formatCurrency(order.totalDue) }
            ),
            confirmLabel: _t("Sell at full price"),
            cancelLabel,
        });
    },

    /** Free what an order keeps: its payment was left. */
    async leaveCopay(order) {
        if (!order || order.finalized) {
            return;
        }
        const had = order.getCopayPayments().length;
        order.uiState.copayDeclined = false;
        order.setCopay();
        if (!had) {
            return;
        }
        try {
            await this.data.call("pos.config", "copay_leave", [[this.config.id], order.uuid]);
        } catch (error) {
            // Freed by itself after a quarter of an hour.
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    },

    /** Say whether somebody is named whom a membership is sold to; ask for her, else. */
    async hasMembershipCustomer(order) {
        const line = order.lines.find(
            (line) => line.product_id.product_tmpl_id.membership && line.qty > 0
        );
        if (!line || order.partner_id) {
            return true;
        }
        const goesOn = await ask(this.dialog, {
            title: _t("Customer Required"),
            body: _t(
                "%s is sold to somebody: choose who becomes a member.",
                line.getFullProductName()
            ),
        });
        if (goesOn) {
            await this.selectPartner(order);
        }
        return Boolean(order.partner_id);
    },

    async pay() {
        const order = this.getOrder();
        if (order && !(await this.hasMembershipCustomer(order))) {
            return;
        }
        return super.pay(...arguments);
    },

    async validateOrderFast(paymentMethod) {
        const order = this.getOrder();
        if (!(await this.hasMembershipCustomer(order)) || !(await this.openCopay(order))) {
            return;
        }
        return super.validateOrderFast(...arguments);
    },
});
