import { logPosMessage } from "@point_of_sale/app/utils/pretty_console_log";

export const OUTBOX = "outbox";
export const PHOTOS = "photos";
export const RESCUE = "rescue";
export const DRAFTS = "drafts";
// One more each time that a store is added.
const VERSION = 2;
const STORES = [OUTBOX, PHOTOS, RESCUE, DRAFTS];

/**
 * A small database of the browser that core does not know, and so never resets.
 *
 * `outbox`: what was taken or sold and the server has not acknowledged yet;
 * `photos`: images of pieces on their way; `rescue`: baskets that were not finished when
 * core wiped its own database; `drafts`: what is being typed. A row has a `key`.
 */
export class LocalStore {
    constructor(name) {
        this.name = name;
        // What the browser refuses to keep (a private window, a full disk) is at least
        // sent while the page lives.
        this.memory = Object.fromEntries(STORES.map((store) => [store, new Map()]));
    }

    async open() {
        this.opening ||= new Promise((resolve, reject) => {
            const request = window.indexedDB.open(this.name, VERSION);
            request.onupgradeneeded = () => {
                const known = request.result.objectStoreNames;
                for (const store of STORES.filter((one) => !known.contains(one))) {
                    request.result.createObjectStore(store, { keyPath: "key" });
                }
            };
            request.onsuccess = () => {
                // Another page of this browser brings a newer version: it must not wait.
                request.result.onversionchange = () => {
                    request.result.close();
                    this.opening = undefined;
                };
                resolve(request.result);
            };
            request.onerror = () => reject(request.error);
            // A page of an older version is still open: asked again at the next call.
            request.onblocked = () => {
                this.opening = undefined;
                reject(new Error(`${this.name} is used by an older page`));
            };
        });
        return this.opening;
    }

    /**
     * Run requests in one transaction.
     *
     * @param {string} storeName
     * @param {"readonly"|"readwrite"} mode
     * @param {(store: IDBObjectStore) => void} work
     * @returns {Promise<boolean>} whether it was done
     */
    async run(storeName, mode, work) {
        try {
            const database = await this.open();
            return await new Promise((resolve, reject) => {
                const transaction = database.transaction([storeName], mode);
                work(transaction.objectStore(storeName));
                transaction.oncomplete = () => resolve(true);
                transaction.onabort = () => reject(transaction.error);
            });
        } catch (error) {
            logPosMessage("LocalStore", "run", `${storeName} cannot be used`, false, [error]);
            return false;
        }
    }

    async put(storeName, rows) {
        const isKept = await this.run(storeName, "readwrite", (store) =>
            rows.forEach((row) => store.put(row))
        );
        if (!isKept) {
            rows.forEach((row) => this.memory[storeName].set(row.key, row));
        }
    }

    async all(storeName) {
        const kept = [];
        await this.run(storeName, "readonly", (store) => {
            store.getAll().onsuccess = (ev) => kept.push(...ev.target.result);
        });
        return [...kept, ...this.memory[storeName].values()];
    }

    async delete(storeName, keys) {
        keys.forEach((key) => this.memory[storeName].delete(key));
        await this.run(storeName, "readwrite", (store) => keys.forEach((key) => store.delete(key)));
    }
}
