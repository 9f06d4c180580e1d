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
import { isEntitled, isShared, patient, payInCash, see, start } from "./utils/copay_util";
import * as Network from "./utils/network_util";

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

/** C3: two payers, the employer before the commune, with these shares. */
function sharedByTwo(rows, sign = "") {
    const [first, second] = [
        ["Biscuiterie du Val", "10.00"],
        ["Commune of Valmont", "4.00"],
    ].map(([name, amount]) => `${rows}:contains('${name}'):contains('${sign}${amount}')`);
    return see(`${first} + ${second}`, "both shares, the employer's first");
}

registry.category("web_tour.tours").add("conciergerie_pos_copay_two_payers", {
    steps: () =>
        [
            start(),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Alix Bonnet"),
            see(".customer-cover:contains('Biscuiterie du Val')"),
            see(".customer-cover:contains('Commune of Valmont')"),
            ProductScreen.clickDisplayedProduct("Mending"),
            see(".orderline .copay-share:contains('14.00')", "both shares on the line"),
            sharedByTwo(".copay-payer"),
            see(".copay-rest:contains('16.00')"),
            ProductScreen.clickPayButton(),
            sharedByTwo(".copay-payment"),
            see(".payment-screen .total:contains('16.00')", "what the customer pays"),
            PaymentScreen.remainingIs("16.0"),
            payInCash(),
            see(".pos-receipt .receipt-total:contains('30.00')"),
            see(".pos-receipt .copay-share:contains('14.00')"),
            sharedByTwo(".pos-receipt-copay"),
            see(".pos-receipt .receipt-copay-rest:contains('16.00')"),
            ReceiptScreen.clickNextOrder(),
        ].flat(Infinity).map(patient),
});

/** Choose the shared sale and go to the payment of its refund. */
function giveBack(hasNetwork = true) {
    return [
        ProductScreen.clickRefund(),
        hasNetwork ? [] : Dialog.confirm("Continue with limited functionality"),
        TicketScreen.selectOrderByPrice("30.00"),
        ProductScreen.clickNumpad("1"),
        TicketScreen.confirmRefund(),
    ];
}

function isPostponed() {
    return [
        see(".modal:contains('No network'):contains('with the network only')"),
        Dialog.confirm("Ok"),
        see(".payment-screen:not(:has(.copay-payment))", "no share is given back"),
    ];
}

registry.category("web_tour.tours").add("conciergerie_pos_copay_two_payers_back", {
    steps: () =>
        [
            start(),
            giveBack(),
            sharedByTwo(".copay-payment", "-"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            sharedByTwo(".pos-receipt-copay"),
            see(".pos-receipt .receipt-copay-rest:contains('16.00')"),
            ReceiptScreen.clickNextOrder(),
        ].flat(Infinity).map(patient),
});

registry.category("web_tour.tours").add("conciergerie_pos_copay_back_offline", {
    steps: () =>
        [
            start(),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Camille Morel"),
            ProductScreen.clickDisplayedProduct("Mending"),
            isShared("10.00", "20.00"),
            ProductScreen.clickPayButton(),
            see(".copay-payment:contains('10.00')"),
            payInCash(),
            ReceiptScreen.clickNextOrder(),
            Network.network("off"),
            giveBack(false),
            isPostponed(),
            // Whoever pays all of it in cash is refused too, and told why.
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            isPostponed(),
            Network.network("on"),
            // The money that was counted out is not what is to be given back.
            PaymentScreen.clickValidate(),
            see(".modal:contains('Given back to who took it in charge'):contains('10.00')"),
            Dialog.confirm("Ok"),
            see(".copay-payment:contains('-') .payment-amount:contains('10.00')"),
            PaymentScreen.clickPaymentlineDelButton("Cash", "-30.00"),
            PaymentScreen.clickPaymentMethod("Cash"),
            see(".paymentline.selected:contains('-20.00')", "and the customer gets the rest"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            see(".pos-receipt .receipt-copay-rest:contains('20.00')"),
            ReceiptScreen.clickNextOrder(),
        ].flat(Infinity).map(patient),
});
