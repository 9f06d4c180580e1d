import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const click = (content, trigger) => ({ content, trigger, run: "click" });
const see = (content, trigger) => ({ content, trigger, timeout: 30000 });
const edit = (content, trigger, text) => ({ content, trigger, run: `edit ${text}` });
const page = (content, name) => click(content, `.o_notebook .nav-link[name='${name}']`);
const confirm = (content) => click(content, ".modal-footer .btn-primary");

/** The report as the funder gets it: the server answers with that of the screen. */
const printed = (content) => ({
    content,
    trigger: ".o_form_view",
    timeout: 60000,
    run: async () => {
        const id = location.pathname.match(/(\d+)\/?$/)[1];
        const response = await fetch(
            `/report/pdf/conciergerie_subsidies.report_financial_report/${id}`
        );
        const type = response.headers.get("Content-Type") || "";
        if (!response.ok || !type.includes("pdf")) {
            throw new Error(`No PDF of report ${id}: ${response.status} ${type}`);
        }
    },
});

/**
 * The accountant: a bill, a claim, the funder's answer, the money at the bank, the books, and
 * the financial report.
 *
 * Relies on the data of tests/test_accountant_tour.py.
 */
registry.category("web_tour.tours").add("conciergerie_subsidy_accountant_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        click(
            "Open the conciergerie",
            ".o_app[data-menu-xmlid='conciergerie_base.conciergerie_menu_root']"
        ),
        click(
            "The subsidies",
            "[data-menu-xmlid='conciergerie_subsidies.conciergerie_subsidies_menu']"
        ),

        // The bill
        click("The costs", "[data-menu-xmlid='conciergerie_subsidies.conciergerie_cost_menu']"),
        click("The bill", ".o_data_row:contains('Wages lent') .o_list_record_selector input"),
        click("Who pays it", ".o_control_panel button[name='action_allocate']"),
        edit("The dossier", ".modal .o_group [name='dossier_id'] input", "Round of the villages"),
        click("This one", ".o-autocomplete--dropdown-item:contains('Round of the villages')"),
        click("Its plan", ".modal .o_group [name='budget_line_id'] input"),
        click("Its one line", ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)"),
        see("All of it is eligible", ".modal .o_group [name='eligible_amount']:contains('6,000.00')"),
        click("Allocate", ".modal-footer button[name='action_allocate']"),
        see("Nothing of it is free", "body:not(:has(.modal))"),
        click(
            "The subsidies once more",
            "[data-menu-xmlid='conciergerie_subsidies.conciergerie_subsidies_menu']"
        ),
        click(
            "The cockpit",
            "[data-menu-xmlid='conciergerie_subsidies.conciergerie_funding_cockpit_menu']"
        ),
        see("What is awarded", "[data-figure='awarded']:contains('10,000')"),
        click("The dossier on the timeline", ".o_funding_name:contains('Round of the villages')"),

        // The claim
        page("Its claims", "claims"),
        click("A claim of all that can be claimed", "button[name='action_new_claim']"),
        see("80 % of 6,000", "[name='claimed_amount']:contains('4,800.00')"),
        click("Submit", "button[name='action_submit']"),
        confirm("It is frozen"),
        click("The funder's answer", "button[name='action_answer']"),
        confirm("All accepted"),
        see("Answered", ".o_statusbar_status .o_arrow_button_current:contains('Answered')"),

        // The money
        click("Back to the dossier", "[name='dossier_id'] .o_external_button, [name='dossier_id'] a"),
        page("The money", "money"),
        click(
            "The money of the claim came",
            "[name='instalment_ids'] .o_data_row:contains('4,800.00') button[name='action_match']"
        ),
        see("Nothing of it is in the books", ".modal [name='mode'] input:checked"),
        edit("As on the statement", ".modal [name='reference'] input", "TRANSFER OF THE REGION"),
        click("Received", ".modal button[name='action_match']"),
        see(
            "It is received",
            "[name='instalment_ids'] .o_data_row:contains('4,800.00'):contains('Received')"
        ),

        // The books
        page("The books", "books"),
        click(
            "Post the receivable",
            "[name='entry_ids'] .o_data_row:contains('Award') button[name='action_post']"
        ),
        see("It is posted", "[name='entry_ids'] .o_data_row:contains('Posted')"),

        // What is received, and nothing else
        click(
            "The subsidies again",
            "[data-menu-xmlid='conciergerie_subsidies.conciergerie_subsidies_menu']"
        ),
        click(
            "The cockpit again",
            "[data-menu-xmlid='conciergerie_subsidies.conciergerie_funding_cockpit_menu']"
        ),
        click("The money received", "[data-figure='received']:contains('4,800')"),
        see(
            "Only that",
            ".o_searchview_facet:contains('Received'):not(:contains('To come'))"
        ),
        click("Back to the cockpit", ".o_breadcrumb .o_back_button, .breadcrumb-item a"),
        click("The dossier again", ".o_funding_name:contains('Round of the villages')"),

        // The report
        click("More buttons", ".o-form-buttonbox .o_button_more"),
        click("The report", "button[name='action_view_financial_reports']"),
        see("What was planned", "[name='line_ids'] .o_data_row:contains('10,000.00')"),
        page("What was done", "account"),
        edit("The round", "[name='done_text'] textarea", "A round of six villages"),
        click("Save", ".o_form_button_save"),
        see("Saved", ".o_form_saved, .o_form_status_indicator_buttons.invisible"),
        printed("Print the report"),
    ],
});
