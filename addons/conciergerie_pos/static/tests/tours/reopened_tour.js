/* global posmodel */

import { registry } from "@web/core/registry";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { run, scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import * as DropOff from "./utils/drop_off_util";
import * as Network from "./utils/network_util";
import { openRegister } from "./utils/register_util";

/** A busy machine answers late; what is wrong is still found. */
const patient = (step) => ({ timeout: 60000, ...step });

const start = () => Chrome.startPoS().map((step) => ({ ...step, timeout: 60000 }));

const dropOff = () => [
    DropOff.open(),
    DropOff.search("cam"),
    DropOff.choose("Camille Morel"),
    DropOff.service("Ironing"),
];

const payInCash = () => [
    PaymentScreen.clickPaymentMethod("Cash"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
];

/** Sold and taken without network, one more begun; here the browser is closed. */
registry.category("web_tour.tours").add("conciergerie_pos_closed_offline", {
    steps: () =>
        [
            ...openRegister(),
            Network.serviceWorkerReady(),
            // The tours' own scripts are kept at the second opening.
            Network.open(),
            start(),
            { content: "the till is open", trigger: ".drop-off-button" },
            Network.network("off"),
            ProductScreen.clickDisplayedProduct("Copies"),
            ProductScreen.clickPayButton(),
            payInCash(),
            // Core says it once.
            Dialog.confirm("Continue with limited functionality"),
            ReceiptScreen.clickNextOrder(),
            dropOff(),
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(2),
            dropOff(),
            DropOff.payNow(),
            payInCash(),
            DropOff.printed(2),
            ReceiptScreen.clickNextOrder(),
            Network.unsent(4),
            dropOff(),
            DropOff.more(),
            DropOff.isKept(),
        ].flat(Infinity).map(patient),
});

const typedIsFound = () => [
    { content: "it was begun", trigger: ".found-again" },
    { content: "two pieces", trigger: ".conciergerie-drop-off-line .count:contains(2)" },
    DropOff.tap(".found-again .forget"),
    {
        content: "what was taken before is known",
        trigger: ".drop-off-screen:has(.taken:contains(0001)):has(.taken:contains(0002))",
    },
];

registry.category("web_tour.tours").add("conciergerie_pos_opened_again", {
    steps: () =>
        [
            { content: "it opens", trigger: ".drop-off-screen, .screen-login", timeout: 60000 },
            {
                ...run(async () => {
                    if (navigator.onLine) {
                        throw new Error("there is a network");
                    }
                    await posmodel.navigate("DropOffScreen");
                }, "without network"),
            },
            typedIsFound(),
            { content: "said not to be sent", trigger: ".drop-off-screen .unsent:contains(4)" },
            DropOff.tap(".drop-off-screen .back"),
            scan_barcode("VAL-T9P9-9999"),
            Dialog.is({ title: "Unknown without network" }),
            Dialog.confirm("Ok"),
            Network.unsent(4),
            Network.network("on"),
            DropOff.allSent(),
        ].flat(Infinity).map(patient),
});

registry.category("web_tour.tours").add("conciergerie_pos_sent_at_opening", {
    steps: () =>
        [
            start(),
            { content: "the till is open", trigger: ".drop-off-button", timeout: 60000 },
            DropOff.allSent(),
            DropOff.tap(".drop-off-button"),
            typedIsFound(),
            { content: "all is sent", trigger: ".drop-off-screen:not(:has(.unsent, .taken .badge))" },
        ].flat(Infinity).map(patient),
});
