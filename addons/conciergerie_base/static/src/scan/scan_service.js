import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useEffect } from "@odoo/owl";

/** A reference such as VAL-2026-0042, or a piece label such as VAL-2026-0042-3. */
export const CODE = /^[A-Z0-9]{2,6}-\d{4}-\d{4,}(-\d+)?$/i;

/**
 * Open the request that a code stands for.
 *
 * @param {Object} services `orm`, `action` and `notification`
 * @param {string} code what was scanned or typed
 * @returns {Promise<boolean>} whether a request has this code
 */
export async function openCode({ orm, action, notification }, code) {
    const result = await orm.call("conciergerie.piece", "action_open_code", [code]);
    if (!result) {
        notification.add(_t("No request or piece has the code %s.", code), { type: "warning" });
        return false;
    }
    await action.doAction(result);
    return true;
}

/** Scanning while no field has the focus opens the request, on any screen. */
export const scanService = {
    dependencies: ["barcode", "orm", "action", "notification"],
    start(env, { barcode, ...services }) {
        barcode.bus.addEventListener("barcode_scanned", ({ detail }) => {
            const code = detail.barcode.trim();
            if (CODE.test(code) && !document.querySelector(".o_dialog")) {
                openCode(services, code);
            }
        });
    },
};
registry.category("services").add("conciergerie_scan", scanService);

/**
 * Scanning into the search bar of requests or pieces opens the request. The Enter that
 * a barcode reader sends comes before the list of suggestions is drawn: it is taken from
 * the input itself.
 */
patch(SearchBar.prototype, {
    setup() {
        super.setup();
        useEffect(
            (input) => {
                const onKeydown = (ev) => this.onCodeKeydown(ev);
                input?.addEventListener("keydown", onKeydown, { capture: true });
                return () => input?.removeEventListener("keydown", onKeydown, { capture: true });
            },
            () => [this.inputRef.el]
        );
    },
    onCodeKeydown(ev) {
        const model = this.env.searchModel.resModel;
        const code = ev.target.value.trim();
        if (
            ev.key === "Enter" &&
            ["project.task", "conciergerie.piece"].includes(model) &&
            CODE.test(code)
        ) {
            ev.preventDefault();
            ev.stopPropagation();
            this.resetState();
            openCode(this.env.services, code);
        }
    },
});
