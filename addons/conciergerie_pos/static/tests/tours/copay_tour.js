/* global posmodel */
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import { run } from "@point_of_sale/../tests/generic_helpers/utils";
import { registry } from "@web/core/registry";
import * as DropOff from "./utils/drop_off_util";

function see(trigger, content) {
    return { content: content || `see ${trigger}`, trigger };
}

/** The till opens slowly where everything is loaded for the first time. */
function start() {
    return [
        { trigger: ".screen-login .btn.open-register-btn", timeout: 60000 },
        Chrome.startPoS(),
    ];
}

/** A busy machine answers late; what is wrong is still found. */
const patient = (step) => ({ timeout: 60000, ...step });

function isEntitled() {
    return [
        see(".customer-cover:contains('Biscuiterie du Val')", "who pays for her"),
        see(".customer-cover:contains('50 % of all services, at most')", "what"),
        see(".customer-cover:contains('left this year')", "and what is left"),
    ];
}

function isShared(share, rest) {
    return [
        see(`.orderline .copay-share:contains('${share}')`, "the share on the line"),
        see(`.copay-payer:contains('Biscuiterie du Val'):contains('${share}')`),
        see(`.copay-rest:contains('${rest}')`, "what is left to pay"),
    ];
}

/** @param {boolean} note from 25 €, the customer of a service gets one before paying */
function payInCash(note = true) {
    return [
        PaymentScreen.clickPaymentMethod("Cash"),
        PaymentScreen.remainingIs("0.0"),
        PaymentScreen.clickValidate(),
        note ? Dialog.confirm("It was handed", ".btn") : [],
        ReceiptScreen.isShown(),
    ];
}

/** Another counter keeps a part of the ceiling, as it would from its own till. */
function otherCounterUses(amount) {
    return {
        content: `another counter keeps ${amount}`,
        trigger: "body",
        run: async () => {
            const order = posmodel.getOrder();
            const [, partner, lines] = order.getCopayRequest();
            const kept = await posmodel.data.call("pos.config", "copay_open", [
                [posmodel.config.id],
                "other-counter",
                partner,
                [{ ...lines[0], uuid: "other-line", price_total: 2 * amount }],
                2 * amount,
            ]);
            if (kept.payments[0]?.amount !== amount) {
                throw new Error(`${JSON.stringify(kept)} instead of ${amount}`);
            }
        },
    };
}

