import { describe, expect, test } from "@odoo/hoot";
import { code128Widths } from "@conciergerie_pos/app/utils/code128";
import {
    newestDropOffs,
    nextDropOffNumber,
    openingDate,
    pieceLabels,
    promisedDate,
} from "@conciergerie_pos/app/utils/drop_off_rules";
import vectors from "./drop_off_vectors";

describe.current.tags("headless");

test("promised dates are those of the server", () => {
    for (const { terms, today, promised } of vectors.promised) {
        expect(promisedDate(terms, today, vectors.openDays)).toBe(promised);
    }
});

test("without opening hours, or beyond the horizon, days are calendar days", () => {
    expect(openingDate("2026-11-29", 3, [])).toBe("2026-12-02");
    expect(openingDate("2026-11-29", 2, ["2026-11-30"])).toBe("2026-12-01");
    expect(openingDate("2026-11-29", 0, ["2026-11-30"])).toBe("2026-11-30");
});

test("numbers go on and are never used again", () => {
    const kept = new Map();
    const storage = {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => kept.set(key, String(value)),
    };
    const where = { siteCode: "VAL", configId: 5, device: 3 };
    expect(nextDropOffNumber(storage, where)).toBe("VAL-T5P3-0001");
    expect(nextDropOffNumber(storage, where)).toBe("VAL-T5P3-0002");
    expect(nextDropOffNumber(storage, { ...where, configId: 6 })).toBe("VAL-T6P3-0001");
    kept.set("conciergerie-drop-off-number-5", "9999");
    expect(nextDropOffNumber(storage, where)).toBe("VAL-T5P3-10000");
    // What the storage forgot is on paper.
    const known = ["VAL-T5P3-10012", "VAL-T5P4-20000", "VAL-T51P3-20000"];
    expect(nextDropOffNumber(storage, where, known)).toBe("VAL-T5P3-10013");
    expect(nextDropOffNumber(storage, where, [])).toBe("VAL-T5P3-10014");
});

test("labels of a drop-off are one series", () => {
    const lines = [{ piece_count: 2 }, { piece_count: 0 }, { piece_count: 1 }];
    expect(pieceLabels("VAL-T5P3-0001", lines)).toEqual([
        ["VAL-T5P3-0001-1", "VAL-T5P3-0001-2"],
        [],
        ["VAL-T5P3-0001-3"],
    ]);
});

test("bar codes are those that a scanner reads", () => {
    for (const [text, widths] of Object.entries(vectors.bars)) {
        expect(code128Widths(text)).toBe(widths);
    }
    expect(() => code128Widths("été")).toThrow();
});

test("of a drop-off, what the server knows is newer than what the browser kept", () => {
    const kept = { id: "u", uuid: "u", state: "waiting", shares: [1] };
    const other = { id: "v", uuid: "v", state: "waiting" };
    expect(newestDropOffs([kept, other, { id: 4, uuid: "u", state: "done" }])).toEqual([
        { id: 4, uuid: "u", state: "done", shares: [1] },
        other,
    ]);
});

test("what this till has taken is not given back to a ticket", () => {
    const taken = { id: 4, uuid: "u", state: "done" };
    const [row] = newestDropOffs([taken, { id: 4, uuid: "u", state: "waiting" }]);
    expect(row.state).toBe("done");
});
