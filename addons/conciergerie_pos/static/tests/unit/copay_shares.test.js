import { expect, test } from "@odoo/hoot";
import { roundPrecision } from "@web/core/utils/numbers";
import { computeShares } from "@conciergerie_pos/app/utils/copay_shares";
import { vectors } from "./copay_vectors";

const currency = { round: (amount) => roundPrecision(amount, 0.01) };

test("shares of the generated vectors are those of the server", () => {
    expect(vectors.length).toBeGreaterThan(10);
    for (const { conventions, sales } of vectors) {
        for (const sale of sales) {
            const { lines, payers, total } = computeShares(sale.lines, conventions, currency);
            const shares = Object.fromEntries(
                sale.lines.map((line) => [line.key, lines[line.key] || 0])
            );
            expect(shares).toEqual(sale.shares);
            expect(payers.map((payer) => [payer.key, payer.amount])).toEqual(sale.payers);
            const sum = sale.payers.reduce((part, [, amount]) => part + amount, 0);
            expect(total).toBe(currency.round(sum));
        }
    }
});
