/**
 * Callbacks for whatever a scanner reads while a screen of ours is shown: the nomenclature
 * takes our codes for one of its own kinds, depending on how it is set.
 *
 * @param {(code: string) => void} onCode
 */
export function requestScanner(onCode) {
    const take = (parsed) => onCode((parsed.code || parsed.base_code || "").trim());
    return {
        conciergerie: take,
        product: take,
        client: take,
        cashier: take,
        coupon: take,
        weight: take,
        price: take,
        quantity: take,
        discount: take,
        error: take,
    };
}

/** Whether a code looks like one of ours: reference, label, ticket, or tracking link. */
export function isRequestCode(code) {
    return /^[A-Z0-9]+-[A-Z0-9]+-\d+(-\d+)?$/i.test(code) || /\/suivi\//i.test(code);
}
