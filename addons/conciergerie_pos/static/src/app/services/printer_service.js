import { PrinterService } from "@point_of_sale/app/services/printer_service";
import { patch } from "@web/core/utils/patch";
import { Mutex, delay } from "@web/core/utils/concurrency";
import { waitImages } from "@point_of_sale/utils";

// Time that the renderer needs to empty itself: called again at once, it never answers
// and every later print of the page hangs.
const PAUSE = 150;

patch(PrinterService.prototype, {
    setup() {
        super.setup(...arguments);
        this.queue = new Mutex();
    },

    /** One print after the other, core's own receipts included. */
    async print() {
        return this.queue.exec(async () => {
            try {
                return await super.print(...arguments);
            } finally {
                await delay(PAUSE);
            }
        });
    },

    /**
     * Print on a page of its own size through the browser, where printers of labels and
     * sheets are set up; receipts go to the receipt printer.
     *
     * @param {Component} component
     * @param {Object} props
     * @param {string} css rules that hold for this print only
     */
    async printPage(component, props, css) {
        return this.queue.exec(async () => {
            const style = document.createElement("style");
            style.textContent = css;
            document.head.appendChild(style);
            try {
                const el = await this.renderer.toHtml(component, props);
                await this.renderer.whenMounted({
                    el,
                    callback: async (clone) => {
                        await waitImages(clone);
                        window.print(clone);
                    },
                });
            } finally {
                await delay(PAUSE);
                style.remove();
            }
        });
    },
});
