import { patch } from "@web/core/utils/patch";
import { Chrome } from "@point_of_sale/app/pos_app";

patch(Chrome.prototype, {
    /**
     * A ticket that another till saved has no till here until core, which has just
     * loaded it, gives it this one: core then comes back.
     */
    sendOrderToCustomerDisplay(order) {
        if (order.config_id) {
            super.sendOrderToCustomerDisplay(...arguments);
        }
    },
});
