import { after, describe, expect, test } from "@odoo/hoot";
import { draftOf, emptyDraft, lineOfDraft, lineToTake } from "@conciergerie_pos/app/utils/drop_off_draft";

describe.current.tags("headless");

const line = {
    uuid: "a",
    template_id: 1,
    provider_id: 7,
    provider_name: "Laundry",
    piece_count: 2,
    piece_notes: [],
    promised_date: "2026-12-03",
    photos: { 1: { url: "blob:x" } },
};
const empty = {
    uuid: "u",
    date: "2026-11-29T10:00:00.000+01:00",
    partner: null,
    isNew: false,
    name: "",
    phone: "",
    lines: [],
};

test("nobody guesses what the code of a deposit ticket opens", () => {
    const { random } = Math;
    after(() => (Math.random = random));
    Math.random = () => 0.5;
    const drawn = Array.from({ length: 100 }, () => emptyDraft().uuid);
    expect(new Set(drawn).size).toBe(100);
    for (const uuid of drawn) {
        expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    }
});

test("nothing typed is no draft, nor is the person of the ticket", () => {
    const partner = { id: 3, name: "Camille" };
    expect(draftOf(empty)).toBe(null);
    expect(draftOf({ ...empty, name: "  " })).toBe(null);
    expect(draftOf({ ...empty, partner }, partner)).toBe(null);
    expect(draftOf({ ...empty, partner }).partner).toEqual({ ...partner, phone: "" });
    expect(draftOf({ ...empty, isNew: true, phone: "06" }).phone).toBe("06");
});

test("a draft can be written down: photos are kept by themselves", () => {
    const draft = draftOf({ ...empty, lines: [{ ...line, piece_notes: ["blue"] }] });
    expect(JSON.parse(JSON.stringify(draft))).toEqual(draft);
    expect(draft.lines[0].photos).toBe(undefined);
    expect(draft.lines[0].piece_notes).toEqual(["blue"]);
});

test("a line that is taken has a note for each piece", () => {
    const taken = lineToTake({ ...line, piece_notes: [undefined, "blue", "gone"] });
    expect(taken.piece_notes).toEqual(["", "blue"]);
    expect(taken.photos).toBe(undefined);
});

test("found again, it is what can be taken now", () => {
    const offers = [
        { id: 8, name: "Hill" },
        { id: 7, name: "Bridge" },
    ];
    const chosen = { ...line, isDateChosen: true };
    expect(lineOfDraft(chosen, offers, "2026-12-03").isDateChosen).toBe(true);
    expect(lineOfDraft(chosen, offers, "2026-12-04").isDateChosen).toBe(false);
    expect(lineOfDraft(chosen, offers, "2026-12-03").provider_name).toBe("Bridge");
    expect(lineOfDraft(chosen, offers.slice(0, 1), "2026-12-03").provider_id).toBe(8);
    expect(lineOfDraft(chosen, [], "2026-12-03").provider_id).toBe(false);
});
