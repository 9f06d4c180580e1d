import { registry } from "@web/core/registry";
import { scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as DropOff from "./utils/drop_off_util";
import { openRegister } from "./utils/register_util";

registry.category("web_tour.tours").add("conciergerie_pos_drop_off_scan", {
    steps: () =>
        [
            ...openRegister(),
            scan_barcode("VAL-T9P9-9999"),
            Dialog.is({ title: "Not possible" }),
            Dialog.bodyIs("Nothing carries the code “VAL-T9P9-9999”"),
            Dialog.confirm("Ok"),
            { content: "the till still works", trigger: ".pickup-screen .pickup-search" },
            Chrome.clickRegister(),
            DropOff.open(),
            scan_barcode("0420000007"),
            { content: "the card's owner", trigger: ".person.chosen:contains(Cami Autre)" },
            scan_barcode("VAL-T9P9-0001"),
            { content: "a ticket opens the pick-up", trigger: ".pickup-screen" },
        ].flat(),
});
