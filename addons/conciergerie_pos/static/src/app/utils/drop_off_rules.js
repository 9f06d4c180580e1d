/**
 * What the till computes by itself, without network, as the server would: the promised
 * date, the number of a deposit ticket, the labels of the pieces.
 */

const { DateTime } = luxon;
// In the local storage, beside core's own: core uses numbers of deleted tickets again,
// ours are on paper.
const COUNTER_KEY = "conciergerie-drop-off-number";

const shift = (day, days) => DateTime.fromISO(day).plus({ days }).toISODate();

/**
 * First open day on or after a day, moved on by opening days.
 *
 * @param {string} day ISO date
 * @param {number} openingDays open days to add after the first one
 * @param {string[]} openDays coming days when the site is open, in order
 */
export function openingDate(day, openingDays, openDays) {
    const first = openDays.findIndex((open) => open >= day);
    const found = first >= 0 && openDays[first + openingDays];
    // No opening hours, or beyond what was loaded: calendar days.
    return found || shift(day, openingDays);
}

/**
 * Day to promise for a service: the provider's delay in calendar days, counted from its
 * return if it is away, then the lead time in opening days of the site.
 *
 * @param {{leadDays: number, delay?: number, awayUntil?: string|false}} terms
 * @param {string} today ISO date
 * @param {string[]} openDays
 */
export function promisedDate({ leadDays, delay, awayUntil }, today, openDays) {
    let day = today;
    if (awayUntil && awayUntil >= day) {
        day = shift(awayUntil, 1);
    }
    if (delay) {
        day = shift(day, delay);
    }
    return openingDate(day, leadDays || 0, openDays);
}

/**
 * Next number of a deposit ticket: site, till and browser, running number. The browser's
 * part is given by the server once, so two computers never print the same number.
 *
 * @param {Storage} storage
 * @param {{siteCode: string, configId: number, device: string|number}} where
 * @param {string[]} known numbers of drop-offs that this browser knows: it may write its
 *     storage a minute late, and forget the last ones when it is killed
 */
export function nextDropOffNumber(storage, { siteCode, configId, device }, known = []) {
    const key = `${COUNTER_KEY}-${configId}`;
    const prefix = `${siteCode}-T${configId}P${device}-`.toUpperCase();
    const used = known
        .filter((name) => name.startsWith(prefix))
        .map((name) => parseInt(name.slice(prefix.length)) || 0);
    const number = Math.max(parseInt(storage.getItem(key)) || 0, ...used) + 1;
    storage.setItem(key, number);
    return prefix + String(number).padStart(4, "0");
}

/**
 * Labels of the pieces of a drop-off: one series over all its services.
 *
 * @param {string} number of the deposit ticket
 * @param {{piece_count: number}[]} lines
 * @returns {string[][]} for each line, the labels of its pieces
 */
export function pieceLabels(number, lines) {
    let next = 1;
    return lines.map((line) =>
        Array.from({ length: line.piece_count }, () => `${number}-${next++}`)
    );
}

/**
 * One row for each drop-off, of those that the browser kept and, after them, those that
 * the server sent: another till may have been paid for it meanwhile. What this till has
 * taken stays taken until the server knows.
 *
 * @param {Object[]} rows
 * @returns {Object[]}
 */
export function newestDropOffs(rows) {
    const byUuid = new Map();
    for (const row of rows) {
        const known = byUuid.get(row.uuid);
        const state = known?.state === "done" && row.state === "waiting" ? "done" : row.state;
        byUuid.set(row.uuid, { ...known, ...row, state });
    }
    return [...byUuid.values()];
}
