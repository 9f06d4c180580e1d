import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { patch } from "@web/core/utils/patch";

patch(PosOrderline.prototype, {
    /** Each service of a drop-off has a line of its own, on which its request hangs. */
    canBeMergedWith(line) {
        return (
            !this.drop_off_line_uuid &&
            !line.drop_off_line_uuid &&
            super.canBeMergedWith(...arguments)
        );
    },
});
