import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Numpad from "@point_of_sale/../tests/generic_helpers/numpad_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as PosSale from "@pos_sale/../tests/tours/utils/pos_sale_utils";
import { registry } from "@web/core/registry";
import { click, openRegister, shows } from "./pickup_tour_util";

/** Core's own dialog, where the order is the first of the list. */
function choose(what) {
    return [
        PosSale.selectNthOrder(1),
        click(`.modal:not(.o_inactive_modal) .selection-item:contains('${what}')`),
    ];
}

/** @param {string} balance what core says is due before this down payment */
function downPayment(kind, balance, keys) {
    return [
        choose(`Apply a down payment (${kind})`),
        shows(`.modal:contains('Due balance'):contains('${balance}')`),
        keys.split("").map(Numpad.click),
        Dialog.confirm("Apply"),
    ];
}

/** @param {boolean} note from 25 € of services, the customer gets one before paying */
function pay(amount, { isOnlyMethod = false, note = false } = {}) {
    return [
        ProductScreen.totalAmountIs(amount),
        ProductScreen.clickPayButton(),
        isOnlyMethod
            ? shows(".paymentline.selected:contains('Card')", "taken by itself")
            : PaymentScreen.clickPaymentMethod("Card"),
        PaymentScreen.clickValidate(),
        note ? Dialog.confirm("It was handed", ".btn") : [],
        ReceiptScreen.isShown(),
        ReceiptScreen.clickNextOrder(),
    ];
}

/** A busy machine answers late; what is wrong is still found. */
const patient = (step) => ({ timeout: 60000, ...step });

registry.category("web_tour.tours").add("conciergerie_pos_down_payments", {
    steps: () =>
        [
            openRegister(),
            downPayment("percentage", "100.00", "20"),
            pay("20.00", { isOnlyMethod: true }),
            downPayment("fixed amount", "80.00", "30"),
            pay("30.00", { isOnlyMethod: true }),
            downPayment("percentage", "50.00", "10"),
            pay("5.00", { isOnlyMethod: true }),
            choose("Settle the order"),
            pay("45.00", { isOnlyMethod: true, note: true }),
            // Nothing is left, so core does not offer it any more.
            ProductScreen.clickControlButton("Quotation/Order"),
            shows(".modal p:contains('No record found')"),
        ]
            .flat(Infinity)
            .map(patient),
});

registry.category("web_tour.tours").add("conciergerie_pos_settled_and_back", {
    steps: () =>
        [
            openRegister(),
            choose("Apply a down payment (percentage)"),
            shows(".modal:contains('No down payment on this order')"),
            shows(".modal:contains('“Ironing” is sold in the name of Laundry of the Bridge')"),
            Dialog.confirm("Ok"),
            choose("Settle the order"),
            shows(".orderline .o_conciergerie_done_by:contains('Laundry of the Bridge')"),
            pay("18.00"),
            ProductScreen.clickRefund(),
            TicketScreen.selectOrderByPrice("18.00"),
            ["Ironing", "Copies"].map((name) => [
                click(`.ticket-screen .orderline:contains('${name}')`),
                shows(`.ticket-screen .orderline.selected:contains('${name}')`),
                ProductScreen.clickNumpad("1"),
                shows(`.ticket-screen .orderline:contains('${name}'):contains('To Refund')`),
            ]),
            TicketScreen.confirmRefund(),
            PaymentScreen.clickPaymentMethod("Card"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
        ]
            .flat(Infinity)
            .map(patient),
});
