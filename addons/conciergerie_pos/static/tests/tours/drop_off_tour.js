/* global posmodel */

import { registry } from "@web/core/registry";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { run } from "@point_of_sale/../tests/generic_helpers/utils";
import * as DropOff from "./utils/drop_off_util";
import * as Network from "./utils/network_util";
import { openRegister } from "./utils/register_util";

registry.category("web_tour.tours").add("conciergerie_pos_drop_off", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.open(),
            DropOff.search("cam"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Ironing"),
            DropOff.more(),
            DropOff.more(),
            DropOff.photograph(),
            {
                content: "one photo",
                trigger: ".conciergerie-drop-off-line .photo:contains(1)",
            },
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(2),
            DropOff.report("Drop-off of a known beneficiary, three pieces", {
                taps: 8,
                seconds: 30,
            }),
            run(() => {
                if (!DropOff.count.prints[0].includes("conciergerie-deposit-ticket")) {
                    throw new Error("no deposit ticket");
                }
                if (!DropOff.count.prints[1].includes("conciergerie-labels")) {
                    throw new Error("no labels");
                }
            }, "the deposit ticket and the labels were printed"),
            DropOff.allSent(),
        ].flat(),
});

registry.category("web_tour.tours").add("conciergerie_pos_drop_off_new", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.open(),
            // Pressed too early, it says what is missing.
            DropOff.payLater(),
            {
                content: "who?",
                trigger: ".o_notification:contains(Type three letters of the name)",
            },
            DropOff.search("Ada Nguyen"),
            { content: "nobody is known", trigger: ".drop-off-screen:not(:has(.person))" },
            DropOff.tap(".drop-off-screen .new"),
            {
                content: "her phone",
                trigger: ".drop-off-screen .phone",
                run: "edit 06 39 98 00 12",
            },
            DropOff.service("Ironing"),
            DropOff.service("Paperwork"),
            {
                content: "paperwork is free",
                trigger: ".conciergerie-drop-off-line:contains(Paperwork):contains(Free)",
            },
            {
                content: "remarks",
                trigger: ".conciergerie-drop-off-line:contains(Paperwork) .describe",
                run: "click",
            },
            {
                content: "they are typed at once",
                trigger: ".conciergerie-drop-off-line .remarks:focus",
            },
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(2),
            DropOff.report("Drop-off of somebody new, two services", { taps: 8, seconds: 60 }),
            DropOff.allSent(),
        ].flat(),
});

registry.category("web_tour.tours").add("conciergerie_pos_drop_off_paid", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.open(),
            DropOff.search("cam"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Ironing"),
            DropOff.payNow(),
            // She changes her mind, and again: nothing is doubled.
            PaymentScreen.clickBack(),
            DropOff.tap(".drop-off-button"),
            DropOff.more(),
            DropOff.payNow(),
            PaymentScreen.totalIs("24.00"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            DropOff.printed(2),
            DropOff.report("Drop-off paid at once", { taps: 12, seconds: 60 }),
            DropOff.allSent(),
            run(() => {
                const [dropOff] = posmodel.dropOffsOfToday;
                if (dropOff.items[0].quantity !== 2 || !dropOff.isSynced) {
                    throw new Error("the drop-off is not what was paid");
                }
            }, "one drop-off, as paid"),
        ].flat(),
});

/** Who can be sold for is proposed, what cannot be sold is refused before it is taken. */
registry.category("web_tour.tours").add("conciergerie_pos_drop_off_deal", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.open(),
            DropOff.search("cam"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Embroidery"),
            {
                content: "without an agreement",
                trigger: ".conciergerie-drop-off-line .without-agreement:contains(Stranger)",
            },
            DropOff.payNow(),
            Dialog.is({ title: "This cannot be sold" }),
            Dialog.bodyIs("no running agreement"),
            Dialog.confirm("Ok"),
            DropOff.tap(".drop-off-screen .conciergerie-drop-off-line .remove"),
            DropOff.service("Ironing"),
            {
                content: "the cheapest has no agreement: another one is proposed",
                trigger: ".conciergerie-drop-off-line:not(:has(.without-agreement))",
                run: ({ anchor }) => {
                    const select = anchor.querySelector(".provider");
                    const names = [...select.options].map((one) => one.textContent.trim());
                    const wanted = ["Laundry of the Bridge", "Laundry of the Hill", "Stranger"];
                    if (names.toSorted().join() !== wanted.join()) {
                        throw new Error(`${names} can be chosen`);
                    }
                    if (names[select.selectedIndex] !== wanted[0]) {
                        throw new Error(`${names[select.selectedIndex]} is proposed`);
                    }
                },
            },
            DropOff.payNow(),
            PaymentScreen.clickBack(),
            // The ticket is opened again, and another one does it.
            ProductScreen.clickLine("Ironing"),
            DropOff.tap(".o_conciergerie_provider"),
            {
                content: "who cannot be sold for",
                trigger: ".modal .selection-item:contains(Stranger):contains(No running agreement)",
            },
            DropOff.tap(".modal .selection-item:contains(Laundry of the Hill)"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            { content: "who sells it", trigger: ".receipt-company" },
            DropOff.printed(2),
            DropOff.allSent(),
            run(() => {
                const [item] = posmodel.dropOffsOfToday[0].items;
                if (item.provider_name !== "Laundry of the Hill") {
                    throw new Error(`the deposit ticket names ${item.provider_name}`);
                }
            }, "the deposit ticket names who was sold"),
        ].flat(),
});

