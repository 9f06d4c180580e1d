/**
 * What a line of the till sells for somebody else: plain functions, without the till.
 */

export const NO_MODE = false;

/**
 * The offers that hold for a product, the first one proposed. A provider who has one for
 * all variants and one for this variant is named once.
 *
 * @param {Object} offers of the till, by the id of the service
 * @param {number} templateId
 * @param {number} productId
 */
export function offersOf(offers, templateId, productId) {
    const found = (offers?.[templateId] || []).filter(
        (offer) => !offer.product || offer.product === productId
    );
    const first = (offer) => found.find((one) => one.provider === offer.provider);
    return found.filter((offer) => offer === first(offer));
}

/**
 * How readily a provider is proposed: the smaller, the sooner. Without an agreement nothing
 * can be sold at the till, with papers run out no new work is given.
 *
 * @param {{mode: string|false, blocked: string|false}} offer
 */
export function offerRank({ mode, blocked }) {
    return (mode ? 0 : 2) + (blocked ? 1 : 0);
}

/**
 * The offer proposed: the first for whom the service can be sold, else the first one.
 *
 * @param {Object[]} offers in the server's order
 * @param {Object} providers by id, with what blocks a new sale
 */
export function proposedOffer(offers, providers) {
    const rank = (offer) =>
        offerRank({ mode: offer.mode, blocked: providers?.[offer.provider]?.blocked });
    return offers.toSorted((a, b) => rank(a) - rank(b))[0];
}

/**
 * The deposit that we keep of a price: the agreed one at the listed price, its part of
 * any other.
 *
 * @param {Object} offer with its `price` and `deposit`
 * @param {number} price of the service, VAT included
 * @param {Function} round to the currency
 */
export function depositOf(offer, price, round) {
    if (!offer.price || offer.price === price) {
        return offer.deposit;
    }
    return round((offer.deposit * price) / offer.price);
}

/**
 * Why a ticket cannot be paid, or false.
 *
 * @param {Array} lines plain: `name`, `mode`, `provider` (name or false), `blocked`,
 *     `amount`, `discount`, `isNew` (neither given back nor promised by an order),
 *     `isDisbursement`, `priceUnit`, `advanced`, `isGlobalDiscount`
 * @param {Function} isZero of the currency
 * @returns {{reason: string, line: Object}|false}
 */
export function whyRefused(lines, isZero) {
    const mandate = lines.find((line) => line.mode === "mandate");
    for (const line of lines) {
        if (line.isGlobalDiscount && mandate) {
            return { reason: "global_discount", line: mandate };
        }
        if (line.isRefund) {
            continue;
        }
        if (line.isDisbursement && line.discount) {
            return { reason: "disbursement_discount", line };
        }
        if (line.isDisbursement && !isZero(line.priceUnit - line.advanced)) {
            return { reason: "disbursement_price", line };
        }
        if (line.mode === "referral" && !isZero(line.amount)) {
            return { reason: "referral", line };
        }
        if (line.isNew && line.provider && !line.mode) {
            return { reason: "no_agreement", line };
        }
        if (line.isNew && line.blocked) {
            return { reason: "papers", line };
        }
    }
    return false;
}

/**
 * Our own lines first, then those of each provider in whose name we sell.
 *
 * @param {Array} lines of a ticket, each with `sellerId` (false for our own)
 */
export function linesBySeller(lines) {
    const sellers = [...new Set(lines.map((line) => line.sellerId || false))].sort(
        (a, b) => (a ? 1 : 0) - (b ? 1 : 0)
    );
    return sellers.flatMap((seller) => lines.filter((line) => (line.sellerId || false) === seller));
}

/**
 * What a ticket collects for each provider in whose name it sells; less than 0 is given back.
 *
 * @param {Array} lines of a ticket: `seller`, `sellerId` and `priceIncl`
 * @param {number} sign of the ticket: core shows the lines of a refund without theirs, and
 *     its total with it
 */
export function collectedBySeller(lines, sign) {
    const collected = new Map();
    for (const line of lines.filter((each) => each.seller)) {
        const known = collected.get(line.sellerId) || {
            id: line.sellerId,
            name: line.seller.name,
            amount: 0,
        };
        known.amount += line.priceIncl * sign;
        collected.set(line.sellerId, known);
    }
    return [...collected.values()];
}
