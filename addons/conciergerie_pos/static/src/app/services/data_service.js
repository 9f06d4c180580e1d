import { PosData } from "@point_of_sale/app/services/data_service";
import { patch } from "@web/core/utils/patch";
import { newestDropOffs } from "../utils/drop_off_rules";
import { LocalStore, RESCUE } from "../utils/local_store";

// Children are kept with the ticket to which they belong.
const PARENT = { "pos.order.line": "order_id", "pos.payment": "pos_order_id" };
const DROP_OFF = "conciergerie.drop.off";
const RESCUED_MODELS = [
    "pos.order",
    "pos.order.line",
    "pos.payment",
    DROP_OFF,
    "conciergerie.pos.hand.over",
];

/**
 * Core wipes the browser's database when the configuration of the till changed, with
 * what was never sent. What is unsent is copied before, and put back after.
 */
patch(PosData.prototype, {
    get localStore() {
        this._localStore ||= new LocalStore(
            `conciergerie-${odoo.pos_config_id}-${odoo.info?.db}`
        );
        return this._localStore;
    },

    async resetIndexedDB() {
        await this.rescueUnsent();
        return super.resetIndexedDB(...arguments);
    },

    async loadInitialData() {
        const data = await super.loadInitialData(...arguments);
        await this.restoreRescued();
        if (data[DROP_OFF]) {
            data[DROP_OFF] = newestDropOffs(data[DROP_OFF]);
        }
        return data;
    },

    /**
     * Core reads the browser's rows once more, after those of the server and perhaps
     * before these are written down: what is known by now is newer.
     */
    async getLocalDataFromIndexedDB(data = false) {
        const rows = data || (await this.indexedDB.readAll(Object.keys(this.opts.databaseTable)));
        if (rows?.[DROP_OFF]) {
            rows[DROP_OFF] = rows[DROP_OFF].filter(
                (row) => !this.models[DROP_OFF].getBy("uuid", row.uuid)?.isSynced
            );
        }
        return super.getLocalDataFromIndexedDB(rows);
    },

    /**
     * Copy what only this browser knows: tickets and drop-offs without a server's id,
     * and what belongs to them. Paid tickets that the server knows as drafts are in the
     * outbox.
     */
    async rescueUnsent() {
        const data = await this.indexedDB.readAll(RESCUED_MODELS);
        const isUnsent = (row) => typeof row.id !== "number";
        const orders = (data["pos.order"] || []).filter(isUnsent);
        const orderKeys = new Set(orders.flatMap((row) => [row.id, row.uuid]));
        const rows = RESCUED_MODELS.flatMap((model) =>
            (data[model] || [])
                .filter((row) =>
                    PARENT[model] ? orderKeys.has(row[PARENT[model]]) : isUnsent(row)
                )
                .map((row) => ({ key: `${model},${row.uuid}`, model, row }))
        );
        await this.localStore.put(RESCUE, rows);
    },

    async restoreRescued() {
        const rescued = await this.localStore.all(RESCUE);
        for (const model of RESCUED_MODELS) {
            const rows = rescued.filter((entry) => entry.model === model);
            await this.indexedDB.create(
                model,
                rows.map((entry) => entry.row)
            );
        }
        await this.localStore.delete(
            RESCUE,
            rescued.map((entry) => entry.key)
        );
    },
});
