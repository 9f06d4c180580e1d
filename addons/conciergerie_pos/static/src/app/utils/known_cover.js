// Customers remembered by a till, and days for which what was known is worth showing.
const KEPT = 50;
const DAYS = 7;

const keyOf = (configId) => `conciergerie_pos.cover.${configId}`;

function read(configId) {
    try {
        return JSON.parse(localStorage.getItem(keyOf(configId))) || [];
    } catch {
        return [];
    }
}

/** The smallest amount left under the ceilings of a convention; null: no ceiling. */
export function leftOf(convention) {
    const left = convention.rules
        .flatMap((rule) => [rule.month, rule.year])
        .filter((amount) => typeof amount === "number");
    return left.length ? Math.max(Math.min(...left), 0) : null;
}

/** The few words of a cover that are shown in the bar of the customer. */
export function shorten(cover) {
    return {
        until: cover.member_until || "",
        payers: (cover.conventions || [])
            .filter((convention) => !convention.is_own)
            .map((convention) => ({ name: convention.payer, left: leftOf(convention) })),
    };
}

/** Keep a cover in this browser: amounts and names of payers, nothing of what was bought. */
export function rememberCover(configId, cover, now = Date.now()) {
    const others = read(configId).filter((row) => row.id !== cover.partner_id);
    const rows = [{ id: cover.partner_id, at: now, ...shorten(cover) }, ...others];
    localStorage.setItem(keyOf(configId), JSON.stringify(rows.slice(0, KEPT)));
}

/** What is known of a person: the cover of the moment, else what was remembered. */
export function rememberedCover(configId, partnerId, cover, now = Date.now()) {
    if (cover?.partner_id === partnerId) {
        return { ...shorten(cover), at: "" };
    }
    const row = read(configId).find((each) => each.id === partnerId);
    return row && now - row.at < DAYS * 24 * 3600 * 1000 ? row : null;
}

/**
 * Why the cashier is asked before a sale goes on without network, if at all.
 *
 * @param {Object[]|undefined} payers who is known to pay for the customer; undefined where
 *     nothing is known
 * @param {Object[]} lines as `PosOrder.getCopayLine` gives them
 * @returns {"ceilings"|"unknown"|""} somebody pays, up to a ceiling nobody knows; nobody
 *     knows who pays; nothing to ask
 */
export function shareDoubt(payers, lines) {
    if (!lines.some((line) => line.isService && line.isMarket && line.price > 0)) {
        return "";
    }
    if (!payers) {
        return "unknown";
    }
    return payers.length ? "ceilings" : "";
}
