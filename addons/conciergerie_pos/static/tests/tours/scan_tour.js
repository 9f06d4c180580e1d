import { registry } from "@web/core/registry";
import { scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import * as DropOff from "./utils/drop_off_util";
import { openRegister } from "./utils/register_util";

registry.category("web_tour.tours").add("conciergerie_pos_drop_off_scan", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.open(),
            scan_barcode("0420000007"),
            { content: "the card's owner", trigger: ".person.chosen:contains(Cami Autre)" },
            scan_barcode("VAL-T9P9-0001"),
            { content: "a ticket opens the pick-up", trigger: ".pickup-screen" },
        ].flat(),
});
