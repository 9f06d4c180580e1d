/* global posmodel */
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";
import { patient, payInCash, see, start } from "./utils/copay_util";
import * as DropOff from "./utils/drop_off_util";

registry.category("web_tour.tours").add("conciergerie_pos_copay_unknown", {
    steps: () =>
        [
            start(),
            // Met with network: nobody pays for her, and the browser remembers it.
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Alix Bonnet"),
            {
                content: "it is remembered",
                trigger: ".customer-bar",
                run: async () => {
                    await posmodel.loadCopayCover(posmodel.getOrder());
                },
            },
            Offline.setOfflineMode(),
            ProductScreen.clickDisplayedProduct("Mending"),
            ProductScreen.clickPayButton(),
            payInCash(),
            Dialog.confirm("Continue with limited functionality"),
            ReceiptScreen.clickNextOrder(),
            // Never met: told before payment, and again where one chose to wait.
            ProductScreen.clickDisplayedProduct("Mending"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Noa Perrin"),
            ProductScreen.clickPayButton(false),
            see(".modal:contains('who pays is not known'):contains('Noa Perrin')"),
            see(".modal:contains('30.00')"),
            { trigger: ".modal button:contains('Wait for the network')", run: "click" },
            see(".payment-screen:not(:has(.modal))"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            Dialog.confirm("It was handed", ".btn"),
            see(".modal:contains('who pays is not known')"),
            Dialog.confirm("Sell at full price"),
            ReceiptScreen.isShown(),
            see(".pos-receipt:not(:has(.receipt-copay-rest))"),
            Offline.setOnlineMode(),
            ReceiptScreen.clickNextOrder(),
            {
                content: "the tickets are sent",
                trigger: "body",
                run: async () => {
                    posmodel.data.network.offline = false;
                    for (let i = 0; i < 20 && (await posmodel.countOutbox()).length; i++) {
                        await posmodel.syncAllOrders();
                        await posmodel.sendOutbox();
                    }
                },
            },
        ].flat(Infinity).map(patient),
});

const leave = () => [
    DropOff.open(),
    DropOff.search("cam"),
    DropOff.choose("Camille Morel"),
    DropOff.service("Mending"),
];

registry.category("web_tour.tours").add("conciergerie_pos_copay_told", {
    steps: () =>
        [
            start(),
            // What is ready: what the customer pays is said before the payment opens.
            { trigger: ".pickup-button", run: "click" },
            { trigger: ".pickup-person:contains('Camille Morel')", run: "click" },
            see(".pickup-share:contains('Biscuiterie du Val'):contains('10.00')"),
            { trigger: ".pickup-confirm:contains('20.00')", run: "click" },
            see(".copay-payment:contains('Biscuiterie du Val')"),
            payInCash(),
            see(
                ".receipt-screen .fs-4:contains('taken in charge'):contains('20.00'):contains('10.00')"
            ),
            ReceiptScreen.clickNextOrder(),
            // Left and paid later, then left and paid at once.
            leave(),
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(1),
            DropOff.ticketSays(
                "Taken in charge by Biscuiterie du Val-10.00",
                "To pay when you collect20.00"
            ),
            leave(),
            DropOff.payNow(),
            see(".copay-payment:contains('Biscuiterie du Val')"),
            payInCash(),
            DropOff.printed(1),
            DropOff.ticketSays("Taken in charge by Biscuiterie du Val-10.00", "Paid20.00"),
        ].flat(Infinity).map(patient),
});
