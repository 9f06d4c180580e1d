import { patch } from "@web/core/utils/patch";
import { PosConfig } from "@point_of_sale/app/models/pos_config";

patch(PosConfig.prototype, {
    /** How this till takes what payers owe; undefined where it takes no shares. */
    get copayMethod() {
        return this.payment_method_ids.find((method) => method.is_copay);
    },
});
