import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";

export function see(trigger, content) {
    return { content: content || `see ${trigger}`, trigger };
}

/** The till opens slowly where everything is loaded for the first time. */
export function start() {
    return [
        { trigger: ".screen-login .btn.open-register-btn", timeout: 60000 },
        Chrome.startPoS(),
    ];
}

/** A busy machine answers late; what is wrong is still found. */
export const patient = (step) => ({ timeout: 60000, ...step });

export function isEntitled() {
    return [
        see(".customer-cover:contains('Biscuiterie du Val')", "who pays for her"),
        see(".customer-cover:contains('50 % of all services, at most')", "what"),
        see(".customer-cover:contains('left this year')", "and what is left"),
    ];
}

export function isShared(share, rest) {
    return [
        see(`.orderline .copay-share:contains('${share}')`, "the share on the line"),
        see(`.copay-payer:contains('Biscuiterie du Val'):contains('${share}')`),
        see(`.copay-rest:contains('${rest}')`, "what is left to pay"),
    ];
}

/** @param {boolean} note from 25 €, the customer of a service gets one before paying */
export function payInCash(note = true) {
    return [
        PaymentScreen.clickPaymentMethod("Cash"),
        PaymentScreen.remainingIs("0.0"),
        PaymentScreen.clickValidate(),
        note ? Dialog.confirm("It was handed", ".btn") : [],
        ReceiptScreen.isShown(),
    ];
}
