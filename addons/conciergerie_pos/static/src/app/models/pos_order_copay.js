import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { computeShares, shareLine } from "@conciergerie_pos/app/utils/copay_shares";

const NOTHING = { lines: {}, payers: [], total: 0, isKept: false };

patch(PosOrder.prototype, {
    get copayMethod() {
        return this.config.copayMethod;
    },

    /** In the order in which payers come: the server gives payments back last first. */
    getCopayPayments() {
        const number = (payment) => (typeof payment.id === "number" ? payment.id : Infinity);
        return this.payment_ids
            .filter((payment) => payment.payment_method_id?.is_copay)
            .sort((a, b) => (number(a) === number(b) ? 0 : number(a) - number(b)));
    },

    /** What is known of the customer of this order, if it was asked for. */
    getCopayCover() {
        const cover = this.uiState?.copayCover;
        return cover && cover.partner_id === this.partner_id?.id ? cover : undefined;
    },

    /** Say whether this order gives back something that was taken in charge. */
    givesCopayBack() {
        return this.lines.some(
            (line) => line.refunded_orderline_id && line.refunded_orderline_id.copay_amount
        );
    },

    /** Say whether the server has to be asked before this order is paid. */
    needsCopay() {
        if (this.finalized || !this.copayMethod) {
            return false;
        }
        const cover = this.getCopayCover();
        return Boolean(
            this.givesCopayBack() ||
                this.getCopayPayments().length ||
                (this.partner_id && (!cover || cover.conventions.length))
        );
    },

    /** Core shows what a refund gives back as positive prices: here they are negative. */
    getSignedPrice(line) {
        const gives = line.qty < 0 !== line.price_unit < 0;
        return this.currency.round(Math.abs(line.priceIncl)) * (gives ? -1 : 1);
    },

    getCopayLine(line) {
        return shareLine(line.product_id, {
            key: line.uuid,
            price: this.getSignedPrice(line),
            isDownPayment: line.product_id.id === this.config.down_payment_product_id?.id,
        });
    },

    /**
     * What payers take in charge: as the server keeps it once the payment is open,
     * before that as it is known of the customer.
     *
     * @returns {Object} `lines` (amount by uuid), `payers` (`name`, `amount`), `total`,
     * `isKept`
     */
    getCopay() {
        const payments = this.getCopayPayments();
        if (payments.length) {
            const payers = payments.map((payment) => ({
                key: payment.uuid,
                name: payment.name,
                amount: payment.amount,
            }));
            return {
                lines: Object.fromEntries(
                    this.lines.map((line) => [line.uuid, line.copay_amount || 0])
                ),
                payers,
                total: this.currency.round(payers.reduce((sum, row) => sum + row.amount, 0)),
                isKept: true,
            };
        }
        const conventions = this.getCopayCover()?.conventions || [];
        if (
            this.finalized ||
            !this.copayMethod ||
            !conventions.length ||
            this.uiState.copayDeclined
        ) {
            return NOTHING;
        }
        const sold = this.lines.filter((line) => !line.refunded_orderline_id);
        return {
            ...computeShares(
                sold.map((line) => this.getCopayLine(line)),
                conventions,
                this.currency
            ),
            isKept: false,
        };
    },

    /** What the server needs to compute the shares of this order. */
    getCopayRequest() {
        return [
            this.uuid,
            this.partner_id?.id || false,
            this.lines.map((line) => ({
                uuid: line.uuid,
                product_id: line.product_id.id,
                price_total: this.getSignedPrice(line),
                quantity: line.qty,
                refunded_id: line.refunded_orderline_id?.id || false,
            })),
            this.currency.round(this.priceIncl),
        ];
    },

    /** Put on this order what the server keeps for it; without, take it off. */
    setCopay(kept = { payments: [], lines: {} }) {
        for (const payment of this.getCopayPayments()) {
            this.removePaymentline(payment);
        }
        for (const line of this.lines) {
            line.copay_amount = kept.lines[line.uuid] || 0;
        }
        const selected = this.getSelectedPaymentline();
        for (const { key, name, amount } of kept.payments) {
            const payment = this.models["pos.payment"].create({
                pos_order_id: this,
                payment_method_id: this.copayMethod,
                copay_key: key,
                name,
            });
            payment.setAmount(amount);
        }
        this.selectPaymentline(selected);
    },
});
