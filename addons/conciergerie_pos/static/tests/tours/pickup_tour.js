import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";
import {
    click,
    openRegister,
    scan,
    shows,
    sign,
    startCounting,
    stopCounting,
} from "./pickup_tour_util";

const REFERENCE = /VAL-\d{4}-\d{4}/;

/** Three pieces of which one leaves, then the rest to a proxy. */
registry.category("web_tour.tours").add("ConciergeriePickupTour", {
    steps: () =>
        [
            openRegister(),
            click(".pickup-button"),
            shows(".pickup-person:contains(Camille Morel)"),
            shows(".pickup-person:contains(Shelf A)"),
            startCounting("Pick-up of one piece of three"),
            click(".pickup-person:contains(Camille Morel)"),
            shows(".pickup-confirm:disabled:contains(36.00)"),
            // Two stay.
            click(".pickup-piece:eq(1)"),
            click(".pickup-piece:eq(2)"),
            sign(),
            click(".pickup-confirm:not(:disabled):contains(12.00)"),
            PaymentScreen.clickPaymentMethod("Card"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            stopCounting("Pick-up of one piece of three", { taps: 7, seconds: 10 }),
            ReceiptScreen.clickNextOrder(),
            click(".pickup-button"),
            {
                content: "a ticket that was printed after it was sent is counted once",
                trigger: ".pickup-person:contains(Camille Morel)",
                async run() {
                    const paid = window.posmodel.models["pos.order"].find((o) => o.finalized);
                    paid.nb_print += 1;
                    if (!paid.isDirty()) {
                        throw new Error("the ticket does not differ from the server's");
                    }
                    await window.posmodel.refreshRequests();
                    await window.posmodel.refreshRequests();
                },
            },
            {
                content: "scan the label of the second piece",
                trigger: ".pickup-person:contains(Camille Morel)",
                run() {
                    const request = window.posmodel.requests.find((r) => r.canLeave);
                    if (!REFERENCE.test(request.reference) || request.sale.line.left !== 2) {
                        throw new Error(`${request.reference}: ${request.sale.line.left} left`);
                    }
                    scan(request.piecesHere[0].label).run();
                },
            },
            shows(".pickup-confirm:contains(24.00)"),
            click(".proxy-toggle"),
            { trigger: ".proxy-name", run: "edit Léa Morel" },
            click(".pickup-confirm:not(:disabled)"),
            PaymentScreen.clickPaymentMethod("Card"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            click(".pickup-button"),
            shows(".pickup-empty"),
        ].flat(),
});

/** Paid before: handed over at once, but signed for; then a scan of what has left. */
registry.category("web_tour.tours").add("ConciergeriePrepaidTour", {
    steps: () =>
        [
            openRegister(),
            click(".pickup-button"),
            startCounting("Prepaid pick-up"),
            {
                content: "scan its ticket",
                trigger: ".pickup-person:contains(Camille Morel)",
                run() {
                    const request = window.posmodel.requests.find((r) => r.canLeave);
                    window.handedReference = request.reference;
                    scan(request.reference).run();
                },
            },
            shows(".pickup-confirm:disabled"),
            sign(),
            click(".pickup-confirm:not(:disabled):contains(Hand over)"),
            shows(".pickup-empty"),
            stopCounting("Prepaid pick-up", { taps: 1, seconds: 10 }),
            {
                content: "scan it again",
                trigger: ".pickup-empty",
                run() {
                    scan(window.handedReference).run();
                },
            },
            shows(".o_notification:contains(already been handed over)"),
        ].flat(),
});
