import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** Clicks of the person, counted by the browser: menus, buttons and choices alike. */
function countClicks() {
    window.conciergerieClicks = 0;
    window.addEventListener("click", () => window.conciergerieClicks++, true);
}

/**
 * A known beneficiary leaves one thing: six clicks at most from the home screen. Then
 * its label opens the request, scanned into the search bar and with no field focused.
 */
registry.category("web_tour.tours").add("conciergerie_quick_request_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the conciergerie",
            trigger: ".o_app[data-menu-xmlid='conciergerie_base.conciergerie_menu_root']",
            run: "click",
        },
        {
            content: "The home screen is there: count from here, and download nothing",
            trigger: ".o_kanban_record:contains('Val counter')",
            run: () => {
                download._download = async () => {};
                countClicks();
            },
        },
        {
            content: "New request",
            trigger: ".o_kanban_record:contains('Val counter') button[name='action_new_request']",
            run: "click",
        },
        {
            content: "Who it is for",
            trigger: ".modal [name='partner_id'] input",
            run: "edit Camille",
        },
        {
            content: "Take her from the list",
            trigger: ".modal .o-autocomplete--dropdown-item a:contains('Camille Morel')",
            run: "click",
        },
        {
            content: "What she brings",
            trigger: ".modal [name='service_id'] input",
            run: "edit Ironing",
        },
        {
            content: "Take the service from the list",
            trigger: ".modal .o-autocomplete--dropdown-item a:contains('Ironing')",
            run: "click",
        },
        {
            content: "The price is told",
            trigger: ".modal [name='price_total']:contains('12.00')",
        },
        {
            content: "Register and print",
            trigger: ".modal button[name='action_create_and_print']",
            run: "click",
        },
        {
            content: "The request is open",
            trigger: ".o_form_view [name='reference']:contains('VAL-')",
            timeout: 40000,
            run() {
                if (window.conciergerieClicks > 6) {
                    throw new Error(`${window.conciergerieClicks} clicks`);
                }
                window.conciergerieCode = `${this.anchor.textContent.trim()}-1`;
            },
        },
        {
            content: "Leave for the list of requests",
            trigger: ".o_menu_sections [data-menu-xmlid='conciergerie_base.project_task_request_menu']",
            run: "click",
        },
        {
            content: "Scan the label into the search bar",
            trigger: ".o_kanban_view .o_searchview_input",
            async run({ edit, press }) {
                await edit(window.conciergerieCode);
                await press("Enter");
            },
        },
        {
            content: "The request opens",
            trigger: ".o_form_view [name='reference']:contains('VAL-')",
            timeout: 40000,
        },
        {
            content: "Back to the list",
            trigger: ".o_menu_sections [data-menu-xmlid='conciergerie_base.project_task_request_menu']",
            run: "click",
        },
        {
            content: "Scan with no field focused, as fast as a barcode reader",
            trigger: ".o_kanban_view .o_kanban_record",
            run() {
                document.activeElement.blur();
                for (const key of [...window.conciergerieCode, "Enter"]) {
                    document.body.dispatchEvent(
                        new KeyboardEvent("keydown", { key, bubbles: true })
                    );
                }
            },
        },
        {
            content: "The request opens again",
            trigger: ".o_form_view [name='reference']:contains('VAL-')",
            timeout: 40000,
        },
    ],
});
