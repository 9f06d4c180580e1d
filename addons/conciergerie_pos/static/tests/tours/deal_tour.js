import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as NumberPopup from "@point_of_sale/../tests/generic_helpers/number_popup_util";
import { registry } from "@web/core/registry";

function onReceipt(selector, text) {
    return {
        content: `the receipt says “${text}”`,
        trigger: `.pos-receipt ${selector}:contains("${text}")`,
    };
}

function pay(amount) {
    return [
        ProductScreen.clickPayButton(),
        PaymentScreen.clickPaymentMethod("Cash"),
        PaymentScreen.clickValidate(),
        ReceiptScreen.isShown(),
        ReceiptScreen.totalAmountContains(amount),
    ];
}

registry.category("web_tour.tours").add("conciergerie_pos_deals", {
    steps: () =>
        [
            Chrome.startPoS(),
            // A mandate: another provider, no VAT of ours, apart on the receipt.
            ProductScreen.clickDisplayedProduct("Ironing"),
            ProductScreen.totalAmountIs("12.00"),
            {
                content: "the cheapest is proposed",
                trigger: ".o_conciergerie_provider:contains('Laundry of the Bridge')",
                run: "click",
            },
            {
                content: "another one does it",
                trigger: ".modal .selection-item:contains('Laundry of the Hill')",
                run: "click",
            },
            {
                content: "the line says who",
                trigger: ".orderline .o_conciergerie_done_by:contains('Laundry of the Hill')",
            },
            ProductScreen.clickDisplayedProduct("Copies"),
            ProductScreen.totalAmountIs("18.00"),
            pay("18.00"),
            onReceipt(".o_conciergerie_seller", "Sold by Laundry of the Hill"),
            onReceipt(".o_conciergerie_collected", "Of which collected for Laundry of the Hill"),
            onReceipt(".o_conciergerie_collected", "12.00"),
            {
                content: "our own line comes first",
                trigger: ".pos-receipt .orderline:first:contains('Copies')",
            },
            ReceiptScreen.clickNextOrder(),
            // A deposit that we keep: the rest is the provider's.
            ProductScreen.clickDisplayedProduct("Window cleaning"),
            ProductScreen.totalAmountIs("18.00"),
            pay("18.00"),
            onReceipt(".o_conciergerie_left_to_provider", "102.00"),
            ReceiptScreen.clickNextOrder(),
            // A disbursement asks what was advanced.
            ProductScreen.clickDisplayedProduct("Stamps"),
            NumberPopup.enterValue("7.10"),
            Dialog.confirm(),
            ProductScreen.totalAmountIs("7.10"),
            // It is given back to the cent: a discount is refused before money is taken.
            ProductScreen.clickNumpad("%", "1", "0"),
            ProductScreen.totalAmountIs("6.39"),
            ProductScreen.clickPayButton(false),
            Dialog.is({ title: "This cannot be sold" }),
            Dialog.bodyIs("asked back to the cent"),
            Dialog.confirm("Ok"),
            ProductScreen.clickNumpad("%", "⌫"),
            ProductScreen.totalAmountIs("7.10"),
            ProductScreen.clickDisplayedProduct("Copies"),
            pay("13.10"),
            onReceipt(".o_conciergerie_disbursement", "no VAT"),
            ReceiptScreen.clickNextOrder(),
            // A provider whose papers ran out.
            ProductScreen.clickDisplayedProduct("Shoe soles"),
            ProductScreen.clickPayButton(false),
            Dialog.is({ title: "This cannot be sold" }),
            Dialog.bodyIs("Liability insurance"),
            Dialog.confirm("Ok"),
            Chrome.endTour(),
        ]
            .flat(Infinity)
            .map((step) => ({ ...step, timeout: 60000 })),
});
