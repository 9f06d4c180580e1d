import { expect, test } from "@odoo/hoot";
import {
    collectedBySeller,
    depositOf,
    linesBySeller,
    offersOf,
    proposedOffer,
    whyRefused,
} from "@conciergerie_pos/app/utils/deals";

const round = (amount) => Math.round(amount * 100) / 100;
const isZero = (amount) => Math.abs(amount) < 0.005;
const LINE = { name: "Ironing", amount: 12, discount: 0, isNew: true };

test("offers of a product: its own and those of all variants", () => {
    const offers = { 7: [{ provider: 1, product: 70 }, { provider: 2, product: 0 }] };
    expect(offersOf(offers, 7, 70).map((offer) => offer.provider)).toEqual([1, 2]);
    expect(offersOf(offers, 7, 71).map((offer) => offer.provider)).toEqual([2]);
    expect(offersOf(offers, 8, 80)).toEqual([]);
    expect(offersOf(undefined, 8, 80)).toEqual([]);
    const twice = [
        { provider: 1, product: 0, mode: "mandate" },
        { provider: 2, product: 0 },
        { provider: 1, product: 70, mode: false },
    ];
    expect(offersOf({ 7: twice }, 7, 70)).toEqual(twice.slice(0, 2));
});

test("who can be sold for is proposed before who is cheaper", () => {
    const cheap = { provider: 1, mode: false };
    const lapsed = { provider: 2, mode: "mandate" };
    const fine = { provider: 3, mode: "mandate" };
    const providers = { 1: { blocked: false }, 2: { blocked: "Insurance" }, 3: {} };
    expect(proposedOffer([cheap, lapsed, fine], providers)).toBe(fine);
    expect(proposedOffer([cheap, lapsed], providers)).toBe(lapsed);
    expect(proposedOffer([cheap], providers)).toBe(cheap);
    expect(proposedOffer([], providers)).toBe(undefined);
    const alike = [{ provider: 4, mode: "mandate" }, fine];
    expect(proposedOffer(alike, providers)).toBe(alike[0]);
});

test("a deposit is the agreed one, its part of another price", () => {
    const offer = { price: 120, deposit: 18 };
    expect(depositOf(offer, 120, round)).toBe(18);
    expect(depositOf(offer, 60, round)).toBe(9);
    expect(depositOf(offer, 33.33, round)).toBe(5);
});

test("what is refused before payment", () => {
    const reason = (...lines) => whyRefused(lines, isZero).reason || false;
    const mandate = { ...LINE, mode: "mandate", provider: "Laundry" };
    expect(reason(LINE, mandate)).toBe(false);
    expect(reason({ ...mandate, mode: false })).toBe("no_agreement");
    expect(reason({ ...mandate, mode: false, isNew: false })).toBe(false);
    expect(reason({ ...mandate, blocked: "Insurance" })).toBe("papers");
    expect(reason({ ...mandate, blocked: "Insurance", isNew: false })).toBe(false);
    expect(reason({ ...mandate, mode: "referral" })).toBe("referral");
    expect(reason({ ...mandate, mode: "referral", amount: 0 })).toBe(false);
    expect(reason(mandate, { ...LINE, isGlobalDiscount: true })).toBe("global_discount");
    expect(reason(LINE, { ...LINE, isGlobalDiscount: true })).toBe(false);
});

test("a disbursement is asked back to the cent", () => {
    const line = { ...LINE, isDisbursement: true, priceUnit: 23.4, advanced: 23.4 };
    const reason = (more) => whyRefused([{ ...line, ...more }], isZero).reason || false;
    expect(reason({})).toBe(false);
    expect(reason({ discount: 10 })).toBe("disbursement_discount");
    expect(reason({ priceUnit: 23.41 })).toBe("disbursement_price");
    expect(reason({ priceUnit: 23, isRefund: true })).toBe(false);
});

test("our lines come first, then those of each provider", () => {
    const lines = [
        { id: 1, sellerId: 5 },
        { id: 2, sellerId: false },
        { id: 3, sellerId: 6 },
        { id: 4, sellerId: 5 },
    ];
    expect(linesBySeller(lines).map((line) => line.id)).toEqual([2, 1, 4, 3]);
});

test("a refund gives back what was collected for a provider", () => {
    const lines = [
        { seller: { name: "Laundry" }, sellerId: 5, priceIncl: 29 },
        { seller: false, sellerId: false, priceIncl: 35 },
        { seller: { name: "Laundry" }, sellerId: 5, priceIncl: 2.5 },
    ];
    const laundry = { id: 5, name: "Laundry" };
    expect(collectedBySeller(lines, 1)).toEqual([{ ...laundry, amount: 31.5 }]);
    expect(collectedBySeller(lines, -1)).toEqual([{ ...laundry, amount: -31.5 }]);
});
