/* global posmodel */

import { registry } from "@web/core/registry";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { run } from "@point_of_sale/../tests/generic_helpers/utils";
import * as DropOff from "./utils/drop_off_util";
import * as Network from "./utils/network_util";
import { openRegister } from "./utils/register_util";

const start = () => Chrome.startPoS().map((step) => ({ ...step, timeout: 60000 }));

registry.category("web_tour.tours").add("conciergerie_pos_offline", {
    steps: () =>
        [
            ...openRegister(),
            Network.serviceWorkerReady(),
            Network.open(),
            start(),
            { content: "the till is open", trigger: ".drop-off-button" },
            Network.network("off"),
            // Not paid, somebody known.
            DropOff.open(),
            DropOff.search("cam"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Ironing"),
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(2),
            // Not paid, somebody new.
            DropOff.open(),
            DropOff.search("Ada Nguyen"),
            DropOff.tap(".drop-off-screen .new"),
            { content: "phone", trigger: ".drop-off-screen .phone", run: "edit 0639980012" },
            DropOff.service("Alteration"),
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(2),
            // Paid at once.
            DropOff.open(),
            DropOff.search("cam"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Ironing"),
            DropOff.payNow(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            DropOff.printed(2),
            Network.unsent(4),
            // The page is left and opened again, still without network.
            Network.open(),
            start(),
            Network.unsent(4),
            DropOff.open(),
            {
                content: "what was taken is known",
                trigger: ".drop-off-screen:has(.taken:contains(0001)):has(.taken:contains(0003))",
            },
            { content: "and said not to be sent", trigger: ".drop-off-screen .unsent:contains(4)" },
            DropOff.tap(".drop-off-screen .back"),
            run(async () => {
                window.kept = await posmodel.localStore.all("outbox");
            }, "keep what is about to be sent"),
            Network.network("on"),
            DropOff.allSent(),
            {
                ...run(async () => {
                    const again = window.kept.filter((entry) => entry.kind === "drop_off");
                    await Promise.all(
                        [...again, ...again].map((entry) =>
                            posmodel.data.call(entry.model, entry.method, entry.args)
                        )
                    );
                    await posmodel.localStore.put("outbox", window.kept);
                    await posmodel.sendOutbox();
                }, "everything is sent again, and again"),
                timeout: 60000,
            },
            DropOff.allSent(),
            DropOff.open(),
            {
                content: "all three are known as sent",
                trigger: ".drop-off-screen:has(.taken:contains(0003)):not(:has(.taken .badge))",
            },
        ].flat(),
});

registry.category("web_tour.tours").add("conciergerie_pos_config_changed", {
    steps: () =>
        [
            ...openRegister(),
            DropOff.begin(),
            // A ticket that the server knows as a draft…
            ProductScreen.clickDisplayedProduct("Ironing"),
            {
                ...run(async () => {
                    const order = posmodel.getOrder();
                    posmodel.addPendingOrder([order.id]);
                    await posmodel.syncAllOrders();
                    if (!posmodel.getOrder().isSynced) {
                        throw new Error("the draft was not sent");
                    }
                }, "the server has the draft"),
                timeout: 30000,
            },
            Network.network("back at next page"),
            // … is paid without network,
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Dialog.confirm("Continue with limited functionality"),
            ReceiptScreen.clickNextOrder(),
            // so is one that it has never seen,
            ProductScreen.clickDisplayedProduct("Ironing"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Card"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            // something is left,
            DropOff.open(),
            DropOff.search("cam"),
            DropOff.choose("Camille Morel"),
            DropOff.service("Ironing"),
            DropOff.payLater(),
            DropOff.isBack(),
            DropOff.printed(2),
            // and a basket is not finished.
            ProductScreen.clickDisplayedProduct("Copies"),
            Network.unsent(3),
            Network.open("?from_backend=1"),
            { content: "the till is open", trigger: ".drop-off-button", timeout: 60000 },
            DropOff.allSent(),
            run(() => {
                const baskets = posmodel.models["pos.order"].filter(
                    (order) => order.state === "draft" && order.lines.length
                );
                if (baskets.length !== 1 || baskets[0].lines[0].product_id.name !== "Copies") {
                    throw new Error("the basket is lost");
                }
            }, "the basket is still there"),
        ].flat(),
});
