/* global posmodel */

import { registry } from "@web/core/registry";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import { run } from "@point_of_sale/../tests/generic_helpers/utils";
import * as DropOff from "./utils/drop_off_util";
import { openRegister } from "./utils/register_util";

/** A busy machine answers late; what is wrong is still found. */
const patient = (step) => ({ timeout: 60000, ...step });

/** Left at the counter; the ticket is saved, to be paid at the other till. */
registry.category("web_tour.tours").add("conciergerie_pos_saved_ticket_taken", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.open(),
            DropOff.search("cam"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Ironing"),
            DropOff.more(),
            DropOff.photograph(),
            { content: "one photo", trigger: ".conciergerie-drop-off-line .photo:contains(1)" },
            DropOff.payNow(),
            PaymentScreen.clickBack(),
            ProductScreen.isShown(),
            { content: "save it", trigger: ".control-buttons .fa-upload, .fa-upload", run: "click" },
            { content: "it is saved", trigger: ".o_notification:contains(Order saved for later)" },
            run(async () => {
                for (let i = 0; i < 100; i++) {
                    const [dropOff] = posmodel.models["conciergerie.drop.off"].getAll();
                    if (dropOff.isSynced && dropOff.state === "waiting") {
                        return;
                    }
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                throw new Error("the server does not know of it");
            }, "the server knows of it"),
        ].flat(Infinity).map(patient),
});

/** Paid at the other till, which prints what belongs to it. */
registry.category("web_tour.tours").add("conciergerie_pos_saved_ticket_paid", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.begin(),
            Chrome.clickOrders(),
            TicketScreen.selectOrderByPrice("24.00"),
            TicketScreen.loadSelectedOrder(),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Card"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            DropOff.printed(2),
            DropOff.allSent(),
        ].flat(Infinity).map(patient),
});

/** The first till hears of it, and sends the photo that only it has. */
registry.category("web_tour.tours").add("conciergerie_pos_saved_ticket_back", {
    steps: () =>
        [
            { content: "the till is open", trigger: ".drop-off-button", timeout: 60000 },
            DropOff.begin(),
            DropOff.allSent(),
            DropOff.tap(".drop-off-button"),
            {
                content: "it is known as taken, and not typed any more",
                trigger: ".drop-off-screen:not(:has(.found-again, .taken .badge)) .taken:contains(0001)",
            },
            run(() => {
                if (DropOff.count.prints.length) {
                    throw new Error("it was printed at the other till");
                }
            }, "nothing is printed again"),
        ].flat(Infinity).map(patient),
});