registry.category("web_tour.tours").add("conciergerie_pos_copay", {
    steps: () =>
        [
            start(),
            ProductScreen.clickDisplayedProduct("Mending"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Camille Morel"),
            isEntitled(),
            isShared("10.00", "20.00"),
            ProductScreen.clickPayButton(),
            see(".copay-payment:contains('Taken in charge by Biscuiterie du Val')"),
            see(".payment-screen .total:contains('20.00')", "what the customer pays"),
            see(
                ".paymentmethods:not(:contains('Taken in charge')):contains('Cash')",
                "nobody takes a share by hand"
            ),
            PaymentScreen.remainingIs("20.0"),
            payInCash(),
            see(".pos-receipt .receipt-total:contains('30.00')"),
            see(".pos-receipt .copay-share:contains('10.00')"),
            see(".pos-receipt .pos-receipt-copay:contains('by Biscuiterie du Val')"),
            see(".pos-receipt .receipt-copay-rest:contains('20.00')"),
            see(".pos-receipt .paymentlines:contains('Cash'):contains('20.00')"),
            see(".pos-receipt:not(:has(.paymentlines:contains('Taken in charge')))"),
            ReceiptScreen.clickNextOrder(),
            // Given back: both shares, the payer's without a gesture of the cashier.
            ProductScreen.clickRefund(),
            TicketScreen.selectOrderByPrice("30.00"),
            ProductScreen.clickNumpad("1"),
            TicketScreen.confirmRefund(),
            see(".copay-payment:contains('-') .payment-amount:contains('10.00')"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            see(".pos-receipt .receipt-copay-rest:contains('20.00')"),
            ReceiptScreen.clickNextOrder(),
            // Somebody for whom nobody pays.
            ProductScreen.clickDisplayedProduct("Mending"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Alix Bonnet"),
            ProductScreen.clickPayButton(),
            see(".payment-screen .total:contains('30.00')"),
            payInCash(),
            see(".pos-receipt:not(:has(.receipt-copay-rest))"),
            ReceiptScreen.clickNextOrder(),
            // Nobody counts what payers owe.
            Chrome.clickMenuOption("Close Register"),
            see(".payment-methods-overview > div:contains('Card'):contains('Counted')"),
            see(
                ".payment-methods-overview > div:contains('Taken in charge'):not(:contains('Counted'))"
            ),
        ].flat(Infinity).map(patient),
});

registry.category("web_tour.tours").add("conciergerie_pos_copay_used", {
    steps: () =>
        [
            start(),
            ProductScreen.clickDisplayedProduct("Mending"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Camille Morel"),
            isEntitled(),
            isShared("8.00", "22.00"),
            otherCounterUses(5),
            ProductScreen.clickPayButton(),
            see(".modal:contains('instead of'):contains('3.00'):contains('8.00')"),
            Dialog.confirm("Ok"),
            see(".copay-payment:contains('3.00')"),
            PaymentScreen.remainingIs("27.0"),
            payInCash(),
            see(".pos-receipt .receipt-copay-rest:contains('27.00')"),
        ].flat(Infinity).map(patient),
});

registry.category("web_tour.tours").add("conciergerie_pos_membership", {
    steps: () =>
        [
            start(),
            ProductScreen.clickDisplayedProduct("Yearly membership"),
            ProductScreen.clickPayButton(false),
            see(".modal:contains('choose who becomes a member')"),
            Dialog.confirm(),
            ProductScreen.clickCustomer("Alix Bonnet"),
            see(".payment-screen", "the payment opens"),
            payInCash(false),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickDisplayedProduct("Copies"),
            ProductScreen.totalAmountIs("6.00"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Alix Bonnet"),
            see(".customer-bar .customer-member:contains('Member until')"),
            ProductScreen.totalAmountIs("4.80"),
            ProductScreen.clickPayButton(),
            payInCash(false),
        ].flat(Infinity).map(patient),
});

registry.category("web_tour.tours").add("conciergerie_pos_copay_small", {
    steps: () =>
        [
            start(),
            ProductScreen.clickDisplayedProduct("Mending"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Camille Morel"),
            ProductScreen.clickReview(),
            isEntitled(),
            isShared("10.00", "20.00"),
            run(() => {
                const { scrollWidth, clientWidth } = document.documentElement;
                if (scrollWidth > clientWidth) {
                    throw new Error(`${scrollWidth} px on a screen of ${clientWidth}`);
                }
            }, "nothing sticks out of the screen"),
            { content: "pay", trigger: ".leftpane .pay-order-button", run: "click" },
            see(".copay-payment:contains('Biscuiterie du Val')"),
            payInCash(),
            see(".pos-receipt .receipt-copay-rest:contains('20.00')"),
        ].flat(Infinity).map(patient),
});

registry.category("web_tour.tours").add("conciergerie_pos_copay_offline", {
    steps: () =>
        [
            start(),
            ProductScreen.clickDisplayedProduct("Mending"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Camille Morel"),
            isEntitled(),
            Offline.setOfflineMode(),
            ProductScreen.clickPayButton(),
            see(".modal:contains('No network'):contains('cannot be known')"),
            Dialog.confirm("Sell without a share"),
            see(".payment-screen .total:contains('30.00')"),
            payInCash(),
            see(".pos-receipt:not(:has(.receipt-copay-rest))"),
            Offline.setOnlineMode(),
            Dialog.confirm("Continue with limited functionality"),
            ReceiptScreen.clickNextOrder(),
            {
                content: "the ticket is sent",
                trigger: "body",
                run: async () => {
                    posmodel.data.network.offline = false;
                    await posmodel.syncAllOrders();
                },
            },
        ].flat(Infinity).map(patient),
});

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
