import { expect, test } from "@odoo/hoot";
import { noteIsDue, serviceTotal } from "@conciergerie_pos/app/utils/note_rules";

test("B5: 25.00 has its note before payment, 24.99 on request", () => {
    expect(noteIsDue(25.0, 25)).toBe(true);
    expect(noteIsDue(24.99, 25)).toBe(false);
    expect(noteIsDue(0.1 + 0.2 + 24.7, 25)).toBe(true);
    expect(noteIsDue(100, 0)).toBe(false);
});

test("services count, things and what is given back do not", () => {
    const total = serviceTotal([
        { isService: true, priceIncl: 12.5 },
        { isService: true, priceIncl: 12.5 },
        { isService: false, priceIncl: 40 },
        { isService: true, priceIncl: -6 },
    ]);
    expect(total).toBe(25);
});
