/* global posmodel */

import { run } from "@point_of_sale/../tests/generic_helpers/utils";

// What the tours count and print.
export const count = { taps: 0, start: 0, prints: [], texts: [] };

export function begin() {
    return run(() => {
        count.taps = 0;
        count.prints = [];
        count.texts = [];
        count.start = Date.now();
        window.print = (el) => {
            count.prints.push(el.className);
            count.texts.push(el.textContent.replace(/\s+/g, " "));
            document.body.setAttribute("data-prints", count.prints.length);
        };
    }, "count taps and seconds, print nowhere");
}

export function tap(trigger, content) {
    return {
        content: content || `tap ${trigger}`,
        trigger,
        run: (helpers) => {
            count.taps += 1;
            return helpers.click();
        },
    };
}

export function report(what, { taps, seconds }) {
    return run(() => {
        const lasted = (Date.now() - count.start) / 1000;
        console.log(`${what}: ${count.taps} taps, ${lasted.toFixed(1)} s`);
        if (count.taps > taps || lasted > seconds) {
            throw new Error(`${what} took ${count.taps} taps and ${lasted} s`);
        }
    }, "report taps and seconds");
}

export const open = () => [
    begin(),
    tap(".drop-off-button"),
    { content: "the screen is there", trigger: ".drop-off-screen .search:focus" },
];

export const search = (text) => ({
    content: `type “${text}”`,
    trigger: ".drop-off-screen .search",
    run: `edit ${text}`,
});

export const choose = (name) => tap(`.drop-off-screen .person:contains(${name})`);
export const service = (name) => tap(`.drop-off-screen .service:contains(${name})`);
export const more = () => tap(".drop-off-screen .conciergerie-drop-off-line .more");
export const payLater = () => tap(".drop-off-screen .pay-later");
export const payNow = () => tap(".drop-off-screen .pay-now");

export const isBack = () => ({
    content: "back on the till's first screen",
    trigger: ".product-screen",
});

export const printed = (number) => ({
    content: `${number} prints left`,
    trigger: `body[data-prints="${number}"]`,
});

/** What was printed first: the deposit ticket. */
export const ticketSays = (...words) =>
    run(() => {
        for (const word of words.filter((each) => !count.texts[0].includes(each))) {
            throw new Error(`“${word}” is not on the ticket: ${count.texts[0]}`);
        }
    }, `the deposit ticket says ${words}`);

/** A photo as a camera would give it. */
export const photograph = () => ({
    content: "the camera takes a photo",
    trigger: ".drop-off-screen input[type=file]:not(:visible)",
    run: async ({ anchor }) => {
        const canvas = document.createElement("canvas");
        canvas.width = 2000;
        canvas.height = 1500;
        canvas.getContext("2d").fillRect(0, 0, 900, 900);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
        const transfer = new DataTransfer();
        transfer.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
        anchor.files = transfer.files;
        anchor.dispatchEvent(new Event("change", { bubbles: true }));
    },
});

/** Wait until the browser has written down what is typed. */
export const isKept = () =>
    run(async () => {
        const draft = await posmodel.typedDropOff();
        if (!draft?.lines.length || posmodel.localStore.memory.drafts.size) {
            throw new Error(`written down: ${JSON.stringify(draft)}`);
        }
        window.sessionStorage.setItem("typed", JSON.stringify(draft));
    }, "what is typed is written down");

/** As if the page had been closed between the taking and the forgetting. */
export const putDraftBack = () =>
    run(async () => {
        const draft = JSON.parse(window.sessionStorage.getItem("typed"));
        if (await posmodel.typedDropOff()) {
            throw new Error("what was taken is still a draft");
        }
        await posmodel.localStore.put("drafts", [draft]);
    }, "the draft is there again");

/** Wait until the server has everything. */
export const allSent = () => ({
    content: "everything was sent",
    trigger: "body",
    timeout: 60000,
    run: async () => {
        for (let i = 0; i < 500; i++) {
            const photos = await posmodel.localStore.all("photos");
            const entries = await posmodel.localStore.all("outbox");
            if (!photos.length && !entries.length) {
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("something was not sent");
    },
});
