import { beforeEach, expect, test } from "@odoo/hoot";
import {
    leftOf,
    rememberCover,
    rememberedCover,
    shareDoubt,
    shorten,
} from "@conciergerie_pos/app/utils/known_cover";

const DAY = 24 * 3600 * 1000;
const cover = (id, left = 8) => ({
    partner_id: id,
    member_until: "2026-12-31",
    conventions: [
        { payer: "Biscuiterie", is_own: false, rules: [{ month: 10, year: left }] },
        { payer: "Herself", is_own: true, rules: [] },
    ],
});

beforeEach(() => localStorage.clear());

test("what is left is the smallest ceiling, or none", () => {
    expect(leftOf(cover(1).conventions[0])).toBe(8);
    expect(leftOf({ rules: [{ month: null, year: -1 }] })).toBe(0);
    expect(leftOf({ rules: [] })).toBe(null);
    expect(shorten(cover(1)).payers.map((payer) => payer.name)).toEqual(["Biscuiterie"]);
});

test("a cover is remembered by till, for a week", () => {
    rememberCover(5, cover(1), 0);
    expect(rememberedCover(5, 1, undefined, DAY).payers[0].left).toBe(8);
    expect(rememberedCover(5, 1, undefined, 8 * DAY)).toBe(null);
    expect(rememberedCover(5, 2, undefined, DAY)).toBe(null);
    expect(rememberedCover(6, 1, undefined, DAY)).toBe(null);
});

test("what was just asked for wins over what was remembered", () => {
    rememberCover(5, cover(1, 8), 0);
    const known = rememberedCover(5, 1, cover(1, 3), DAY);
    expect(known.payers[0].left).toBe(3);
    expect(known.at).toBe("");
});

test("fifty customers are remembered, the last ones", () => {
    for (let id = 1; id <= 60; id++) {
        rememberCover(5, cover(id), id);
    }
    expect(rememberedCover(5, 10, undefined, DAY)).toBe(null);
    expect(rememberedCover(5, 11, undefined, DAY).until).toBe("2026-12-31");
});

test("the cashier is asked where a share could be, and only there", () => {
    const service = { isService: true, isMarket: true, price: 30 };
    expect(shareDoubt(undefined, [service])).toBe("unknown");
    expect(shareDoubt([{ name: "Biscuiterie", left: 8 }], [service])).toBe("ceilings");
    expect(shareDoubt([], [service])).toBe("");
    for (const other of [
        { ...service, isService: false },
        { ...service, isMarket: false },
        { ...service, price: 0 },
    ]) {
        expect(shareDoubt(undefined, [other])).toBe("");
    }
});
