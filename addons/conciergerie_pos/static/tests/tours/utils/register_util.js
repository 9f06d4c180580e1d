import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";

/**
 * Open the register. A busy machine is long to load the till, and to shut the pop-up:
 * what lies below it cannot be tapped until then.
 */
export function openRegister() {
    return [
        { ...Dialog.confirm("Open Register"), timeout: 60000 },
        { content: "the pop-up is shut", trigger: "body:not(:has(.modal))", timeout: 60000 },
    ];
}
