import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";
import {
    click,
    openRegister,
    scan,
    shows,
    sign,
    startCounting,
    stopCounting,
} from "./pickup_tour_util";

/** Send, refuse with base's sentence, scan a delivery, and hand over from the list. */
registry.category("web_tour.tours").add("ConciergerieRequestsTour", {
    steps: () =>
        [
            openRegister(),
            click(".requests-button"),
            click(".requests-tab[data-tab=todo]"),
            click(".request-row:contains(Ironing) .request-action:contains(To the provider)"),
            shows(".requests-tab[data-tab=todo] .badge:contains(0)"),
            click(".requests-tab[data-tab=provider]"),
            shows(".request-row .request-pieces:contains(2)"),
            click(".requests-receive"),
            startCounting("A provider's delivery"),
            {
                content: "scan the labels",
                trigger: ".requests-screen:contains(Scan the labels)",
                run() {
                    const request = window.posmodel.requests.find((r) => r.step === "provider");
                    window.deliveredLabels = request.pieceList.map((piece) => piece.label);
                    scan(window.deliveredLabels[0]).run();
                },
            },
            shows(".receive-piece:contains(Camille Morel)"),
            {
                content: "scan the other",
                trigger: ".receive-piece",
                run() {
                    scan(window.deliveredLabels[1]).run();
                },
            },
            shows(".receive-piece:eq(1)"),
            { trigger: ".receive-rack", run: "edit Shelf C" },
            click(".receive-confirm:not(:disabled):contains(2)"),
            shows(".o_notification:contains(Pieces received: 2. Requests ready: 1.)"),
            // One tap in the field of the rack, one to confirm.
            stopCounting("A provider's delivery", { taps: 2, seconds: 10 }),
            click(".requests-tab[data-tab=ready]"),
            shows(".request-row:contains(Shelf C)"),
            click(".request-row:contains(Ironing) .request-action:contains(Hand over)"),
            shows(".pickup-card .pickup-piece:contains(Shelf C)"),
        ].flat(),
});

/** On a telephone: what no label of ours says is told in no field's way, then goes. */
registry.category("web_tour.tours").add("ConciergerieUnknownLabelTour", {
    steps: () =>
        [
            openRegister(),
            click(".pos-rightheader .fa-bars"),
            click(".o-dropdown-item:contains(Requests)"),
            click(".requests-receive"),
            shows(".requests-screen:contains(Scan the labels)"),
            scan("VAL-2026-9999-1"),
            shows(".receive-told:contains(No piece is labelled “VAL-2026-9999-1”)"),
            {
                content: "nothing lies over the fields",
                trigger: ".receive-scan",
                run() {
                    for (const name of ["receive-scan", "receive-rack"]) {
                        const box = document.querySelector(`.${name}`).getBoundingClientRect();
                        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                        // The curtain of the loading till goes up slowly.
                        const above = document
                            .elementsFromPoint(x, y)
                            .find((el) => !el.closest(".pos-loader"));
                        if (!above?.classList.contains(name)) {
                            throw new Error(`${name} is covered by ${above?.className}`);
                        }
                    }
                },
            },
            { trigger: ".receive-scan", run: "edit VAL-2026-8888" },
            { trigger: ".receive-scan", run: "press Enter" },
            shows(".receive-told:contains(VAL-2026-8888)"),
            {
                content: "scan a label",
                trigger: ".receive-told",
                run() {
                    const request = window.posmodel.requests.find((r) => r.step === "provider");
                    scan(request.pieceList[0].label).run();
                },
            },
            shows(".receive-piece:contains(Camille Morel)"),
            shows(".requests-screen:not(:has(.receive-told))"),
        ].flat(),
});

/** Receive a parcel, see it wait, hand it over with a signature. */
registry.category("web_tour.tours").add("ConciergerieParcelTour", {
    steps: () =>
        [
            openRegister(),
            click(".parcels-button"),
            shows(".parcel-screen:contains(No parcel is waiting)"),
            startCounting("Receiving a parcel"),
            scan("6A12345678901"),
            { trigger: ".parcel-carrier", run: "edit Colissimo" },
            click(".parcel-person"),
            click(".modal .partner-list b:contains(Camille Morel)"),
            { trigger: ".parcel-rack", run: "edit Shelf B" },
            click(".parcel-receive:not(:disabled)"),
            shows(".o_notification:contains(gets a message with the code)"),
            stopCounting("Receiving a parcel", { taps: 6, seconds: 20 }),
            click(".parcel-back"),
            shows(".parcel-row:contains(Camille Morel):contains(Shelf B)"),
            startCounting("Handing over a parcel"),
            scan("6A12345678901"),
            shows(".parcel-give:disabled"),
            sign(),
            click(".parcel-give:not(:disabled)"),
            shows(".parcel-screen:contains(No parcel is waiting)"),
            stopCounting("Handing over a parcel", { taps: 1, seconds: 10 }),
        ].flat(),
});

