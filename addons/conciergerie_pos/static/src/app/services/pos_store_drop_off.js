import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";
import { normalize } from "@web/core/l10n/utils";
import { ConnectionLostError } from "@web/core/network/rpc";
import { DepositTicket } from "../components/deposit_ticket/deposit_ticket";
import { PieceLabels } from "../components/piece_labels/piece_labels";
import { offerRank, offersOf } from "../utils/deals";
import { nextDropOffNumber, promisedDate } from "../utils/drop_off_rules";
import { PHOTOS } from "../utils/local_store";

const { DateTime } = luxon;
const SEARCH_LIMIT = 8;
// Core pads every page; on a label that would push its foot to a second one.
const PAGE_CSS = {
    roll: "@media print { @page { size: 57mm 32mm; margin: 0; padding: 0; } }",
    a4: "@media print { @page { size: A4; margin: 8mm; padding: 0; } }",
};

patch(PosStore.prototype, {
    get dropOffSite() {
        return this.config._drop_off_site;
    },

    /** Services of the site: those that something is left for first, then as on the grid. */
    get dropOffServices() {
        return this.models["product.template"]
            .filter((service) => service.is_conciergerie_service && this.dropOffOffers(service))
            .toSorted(
                (a, b) =>
                    Boolean(b.needs_deposit) - Boolean(a.needs_deposit) ||
                    Boolean(b.is_favorite) - Boolean(a.is_favorite) ||
                    a.pos_sequence - b.pos_sequence ||
                    a.name.localeCompare(b.name)
            );
    },

    /**
     * Who does a service, those for whom it can be sold first: an agreement, and papers in
     * order; undefined where the site does not offer it.
     */
    dropOffOffers(service) {
        const known = this.config._conciergerie_providers || {};
        const offers = this.config._drop_off_services?.[service.id];
        const deals = offersOf(
            this.config._conciergerie_offers,
            service.id,
            service.product_variant_ids[0]?.id
        );
        return offers
            ?.map((offer) => ({
                ...offer,
                mode: deals.find((deal) => deal.provider === offer.id)?.mode || false,
                blocked: known[offer.id]?.blocked || false,
            }))
            .toSorted((a, b) => offerRank(a) - offerRank(b));
    },

    get dropOffsOfToday() {
        return this.models["conciergerie.drop.off"]
            .filter((dropOff) => dropOff.state !== "waiting" && !dropOff.isOld)
            .toSorted((a, b) => b.taken_date - a.taken_date);
    },

    /** Propose date and price of a service, as the server would. */
    proposeDropOffLine(service, offer, quantity, partner) {
        const pricelist = partner?.property_product_pricelist || this.config.pricelist_id || false;
        const details = service.getTaxDetails({ overridedValues: { pricelist, quantity } });
        return {
            price: service.is_market ? details.total_included : 0,
            date: promisedDate(
                {
                    leadDays: service.lead_days,
                    delay: offer?.delay,
                    awayUntil: offer?.away_until,
                },
                DateTime.now().toISODate(),
                this.dropOffSite.open_days
            ),
        };
    },

    /** People whom this till knows, by what was typed of their name or phone. */
    findKnownPeople(text) {
        const words = normalize(text).split(/\s+/).filter(Boolean);
        const digits = text.replace(/\D/g, "");
        return this.models["res.partner"]
            .filter((partner) => {
                const known = normalize(partner.searchString);
                return (
                    words.every((word) => known.includes(word)) ||
                    (digits.length >= 3 && known.includes(digits))
                );
            })
            .slice(0, SEARCH_LIMIT);
    },

    /** Ask the server for people whom this till does not know; without network, nobody. */
    async searchPeople(text) {
        try {
            await this.data.callRelated(
                "res.partner",
                "find_people_from_ui",
                [this.config.id, text],
                {},
                false
            );
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
        return this.findKnownPeople(text);
    },

    /**
     * Find or create somebody by name and phone. Without network, the drop-off carries
     * both, and the server does it later.
     */
    async takeBeneficiary(name, phone) {
        try {
            const result = await this.data.callRelated(
                "res.partner",
                "take_beneficiary_from_ui",
                [this.config.id, name, phone],
                {},
                false
            );
            return result["res.partner"][0];
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            return undefined;
        }
    },

    nextDropOffNumber() {
        const where = {
            siteCode: this.dropOffSite.code,
            configId: this.config.id,
            device: this.device.identifier,
        };
        const known = this.models["conciergerie.drop.off"].map((dropOff) => dropOff.name);
        return nextDropOffNumber(window.localStorage, where, known);
    },

    /**
     * @param {{uuid: string, partner?: Object, name: string, phone: string,
     *     lines: Object[], isPaid: boolean}} taken
     */
    createDropOff({ uuid, partner, name, phone, lines, isPaid }) {
        const known = this.models["conciergerie.drop.off"].getBy("uuid", uuid);
        if (known) {
            // It was on the ticket already, whose payment did not open.
            this.forgetWaitingDropOff(this.getOrder(), known);
        }
        return this.models["conciergerie.drop.off"].create({
            uuid,
            name: this.nextDropOffNumber(),
            taken_date: DateTime.now(),
            partner_id: partner,
            partner_name: partner?.name || name,
            partner_phone: partner?.phone || phone,
            is_paid: isPaid,
            state: "waiting",
            lines,
        });
    },

    /** The things are taken: keep it, print it, send it. */
    async finishDropOff(dropOff, { print = true } = {}) {
        dropOff.update({ state: "done" });
        await this.putInOutbox({
            key: dropOff.uuid,
            kind: "drop_off",
            label: dropOff.name,
            model: "conciergerie.drop.off",
            method: "sync_from_ui",
            args: [[dropOff.toPayload()]],
        });
        await this.markPhotosReady(dropOff);
        // A creation is not saved by core, only changes are.
        await this.data.synchronizeLocalDataInIndexedDB();
        if (print) {
            this.printDropOff(dropOff);
        }
        this.sendOutbox();
    },

    async markPhotosReady(dropOff) {
        const photos = await this.photosOf(dropOff.uuid);
        await this.localStore.put(
            PHOTOS,
            photos.map((photo) => ({ ...photo, ready: true }))
        );
    },

    // ------------------------------------------------------------------
    // Paid at once
    // ------------------------------------------------------------------

    /** Put the services on the ticket; paying it takes the things. */
    async payDropOff(dropOff) {
        const order = this.getOrder() || this.addNewOrder();
        if (dropOff.partner_id && order.getPartner() !== dropOff.partner_id) {
            this.setPartnerToCurrentOrder(dropOff.partner_id);
        }
        for (const item of dropOff.items) {
            const product = this.models["product.product"].get(item.product_id);
            const provider = this.models["res.partner"].get(item.provider_id);
            await this.addLineToOrder(
                {
                    product_id: product,
                    product_tmpl_id: product.product_tmpl_id,
                    qty: item.quantity,
                    drop_off_uuid: dropOff.uuid,
                    drop_off_line_uuid: item.uuid,
                    ...(provider ? { provider_id: provider } : {}),
                },
                order,
                {},
                false
            );
        }
        await this.data.synchronizeLocalDataInIndexedDB();
        await this.pay();
    },

    /** The ticket is paid: what it pays for is taken, as the ticket says it. */
    async finishPaidDropOffs(order, options) {
        for (const dropOff of order.waitingDropOffs) {
            const sold = new Map(order.lines.map((line) => [line.drop_off_line_uuid, line]));
            dropOff.update({
                lines: dropOff.items
                    .filter((item) => sold.has(item.uuid))
                    .map((item) => ({ ...item, ...this.soldDropOffValues(sold.get(item.uuid)) })),
                shares: this.sharesOfPaidDropOff(order, dropOff),
            });
            await this.finishDropOff(dropOff, options);
        }
    },

    /** What the ticket says of a service: the cashier may have changed it there. */
    soldDropOffValues(line) {
        return {
            quantity: line.qty,
            price_told: line.priceIncl,
            provider_id: line.provider_id?.id || false,
            provider_name: line.provider_id?.name || "",
        };
    },

    /** The till was closed between the payment and what follows it. */
    async resumePaidDropOffs() {
        for (const order of this.models["pos.order"].filter((one) => one.finalized)) {
            await this.finishPaidDropOffs(order, { print: false });
        }
    },

    /** Take the services of a drop-off off the ticket again. */
    forgetWaitingDropOff(order, dropOff) {
        for (const line of order.lines.filter((one) => one.drop_off_uuid === dropOff.uuid)) {
            order.removeOrderline(line);
        }
        // The amount is going to change; what a card reader has taken stays.
        for (const payment of order.payment_ids.filter((one) => !one.payment_status)) {
            order.removePaymentline(payment);
        }
        this.data.localDeleteCascade(dropOff);
    },

    /** What was begun another day, and never taken, is forgotten with its photos. */
    async forgetAbandonedDropOffs() {
        const onTickets = new Set(
            this.models["pos.order.line"].map((line) => line.drop_off_uuid).filter(Boolean)
        );
        const dropOffs = this.models["conciergerie.drop.off"];
        for (const dropOff of dropOffs.filter((one) => one.state === "waiting" && one.isOld)) {
            if (!onTickets.has(dropOff.uuid)) {
                this.data.localDeleteCascade(dropOff);
            }
        }
        const photos = await this.localStore.all(PHOTOS);
        const typed = await this.typedDropOff();
        await this.localStore.delete(
            PHOTOS,
            photos
                .filter(
                    (photo) =>
                        !photo.ready &&
                        photo.dropOff !== typed?.uuid &&
                        !dropOffs.getBy("uuid", photo.dropOff)
                )
                .map((photo) => photo.key)
        );
    },

    // ------------------------------------------------------------------
    // Printing
    // ------------------------------------------------------------------

    async photosOf(uuid) {
        const photos = await this.localStore.all(PHOTOS);
        return photos.filter((photo) => photo.dropOff === uuid);
    },

    async dropOffPhotos(dropOff) {
        const urls = {};
        for (const photo of await this.photosOf(dropOff.uuid)) {
            urls[`${photo.line},${photo.number}`] = URL.createObjectURL(photo.blob);
        }
        return urls;
    },

    async printDropOff(dropOff) {
        const photos = await this.dropOffPhotos(dropOff);
        try {
            await this.printer.print(
                DepositTicket,
                { dropOff, photos, site: this.dropOffSite, company: this.company },
                this.printOptions
            );
            await this.printPieceLabels(dropOff);
        } finally {
            Object.values(photos).forEach((url) => URL.revokeObjectURL(url));
        }
    },

    async printPieceLabels(dropOff) {
        if (!dropOff.pieceCount) {
            return;
        }
        const format = this.config.piece_label_format;
        await this.printer.printPage(PieceLabels, { dropOff, format }, PAGE_CSS[format]);
    },
});