registry.category("web_tour.tours").add("conciergerie_pos_drop_off_small", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.begin(),
            DropOff.tap(".drop-off-button"),
            DropOff.search("mor"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Ironing"),
            DropOff.more(),
            run(() => {
                const screen = document.querySelector(".drop-off-screen");
                const right = Math.ceil(screen.getBoundingClientRect().right);
                for (const el of screen.querySelectorAll("*")) {
                    if (el.getBoundingClientRect().right > right) {
                        throw new Error(`${el.className} sticks out of the screen`);
                    }
                }
            }, "nothing sticks out of the screen"),
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(2),
            DropOff.report("Drop-off on a phone", { taps: 8, seconds: 30 }),
            DropOff.allSent(),
        ].flat(),
});

const isEmpty = () => ({
    content: "nothing is typed",
    trigger: ".drop-off-screen:has(.service):not(:has(.found-again, .conciergerie-drop-off-line))",
});

const reload = () => [
    Network.openAsIs(),
    Chrome.startPoS().map((step) => ({ ...step, timeout: 60000 })),
    { content: "the button", trigger: ".drop-off-button", run: "click" },
];

/** What is typed is found again: after a reload, another screen, a payment given up. */
registry.category("web_tour.tours").add("conciergerie_pos_drop_off_draft", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.open(),
            DropOff.search("cam"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Ironing"),
            DropOff.more(),
            DropOff.photograph(),
            DropOff.tap(".conciergerie-drop-off-line .describe"),
            { content: "a remark", trigger: ".remarks", run: "edit A stain on the collar" },
            { content: "of a piece", trigger: ".piece:eq(1) input", run: "edit Blue jacket" },
            {
                content: "another day",
                trigger: ".promised",
                run({ anchor }) {
                    anchor.value = luxon.DateTime.now().plus({ days: 40 }).toISODate();
                    anchor.dispatchEvent(new Event("change", { bubbles: true }));
                },
            },
            DropOff.isKept(),
            ...reload(),
            { content: "it is said", trigger: ".found-again:contains(not taken yet)" },
            { content: "who", trigger: ".drop-off-screen .person.chosen:contains(Camille Morel)" },
            {
                content: "what, and how many",
                trigger: ".conciergerie-drop-off-line:contains(Ironing) .count:contains(2)",
            },
            { content: "its photo", trigger: ".conciergerie-drop-off-line .photo:contains(1)" },
            {
                content: "its date",
                trigger: ".promised",
                run({ anchor }) {
                    const day = luxon.DateTime.now().plus({ days: 40 }).toISODate();
                    if (anchor.value !== day) {
                        throw new Error(`promised for ${anchor.value} instead of ${day}`);
                    }
                },
            },
            // Somebody else is quicker; then it goes on.
            { content: "another screen", trigger: ".pickup-button", run: "click" },
            { content: "it is there", trigger: ".pickup-screen" },
            run(() => posmodel.navigate("DropOffScreen"), "back"),
            DropOff.tap(".found-again ~ .person ~ .services .service:contains(Paperwork)"),
            DropOff.tap(".conciergerie-drop-off-line:first .describe"),
            {
                content: "what was written",
                trigger: ".remarks",
                run({ anchor }) {
                    const piece = document.querySelectorAll(".piece input")[1];
                    if (anchor.value !== "A stain on the collar" || piece.value !== "Blue jacket") {
                        throw new Error(`${anchor.value}, ${piece.value}`);
                    }
                },
            },
            // The payment is given up, and the page closed.
            DropOff.payNow(),
            PaymentScreen.clickBack(),
            DropOff.tap(".drop-off-button"),
            { content: "its photo", trigger: ".conciergerie-drop-off-line .photo:contains(1)" },
            DropOff.isKept(),
            ...reload(),
            { content: "its photo", trigger: ".conciergerie-drop-off-line .photo:contains(1)" },
            DropOff.begin(),
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(2),
            DropOff.allSent(),
            // Taken, it is not shown again: not even where the page was closed just before.
            DropOff.putDraftBack(),
            ...reload(),
            isEmpty(),
            // Given up, neither.
            DropOff.tap(".drop-off-screen .person .change"),
            DropOff.search("Ada Nguyen"),
            DropOff.tap(".drop-off-screen .new"),
            DropOff.service("Ironing"),
            DropOff.photograph(),
            { content: "one photo", trigger: ".conciergerie-drop-off-line .photo:contains(1)" },
            DropOff.isKept(),
            ...reload(),
            {
                content: "her name",
                trigger: ".drop-off-screen .name",
                run({ anchor }) {
                    if (anchor.value !== "Ada Nguyen") {
                        throw new Error(anchor.value);
                    }
                },
            },
            DropOff.tap(".found-again .forget"),
            isEmpty(),
            DropOff.allSent(),
            ...reload(),
            isEmpty(),
        ].flat(Infinity).map((step) => ({ timeout: 60000, ...step })),
});
