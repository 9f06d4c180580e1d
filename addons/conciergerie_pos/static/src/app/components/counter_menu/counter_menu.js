import { Navbar } from "@point_of_sale/app/components/navbar/navbar";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { patch } from "@web/core/utils/patch";
import { _t } from "@web/core/l10n/translation";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { ActsPopup } from "@conciergerie_pos/app/components/acts_popup/acts_popup";
import { isRequestCode } from "@conciergerie_pos/app/utils/scan";

patch(Navbar.prototype, {
    get counterScreen() {
        return this.pos.router.state.current;
    },

    get mainButton() {
        const ours = ["PickupScreen", "RequestsScreen", "ParcelScreen"];
        return ours.includes(this.counterScreen) ? "" : super.mainButton;
    },

    get readyCount() {
        return this.pos.requests.filter((request) => request.canLeave).length;
    },

    /** Count an act that nobody pays for; the only one there is needs no choice. */
    async recordAct() {
        const acts = this.pos.config._conciergerie_acts || [];
        const act =
            acts.length === 1 ? acts[0][0] : await makeAwaitable(this.dialog, ActsPopup, {});
        if (!act) {
            return;
        }
        const partner = this.pos.getOrder()?.getPartner();
        await this.pos.sendOrKeep("act", { product: act, partner: partner?.id || false });
        this.notification.add(
            _t("Counted: %s", acts.find(([id]) => id === act)?.[1] || ""),
            { type: "success" }
        );
    },
});

patch(ProductScreen.prototype, {
    /** A deposit ticket or a label scanned while selling opens the pick-up. */
    async _barcodeProductAction(code) {
        if (isRequestCode(code.code || "")) {
            this.pos.openPickup({ code: code.code });
            return;
        }
        await super._barcodeProductAction(...arguments);
    },
});