/** A free act in one tap where there is one kind. */
registry.category("web_tour.tours").add("ConciergerieActTour", {
    steps: () =>
        [
            openRegister(),
            click(".act-menu-button"),
            shows(".o_notification:contains(Counted: Paperwork)"),
        ].flat(),
});

const whole = () => [
    click(".pickup-person:contains(Camille Morel)"),
    sign(),
    click(".pickup-confirm:not(:disabled)"),
];

/** The bar of the screens holds all its buttons. */
function checkBar() {
    const bar = document.querySelector(".pos-leftheader");
    if (bar.scrollWidth > bar.clientWidth) {
        throw new Error(`${bar.scrollWidth} px in ${bar.clientWidth}`);
    }
}

/** On a telephone: the list, then the card. */
registry.category("web_tour.tours").add("ConciergeriePickupPhoneTour", {
    steps: () =>
        [
            openRegister(),
            {
                content: "the till says that the network is gone, and that tickets wait",
                trigger: ".pos-topheader .fa-barcode",
                run() {
                    const { network } = window.posmodel.data;
                    Object.assign(network, { offline: true, unsyncData: Array(12) });
                },
            },
            {
                content: "there is room for it",
                trigger: ".oe_status:contains(12) .fa-chain-broken",
                run() {
                    checkBar();
                    const { network } = window.posmodel.data;
                    Object.assign(network, { offline: false, unsyncData: [] });
                },
            },
            click(".pickup-button"),
            startCounting("Pick-up on a telephone"),
            ...whole(),
            {
                content: "nothing is wider than the screen",
                trigger: ".payment-screen",
                run() {
                    const width = document.documentElement.scrollWidth;
                    if (width > window.innerWidth) {
                        throw new Error(`${width} px on ${window.innerWidth}`);
                    }
                },
            },
            // The only method of this till is chosen already.
            PaymentScreen.clickValidate(),
            shows("body:contains(Payment Successful)"),
            stopCounting("Pick-up on a telephone", { taps: 3, seconds: 10 }),
            click(".pos-rightheader .fa-bars"),
            click(".o-dropdown-item:contains(Requests)"),
            shows(".requests-screen"),
            click(".pos-rightheader .fa-bars"),
            click(".o-dropdown-item:contains(Parcels)"),
            shows(".parcel-screen"),
            {
                content: "the bar holds every screen",
                trigger: ".navbar-menu",
                run: checkBar,
            },
        ].flat(),
});

/** Without network: a prepaid one is kept, one to pay is settled on what is known. */
registry.category("web_tour.tours").add("ConciergeriePickupOfflineTour", {
    steps: () =>
        [
            openRegister(),
            click(".pickup-button"),
            shows(".pickup-person:contains(Camille Morel)"),
            {
                content: "the services of the requests are loaded",
                trigger: ".pickup-screen",
                async run() {
                    await window.posmodel.refreshRequests();
                },
            },
            Offline.setOfflineMode(),
            {
                content: "the till notices",
                trigger: ".pickup-screen",
                run() {
                    Object.assign(window.posmodel.data.network, {
                        offline: true,
                        warningTriggered: true,
                    });
                },
            },
            {
                content: "the prepaid one, by its label",
                trigger: ".pickup-person:contains(Camille Morel)",
                run() {
                    const paid = window.posmodel.requests.find(
                        (r) => r.canLeave && !r.sale.line.left
                    );
                    scan(paid.reference).run();
                },
            },
            sign(),
            click(".pickup-confirm:not(:disabled):contains(Hand over)"),
            shows(".o_notification:contains(sent when the network is back)"),
            ...whole(),
            PaymentScreen.clickPaymentMethod("Card"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            click(".pickup-button"),
            shows(".pickup-empty"),
            {
                content: "a code that the till cannot know",
                trigger: ".pickup-empty",
                run() {
                    scan("COL-2026-0001").run();
                },
            },
            shows(".modal:contains(Unknown without network)"),
            click(".modal .btn-primary"),
            Offline.setOnlineMode(),
            {
                content: "the network is back",
                trigger: ".pickup-empty",
                async run() {
                    await window.posmodel.data.checkConnectivity();
                    await window.posmodel.sendHandOvers();
                    await window.posmodel.syncAllOrders();
                    const kept = window.posmodel.models["conciergerie.pos.hand.over"];
                    if (kept.some((record) => !record.done)) {
                        throw new Error("a hand-over was not sent");
                    }
                },
            },
            shows(".pickup-empty"),
        ].flat(),
});
