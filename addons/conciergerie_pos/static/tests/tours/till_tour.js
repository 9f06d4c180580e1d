import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

const click = (trigger) => ({ content: `click ${trigger}`, trigger, run: "click" });
const shows = (trigger) => ({ content: `shows ${trigger}`, trigger });

/** Printed pages go nowhere here; what they would show is kept. */
const keepPrints = {
    content: "keep what is printed",
    trigger: "body",
    run() {
        window.printed = [];
        window.print = () => {
            window.printed.push(
                [...document.querySelectorAll(".render-container .pos-receipt")]
                    .map((el) => el.textContent)
                    .join(" ")
            );
        };
    },
};

/** Count a float of 5 × 20 by denomination. */
const countFloat = [
    click(".opening-cash-section .fa-money"),
    {
        content: "five notes of twenty",
        trigger: '.modal div:has(> label[for="20"]) input',
        run: "edit 5",
    },
    shows(".modal .total-section:contains(100.00)"),
    click(".modal .btn:contains(Confirm)"),
    {
        content: "the count is the opening amount",
        trigger: ".opening-cash-section input",
        run({ anchor }) {
            if (parseFloat(anchor.value.replace(",", ".")) !== 100) {
                throw new Error(`counted ${anchor.value}`);
            }
        },
    },
    click(".modal .btn:contains(Open Register)"),
];

/** Open by denomination, sell with a note and a cheque, take cash out, count and close. */
registry.category("web_tour.tours").add("ConciergerieTillDayTour", {
    steps: () =>
        [
            // The first page of a cold server takes its time.
            Chrome.startPoS().map((step) => ({ ...step, timeout: 60000 })),
            ...countFloat,
            keepPrints,
            // Below the threshold nobody is asked.
            ProductScreen.clickDisplayedProduct("Copies"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            shows(".pos-receipt .receipt-mediator:contains(Mediator of the Val)"),
            shows(".pos-receipt .receipt-terms:contains(Exchange within 8 days)"),
            ReceiptScreen.clickNextOrder(),
            // From 25.00 on the note comes first.
            ProductScreen.clickDisplayedProduct("Help at home"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Camille Morel"),
            shows(".customer-bar .customer-phone:contains(01 02 03 04 05)"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cheque"),
            click(".paper-details"),
            { trigger: ".paper-number", run: "edit 0012345" },
            { trigger: ".paper-bank", run: "edit Banque du Val" },
            {
                content: "the customer is proposed as the drawer",
                trigger: ".paper-drawer",
                run({ anchor }) {
                    if (anchor.value !== "Camille Morel") {
                        throw new Error(`drawer ${anchor.value}`);
                    }
                },
            },
            click(".modal .btn:contains(Keep)"),
            shows(".paper-details:contains(0012345)"),
            PaymentScreen.clickValidate(),
            shows(".modal:contains(note before paying)"),
            click(".note-print"),
            shows(".note-button:has(.fa-check)"),
            {
                content: "the note says nothing that nobody wrote",
                trigger: "body",
                run() {
                    const note = window.printed.at(-1);
                    if (!note.includes("To pay") || /false|undefined|null/.test(note)) {
                        throw new Error(note);
                    }
                },
            },
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            // Cash for the bank, with its reason proposed; its receipt needs a printer.
            {
                content: "plug a printer in",
                trigger: "body",
                run() {
                    const device = {
                        async printReceipt(el) {
                            window.printed.push(el.textContent);
                            return { successful: true };
                        },
                    };
                    window.posmodel.hardwareProxy.printer = device;
                },
            },
            Chrome.clickMenuOption("Cash In/Out"),
            shows(".cash-purposes .btn:contains(Taken to the bank)"),
            click(".cash-purposes .btn:contains(Taken to the bank)"),
            { trigger: ".modal input.o_input", run: "edit 6" },
            click(".modal .confirm:not(:disabled)"),
            {
                content: "the popup is gone",
                trigger: "body:not(:has(.modal))",
                timeout: 60000,
            },
            shows(".o_notification:contains(Cash out of):contains(6.00):contains(: Taken to the bank)"),
            {
                content: "its receipt says the sense in the cashier's words",
                trigger: "body",
                run() {
                    window.posmodel.hardwareProxy.printer = null;
                    const receipt = window.printed.at(-1);
                    if (!receipt.includes("CASH OUT") || !receipt.includes("Taken to the bank")) {
                        throw new Error(receipt);
                    }
                },
            },
            // Close with the summary.
            Chrome.clickMenuOption("Close Register"),
            shows(".closing-summary .section-turnover .section-total:contains(36.00)"),
            shows(".closing-summary .section-cash:contains(100.00)"),
            click(".close-pos-popup .fa-clone:eq(0)"),
            shows(".close-pos-popup .cash-difference:contains(0.00)"),
            { ...click(".modal .btn:contains(Close Register)"), expectUnloadPage: true },
            {
                content: "closed, the till offers to open again",
                trigger: ".screen-login .btn.open-register-btn",
                timeout: 60000,
            },
        ].flat(),
});
