import { describe, expect, test } from "@odoo/hoot";
import { amountOfLine, computeDue, quantityToSettle } from "@conciergerie_pos/app/utils/due";

let ids = 0;
const piece = (holder) => [++ids, `VAL-2026-0001-${ids}`, holder, "", ""];
const line = (vals) => ({ id: ++ids, product: 1, qty: 1, left: 1, total: 12, taxes: [], ...vals });
const row = (vals = {}) => ({
    id: ++ids,
    step: "ready",
    mode: "order",
    pieces: [piece("counter")],
    ...vals,
    sale: { id: 1, name: "S1", unpaid: 12, line: line(), ...vals.sale },
});
const all = (r) => (r.pieces || []).map((p) => p[0]);
const take = (...rows) => new Map(rows.map((r) => [r.id, all(r)]));

describe("quantity to settle", () => {
    const three = (left, ...holders) =>
        row({ pieces: holders.map(piece), sale: { line: line({ qty: 3, left, total: 36 }) } });

    test("pieces that are counted pay for themselves", () => {
        const r = three(3, "counter", "counter", "counter");
        expect(quantityToSettle(r, all(r).slice(0, 1))).toBe(1);
        expect(quantityToSettle(r, all(r))).toBe(3);
        expect(quantityToSettle(r, [])).toBe(0);
    });

    test("what was paid before lets as many leave", () => {
        // All three were paid.
        const paid = three(0, "counter", "counter", "counter");
        expect(quantityToSettle(paid, all(paid))).toBe(0);
        // Two were paid and one of them has left.
        const some = three(1, "beneficiary", "counter", "counter");
        expect(quantityToSettle(some, all(some).slice(1, 2))).toBe(0);
        expect(quantityToSettle(some, all(some).slice(1))).toBe(1);
    });

    test("pieces that are not counted: the rest is paid with the first", () => {
        const r = row({ pieces: [piece("counter"), piece("counter")] });
        expect(quantityToSettle(r, all(r).slice(0, 1))).toBe(1);
    });

    test("nothing is asked of what is cancelled, free or paid", () => {
        expect(quantityToSettle(row({ step: "cancelled" }), [1])).toBe(0);
        expect(quantityToSettle({ ...row(), mode: "free", sale: undefined }, [1])).toBe(0);
        expect(quantityToSettle({ ...row(), mode: "paid", sale: undefined }, [1])).toBe(0);
    });
});

describe("due", () => {
    test("amounts are rounded to the cent", () => {
        expect(amountOfLine({ qty: 3, total: 10 }, 1)).toBe(3.33);
        expect(amountOfLine({ qty: 1, total: 13.33 }, -1)).toBe(-13.33);
    });

    test("only what is taken of two orders", () => {
        const first = row();
        const second = row({ sale: { id: 2, line: line({ total: 18 }) } });
        expect(computeDue([first, second], take(first)).total).toBe(12);
        expect(computeDue([first, second], take(first, second)).total).toBe(30);
    });

    test("B8: 100.00 with two taxes, down payment 20.00 leaves 80.00", () => {
        const others = [
            line({ qty: 1, left: -1, total: 6.67, down: true }),
            line({ qty: 1, left: -1, total: 13.33, down: true }),
        ];
        const sale = { id: 3, unpaid: 80, others };
        const first = row({ sale: { ...sale, line: line({ total: 33.33 }) } });
        const second = row({ sale: { ...sale, line: line({ total: 66.67 }) } });
        // One is taken: the order is settled whole, the down payment deducted once.
        const due = computeDue([first, second], take(first));
        expect(due.total).toBe(80);
        expect(due.lines.length).toBe(4);
        expect(due.needsTicket).toBe(true);
    });

    test("a down payment of the whole price is still settled", () => {
        const others = [line({ left: -1, total: 12, down: true })];
        const due = computeDue([row({ sale: { unpaid: 0, others } })].slice(), new Map());
        expect(due.needsTicket).toBe(false);
        const r = row({ sale: { unpaid: 0, others } });
        expect(computeDue([r], take(r)).total).toBe(0);
        expect(computeDue([r], take(r)).needsTicket).toBe(true);
    });

    test("paid on line: nothing is due", () => {
        const r = row({ sale: { unpaid: 0 } });
        expect(computeDue([r], take(r)).needsTicket).toBe(false);
    });

    test("goods of the order go with its last request", () => {
        const others = [line({ total: 5 })];
        const first = row({ sale: { id: 4, unpaid: 29, others } });
        const second = row({ sale: { id: 4, unpaid: 29, others } });
        expect(computeDue([first, second], take(first)).total).toBe(12);
        expect(computeDue([first, second], take(first, second)).total).toBe(29);
    });

    test("a request without an order needs the network", () => {
        const r = { ...row(), mode: "none", price: 18, sale: undefined };
        const due = computeDue([r], take(r));
        expect(due.unknown).toEqual([r]);
        expect(due.total).toBe(18);
        expect(due.needsTicket).toBe(false);
    });
});
