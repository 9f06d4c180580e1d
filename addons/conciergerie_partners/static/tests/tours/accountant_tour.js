import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** As the browser would ask for a report; says on the page what the server answered. */
async function checkedDownload({ url, data }) {
    const body = new FormData();
    for (const [key, value] of Object.entries(data)) {
        body.append(key, value);
    }
    body.append("csrf_token", odoo.csrf_token);
    const response = await fetch(url, { method: "POST", body });
    const type = response.headers.get("Content-Type");
    const [report] = JSON.parse(data.data);
    document.body.dataset.printed = `${response.status} ${type} ${report}`;
}

const click = (content, trigger) => ({ content, trigger, run: "click" });
const see = (content, trigger) => ({ content, trigger, timeout: 40000 });
const menu = (content, name) =>
    click(content, `[data-menu-xmlid='conciergerie_partners.${name}']`);

/**
 * An accountant, and nothing else, settles the providers, pays one, prints its statement.
 *
 * Relies on the data of tests/test_accountant_tour.py.
 */
registry.category("web_tour.tours").add("conciergerie_accountant_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        click(
            "Open the conciergerie",
            ".o_app[data-menu-xmlid='conciergerie_base.conciergerie_menu_root']"
        ),
        menu("Local professionals", "conciergerie_partners_menu"),
        menu("Statements", "conciergerie_statement_menu"),

        // Preview
        click("Settle providers", ".o_control_panel button:contains('Settle providers')"),
        see(
            "The laundry: one sale is settled, one waits and says why",
            ".modal .o_data_row:contains('Laundry of the Bridge'):contains('100.00'):contains('not handed over yet')"
        ),
        see(
            "The cobbler waits, and says until when",
            ".modal .o_data_row:contains('Cobbler Martin'):contains('held until')"
        ),

        // Settle
        click("Settle", ".modal button[name='action_settle']"),
        see(
            "The one statement opens, to pay",
            ".o_form_view:has([name='provider_id']:contains('Laundry of the Bridge')) .o_arrow_button_current[data-value='to_pay']"
        ),
        see("Its net", ".o_form_view [name='payable_amount']:contains('85.00')"),
        see("Its sale", ".o_form_view [name='due_entry_ids'] .o_data_row:contains('100.00')"),

        // Pay: from the menu nothing is due today, and the screen says until when
        menu("Local professionals", "conciergerie_partners_menu"),
        menu("Pay providers", "conciergerie_pay_run_menu"),
        see("Nothing today; it says when", ".modal .alert:contains('next payout is due on')"),
        click("Not that way", ".modal button[special='cancel']"),
        see("The window is closed", "body:not(:has(.modal))"),
        click("From the statement", ".o_form_view button[name='action_pay']"),
        see(
            "The provider is to be paid",
            ".modal .o_data_row:contains('Laundry of the Bridge'):contains('85.00'):has([name='to_pay'] input:checked)"
        ),
        see("In all", ".modal [name='total']:contains('85.00')"),
        click("Pay", ".modal button[name='action_pay']"),
        see("The payment is shown", ".o_list_view .o_data_row:contains('Laundry of the Bridge')"),

        // Print
        menu("Local professionals", "conciergerie_partners_menu"),
        menu("Statements again", "conciergerie_statement_menu"),
        see("It is paid", ".o_list_view .o_data_row:contains('85.00'):contains('Paid')"),
        click("Open it", ".o_list_view .o_data_row .o_data_cell:contains('Laundry of the Bridge')"),
        see("Paid here too", ".o_form_view .o_arrow_button_current[data-value='paid']"),
        {
            content: "Watch what is printed",
            trigger: "body",
            run: () => {
                download._download = checkedDownload;
            },
        },
        click("Print it", ".o_form_view button[name='action_print']"),
        {
            content: "The statement is printed",
            trigger:
                "body[data-printed^='200 application/pdf /report/pdf/conciergerie_partners.report_statement/']",
            timeout: 40000,
        },
    ],
});
