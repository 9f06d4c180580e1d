import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { Mutex } from "@web/core/utils/concurrency";
import { _t } from "@web/core/l10n/translation";
import { OUTBOX, PHOTOS } from "../utils/local_store";
import { blobToBase64 } from "../utils/photo";

// Core's own sync of tickets, on its way, goes first.
const AFTER_CORE = 500;
// A network that comes and goes gives no event.
const RETRY = 15000;

/**
 * The outbox: what the server has not acknowledged. Each entry is a call that may be
 * sent twice without harm; it leaves the outbox with the answer.
 */
patch(PosStore.prototype, {
    async setup() {
        this.outboxMutex = new Mutex();
        this.outboxState = { count: 0, refused: 0 };
        this.beingSentByCore = new Set();
        await super.setup(...arguments);
        window.addEventListener("pos-network-online", () => this.sendOutboxSoon(AFTER_CORE));
    },

    get localStore() {
        return this.data.localStore;
    },

    async afterProcessServerData() {
        await super.afterProcessServerData(...arguments);
        await this.resumePaidDropOffs();
        await this.forgetAbandonedDropOffs();
        this.sendOutbox();
    },

    /**
     * Keep a call until the server has answered it.
     *
     * @param {{key: string, kind: string, model: string, method: string, args: Array,
     *     kwargs?: Object}} entry
     */
    async putInOutbox(entry) {
        const row = { ...entry, date: luxon.DateTime.now().toISO(), error: false };
        // A database takes no proxies, of which the records of the POS are made.
        await this.localStore.put(OUTBOX, [JSON.parse(JSON.stringify(row))]);
        await this.countOutbox();
    },

    async countOutbox() {
        const entries = await this.localStore.all(OUTBOX);
        this.outboxState.count = entries.length;
        this.outboxState.refused = entries.filter((entry) => entry.error).length;
        return entries.toSorted((a, b) => a.date.localeCompare(b.date));
    },

    sendOutboxSoon(milliseconds = RETRY) {
        clearTimeout(this.outboxTimer);
        this.outboxTimer = setTimeout(() => this.sendOutbox(), milliseconds);
    },

    async sendOutbox() {
        return this.outboxMutex.exec(() => this._sendOutbox());
    },

    async _sendOutbox() {
        const entries = await this.countOutbox();
        for (const entry of entries.filter((one) => !this.isSentByCore(one))) {
            try {
                await this.sendOutboxEntry(entry);
            } catch (error) {
                if (error instanceof ConnectionLostError) {
                    this.sendOutboxSoon();
                    return;
                }
                if (!(error instanceof RPCError)) {
                    throw error;
                }
                await this.refuseOutboxEntry(entry, error);
            }
        }
        await this.sendPhotos();
        await this.countOutbox();
    },

    /**
     * Tell whether core sends a ticket by itself, now or next time. One that was on its way
     * when the network went is no longer dirty: core waits for it, and never sends it again.
     */
    isSentByCore(entry) {
        const order = entry.kind === "order" && this.models["pos.order"].getBy("uuid", entry.key);
        if (!order || this.beingSentByCore.has(entry.key)) {
            return Boolean(order);
        }
        const { create, write } = this.pendingOrder;
        return order.isDirty() && (create.has(order.id) || write.has(order.id));
    },

    async sendOutboxEntry(entry) {
        if (entry.kind === "order") {
            this.markTakenOffline(entry);
        }
        const data = await this.data.call(entry.model, entry.method, entry.args, entry.kwargs || {});
        await this.localStore.delete(OUTBOX, [entry.key]);
        if (entry.kind === "order") {
            this.models.loadConnectedData(await this.data.missingRecursive(data));
        } else if (data && typeof data === "object" && entry.kind === "drop_off") {
            this.models.connectNewData(data);
        }
        await this.data.synchronizeLocalDataInIndexedDB();
    },

    /**
     * A ticket is still in the outbox when core could not send it: the money was taken
     * without network, and the server accepts it whatever it would have refused.
     */
    markTakenOffline(entry) {
        const [ticket] = entry.args[0];
        ticket.conciergerie_pickup = { ...ticket.conciergerie_pickup, offline: true };
    },

    /** Keep what the server refused, and say it once. */
    async refuseOutboxEntry(entry, error) {
        const message = error.data?.message || error.message;
        if (entry.error !== message) {
            this.notification.add(
                _t("%(what)s is kept on this till, the server refuses it: %(why)s", {
                    what: entry.label || entry.key,
                    why: message,
                }),
                { type: "danger", sticky: true }
            );
        }
        await this.localStore.put(OUTBOX, [{ ...entry, error: message }]);
    },

    // ------------------------------------------------------------------
    // Tickets: kept from their payment to their acknowledgement
    // ------------------------------------------------------------------

    async syncAllOrders(options = {}) {
        const paid = await this.keepPaidOrders(options.orders);
        paid.forEach((uuid) => this.beingSentByCore.add(uuid));
        try {
            return await super.syncAllOrders(options);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                // Refused: the cashier corrects it; what was refused must not be sent.
                await this.localStore.delete(OUTBOX, paid);
            } else {
                this.markPaidOffline(paid);
            }
            throw error;
        } finally {
            paid.forEach((uuid) => this.beingSentByCore.delete(uuid));
        }
    },

    /** Core sends these again by itself: what they say then is that they were paid. */
    markPaidOffline(uuids) {
        for (const uuid of uuids) {
            const order = this.models["pos.order"].getBy("uuid", uuid);
            if (order) {
                order.uiState.settledOffline = true;
            }
        }
    },

    /**
     * Write paid tickets down before they are sent. Core keeps those that the server has
     * never seen; one that it knows as a draft, paid without network, core forgets.
     *
     * @returns {Promise<string[]>} their uuids
     */
    async keepPaidOrders(orders) {
        const { orderToCreate, orderToUpdate } = this.getPendingOrder();
        const paid = (orders || [...orderToCreate, ...orderToUpdate]).filter(
            (order) => order.state === "paid" && order.isDirty()
        );
        for (const order of paid) {
            order.setOrderPrices();
            await this.putInOutbox({
                key: order.uuid,
                kind: "order",
                label: order.pos_reference,
                model: "pos.order",
                method: "sync_from_ui",
                args: [[order.serializeForORM({ keepCommands: true })]],
                kwargs: { context: this.getSyncAllOrdersContext([order]) },
            });
        }
        return paid.map((order) => order.uuid);
    },

    async postSyncAllOrders(orders) {
        await super.postSyncAllOrders(...arguments);
        const received = orders.filter((order) => order.isSynced && order.state !== "draft");
        await this.localStore.delete(
            OUTBOX,
            received.map((order) => order.uuid)
        );
        await this.countOutbox();
    },

    // ------------------------------------------------------------------
    // Photos: after what they show
    // ------------------------------------------------------------------

    /** What was left is taken: here, or at another till that its ticket was paid at. */
    isPhotoDue(photo) {
        const dropOff = this.models["conciergerie.drop.off"].getBy("uuid", photo.dropOff);
        return photo.ready || Boolean(dropOff?.isSynced && dropOff.state !== "waiting");
    },

    async sendPhotos() {
        const waiting = new Set((await this.localStore.all(OUTBOX)).map((entry) => entry.key));
        for (const photo of await this.localStore.all(PHOTOS)) {
            if (!this.isPhotoDue(photo) || waiting.has(photo.dropOff)) {
                continue;
            }
            try {
                const received = await this.data.call(
                    "conciergerie.drop.off.line",
                    "set_photo_from_ui",
                    [photo.line, photo.number, await blobToBase64(photo.blob)]
                );
                if (received) {
                    await this.localStore.delete(PHOTOS, [photo.key]);
                }
            } catch (error) {
                if (error instanceof ConnectionLostError) {
                    return this.sendOutboxSoon();
                }
                if (!(error instanceof RPCError)) {
                    throw error;
                }
                // A photo that the server cannot read is no reason to ask for ever.
                await this.localStore.delete(PHOTOS, [photo.key]);
            }
        }
    },
});
