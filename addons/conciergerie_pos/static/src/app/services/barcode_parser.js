import { BarcodeParser } from "@barcodes/js/barcode_parser";
import { patch } from "@web/core/utils/patch";
import { ConnectionLostError } from "@web/core/network/rpc";
import { browser } from "@web/core/browser/browser";

const KEY = "conciergerie-nomenclature";

patch(BarcodeParser, {
    /**
     * A till opened without network scans as well: the kinds of codes are kept, core asks
     * for them once, as it starts, and scans nothing without.
     */
    async fetchNomenclature(orm, id) {
        try {
            const nomenclature = await super.fetchNomenclature(...arguments);
            browser.localStorage.setItem(`${KEY}-${id}`, JSON.stringify(nomenclature));
            return nomenclature;
        } catch (error) {
            const kept = browser.localStorage.getItem(`${KEY}-${id}`);
            if (kept && error instanceof ConnectionLostError) {
                return JSON.parse(kept);
            }
            throw error;
        }
    },
});
