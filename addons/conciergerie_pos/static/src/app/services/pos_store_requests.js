import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Mutex } from "@web/core/utils/concurrency";
import { uuidv4 } from "@point_of_sale/utils";

const { DateTime } = luxon;
/** Days for which the till remembers closed requests, to say so when one is scanned. */
const REMEMBER_DAYS = 2;

/** What the till knows of requests and parcels: refreshed, and sent when there is network. */
patch(PosStore.prototype, {
    async setup() {
        this.requestsDate = false;
        this.handOverMutex = new Mutex();
        await super.setup(...arguments);
        window.addEventListener("pos-network-online", () => this.sendHandOvers());
    },

    async afterProcessServerData() {
        await super.afterProcessServerData(...arguments);
        this.forgetClosedRequests();
        await this.sendHandOvers();
    },

    get requests() {
        return this.models["project.task"];
    },

    get parcels() {
        return this.models["conciergerie.parcel"];
    },

    get isOffline() {
        return this.data.network.offline;
    },

    /** Call the server, or return `undefined` where there is no network. */
    async callOnline(model, method, args) {
        try {
            return await this.data.call(model, method, args);
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return undefined;
            }
            throw error;
        }
    },

    /** Ask what changed since the last answer. Without network, what is known remains. */
    async refreshRequests() {
        await this.sendHandOvers();
        const answer = await this.callOnline("project.task", "pos_refresh_requests", [
            this.config.id,
            this.requestsDate,
        ]);
        if (answer) {
            const full = !this.requestsDate;
            this.requestsDate = answer.now;
            this.applyRequests(answer.rows);
            if (full) {
                this.dropUnknownRequests(new Set(answer.rows.map((row) => row.id)));
            }
            this.remarkUnsynced();
            await this.loadRequestedServices();
        }
    },

    /** Services that are not sold at the till: settling them must go without network. */
    async loadRequestedServices() {
        const known = this.models["product.product"];
        const missing = new Set();
        for (const request of this.requests.filter((r) => r.isWaiting && r.sale)) {
            const lines = [request.sale.line, ...(request.sale.others || [])];
            for (const { product, left } of lines) {
                if (product && left && !known.get(product)) {
                    missing.add(product);
                }
            }
        }
        if (missing.size) {
            await this.callOnlineProducts([...missing]);
        }
    },

    async callOnlineProducts(ids) {
        try {
            await this.data.callRelated("product.template", "load_product_from_pos", [
                this.config.id,
                [["product_variant_ids.id", "in", ids]],
            ]);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    },

    /** Take rows from the server, and keep them for a time without network. */
    applyRequests(rows) {
        if (!rows?.length) {
            return [];
        }
        const records = this.models.connectNewData({ "project.task": rows })["project.task"];
        this.data.synchronizeServerDataInIndexedDB({ "project.task": rows });
        return records;
    },

    /** Requests closed elsewhere are no longer in a full answer. */
    dropUnknownRequests(ids) {
        for (const request of this.requests.filter((r) => r.isOpen && !ids.has(r.id))) {
            request.delete();
        }
    },

    /** What paid tickets handed over here holds, also before the server has them. */
    remarkUnsynced() {
        // Printing a ticket makes it differ from the server's too: rows tell what they count.
        const paid = (order) =>
            order.finalized && order.isDirty() && (order.pickup || order.settledQuantities.size);
        for (const order of this.models["pos.order"].filter(paid)) {
            this.markTicket(order);
        }
    },

    forgetClosedRequests() {
        const limit = DateTime.now().minus({ days: REMEMBER_DAYS }).toUTC().toISODate();
        for (const request of this.requests.filter((r) => !r.isWaiting)) {
            if (!request.closed || request.closed < limit) {
                request.delete();
            }
        }
        for (const parcel of this.parcels.filter((p) => !p.isWaiting)) {
            parcel.delete();
        }
    },

    // ------------------------------------------------------------------
    // Steps
    // ------------------------------------------------------------------

    /** Do one transition of base; its refusal is shown as base says it. */
    async changeRequests(method, args) {
        const rows = await this.data.call("project.task", method, args);
        return this.applyRequests(rows);
    },

    // ------------------------------------------------------------------
    // Parcels
    // ------------------------------------------------------------------

    applyParcels(rows) {
        if (rows?.length) {
            this.models.connectNewData({ "conciergerie.parcel": rows });
            this.data.synchronizeServerDataInIndexedDB({ "conciergerie.parcel": rows });
        }
    },

    async refreshParcels() {
        const rows = await this.callOnline("conciergerie.parcel", "pos_refresh_parcels", [
            this.config.id,
        ]);
        if (rows) {
            const ids = new Set(rows.map((row) => row.id));
            for (const parcel of this.parcels.filter((p) => !ids.has(p.id))) {
                parcel.delete();
            }
            this.applyParcels(rows);
        }
    },

    // ------------------------------------------------------------------
    // Kept until there is network
    // ------------------------------------------------------------------

    /**
     * Tell the server of a hand-over or an act, now or when there is network.
     *
     * @param {"hand_over"|"act"} kind
     * @param {Object} values what the server's method takes
     * @returns {Promise<boolean>} whether the server has it already
     */
    async sendOrKeep(kind, values) {
        values.uuid = values.uuid || uuidv4();
        if (!this.isOffline) {
            try {
                await this.sendHandOver(kind, values);
                return true;
            } catch (error) {
                if (!(error instanceof ConnectionLostError)) {
                    throw error;
                }
            }
        }
        this.models["conciergerie.pos.hand.over"].create({
            uuid: values.uuid,
            kind,
            values: { ...values, offline: true },
            done: false,
        });
        await this.data.synchronizeLocalDataInIndexedDB();
        return false;
    },

    async sendHandOver(kind, values) {
        if (kind === "act") {
            await this.data.call("project.task", "pos_record_act", [
                this.config.id,
                values.product,
                values.partner,
                values.uuid,
            ]);
            return;
        }
        const rows = await this.data.call("project.task", "pos_hand_over", [
            this.config.id,
            values,
        ]);
        this.applyRequests(rows);
    },

    /** Send what was kept, in order, each once: the server knows them by their number. */
    async sendHandOvers() {
        await this.handOverMutex.exec(async () => {
            const model = this.models["conciergerie.pos.hand.over"];
            for (const record of model.filter((r) => !r.done)) {
                if (this.isOffline) {
                    return;
                }
                try {
                    await this.sendHandOver(record.kind, record.values);
                } catch (error) {
                    if (error instanceof ConnectionLostError) {
                        return;
                    }
                    // Refused for good: it is shown, and stays here to be looked at.
                    this.notification.add(error.data?.message || error.message, {
                        type: "danger",
                        sticky: true,
                    });
                    continue;
                }
                record.update({ done: true });
            }
            await this.data.synchronizeLocalDataInIndexedDB();
        });
    },
});
