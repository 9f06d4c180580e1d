import { Navbar } from "@point_of_sale/app/components/navbar/navbar";
import { patch } from "@web/core/utils/patch";

patch(Navbar.prototype, {
    /** Neither the register nor the list of orders is shown then. */
    get mainButton() {
        return this.pos.router.state.current === "DropOffScreen" ? "" : super.mainButton;
    },
});
