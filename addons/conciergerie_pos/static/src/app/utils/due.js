import { roundPrecision } from "@web/core/utils/numbers";

/**
 * What a hand-over costs: pure functions on the rows that the till keeps of requests, so
 * that they hold without network. The ticket computes taxes itself; these amounts are
 * what is shown before it, and which quantities it settles.
 */

/** Holders of a piece that has left with its owner. */
export const GIVEN = ["beneficiary", "proxy"];
/** Holders of a piece that can be handed over here. */
export const HERE = ["counter", "truck"];

export const CENT = 0.01;

/** Pieces of a row, as objects. */
export function piecesOf(row) {
    return (row.pieces || []).map(([id, label, holder, rack, description]) => ({
        id,
        label,
        holder,
        rack,
        description,
        here: HERE.includes(holder),
        given: GIVEN.includes(holder),
    }));
}

/**
 * Quantity of a request's order line to settle when some of its pieces are taken.
 *
 * Where the order counts pieces, each pays for itself; what was paid before lets as many
 * leave. Otherwise the whole rest is paid with the first piece.
 *
 * @param {Object} row a request as the till knows it
 * @param {number[]} pieceIds pieces that leave now
 */
export function quantityToSettle(row, pieceIds) {
    if (row.mode !== "order" || row.step === "cancelled") {
        return 0;
    }
    const { qty, left } = row.sale.line;
    const pieces = piecesOf(row);
    if (!pieces.length) {
        return left;
    }
    if (!pieceIds.length) {
        return 0;
    }
    if (pieces.length !== qty) {
        return left;
    }
    const given = pieces.filter((piece) => piece.given).length;
    return Math.max(0, Math.min(left, given + pieceIds.length - (qty - left)));
}

/** Amount, VAT included, of a quantity of an order line. */
export function amountOfLine(line, quantity) {
    const amount = line.qty ? (line.total * quantity) / line.qty : 0;
    return roundPrecision(amount, CENT);
}

/** Whether every piece that is still here leaves. */
function takenWhole(row, pieceIds) {
    const here = piecesOf(row).filter((piece) => piece.here);
    return here.every((piece) => pieceIds.includes(piece.id));
}

/**
 * What is settled when things of some requests are taken.
 *
 * Down payments are deducted once, so an order that has one is settled whole, whatever is
 * taken of it; goods on an order go with the last of its requests.
 *
 * @param {Object[]} rows all the requests that the till knows of these orders
 * @param {Map<number, number[]>} taken pieces that leave, by request; an empty list for a
 *     request without pieces
 * @returns {{lines: Object[], total: number, unknown: Object[], needsTicket: boolean}}
 *     `lines` of orders with the quantity of each; `unknown` are requests without an
 *     order, which need the network
 */
export function computeDue(rows, taken) {
    const chosen = rows.filter((row) => taken.has(row.id));
    const lines = [];
    const unknown = chosen.filter((row) => row.mode === "none");
    const saleIds = new Set(
        chosen.filter((row) => row.mode === "order").map((row) => row.sale.id)
    );
    for (const saleId of saleIds) {
        const ofSale = rows.filter((row) => row.mode === "order" && row.sale.id === saleId);
        lines.push(...linesOfSale(ofSale, taken));
    }
    const total = lines.reduce((sum, line) => sum + line.amount, 0);
    return {
        lines,
        unknown,
        needsTicket: lines.length > 0,
        total: roundPrecision(
            total + unknown.reduce((sum, row) => sum + (row.price || 0), 0),
            CENT
        ),
    };
}

function linesOfSale(rows, taken) {
    const sale = rows[0].sale;
    const others = sale.others || [];
    const hasDown = others.some((line) => line.down);
    // Paid on line: no quantity is invoiced, and nothing is left to pay.
    if (!hasDown && sale.unpaid <= 0) {
        return [];
    }
    const result = [];
    const add = (line, quantity, row) => {
        if (quantity) {
            const amount = amountOfLine(line, quantity);
            result.push({ sale, line, quantity, amount, row });
        }
    };
    for (const row of rows) {
        const quantity = hasDown
            ? row.sale.line.left
            : taken.has(row.id)
            ? quantityToSettle(row, taken.get(row.id))
            : 0;
        add(row.sale.line, quantity, row);
    }
    const whole = rows.every(
        (row) => taken.has(row.id) && takenWhole(row, taken.get(row.id))
    );
    if (hasDown || whole) {
        for (const line of others) {
            add(line, line.left);
        }
    }
    return result;
}
