/**
 * What a note is due for: what services cost, VAT included.
 *
 * Memberships, down payments and things are none; nor is what is given back.
 *
 * @param {{isService: boolean, priceIncl: number}[]} lines
 */
export function serviceTotal(lines) {
    return lines
        .filter((line) => line.isService && line.priceIncl > 0)
        .reduce((total, line) => total + line.priceIncl, 0);
}

/**
 * Whether the note is handed before payment, case B5: at the amount of the settings and
 * above. Compared in cents: sums of floats fall short of it.
 *
 * @param {number} total of services, VAT included
 * @param {number} threshold of the company; 0: never
 */
export function noteIsDue(total, threshold) {
    return threshold > 0 && Math.round(total * 100) >= Math.round(threshold * 100);
}
