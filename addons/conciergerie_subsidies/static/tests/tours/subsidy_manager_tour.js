import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const click = (content, trigger) => ({ content, trigger, run: "click" });
const see = (content, trigger) => ({ content, trigger, timeout: 30000 });
const edit = (content, trigger, text) => ({ content, trigger, run: `edit ${text}` });
const page = (content, name) => click(content, `.o_notebook .nav-link[name='${name}']`);

/** Steps that choose a record in a many2one of the form or of the row being edited. */
const choose = (content, trigger, typed, label) => [
    edit(content, `${trigger} input`, typed),
    click(
        `${content}: take it from the list`,
        `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a:contains('${label}')`
    ),
];

/** Steps that add an expense to the plan: its heading gives the rest. */
const expense = (heading, amount) => [
    click(
        `Add “${heading}”`,
        "[name='expense_line_ids'] .o_field_x2many_list_row_add a"
    ),
    ...choose(
        `The heading “${heading}”`,
        "[name='expense_line_ids'] .o_selected_row [name='heading_id']",
        heading,
        heading
    ),
    see(
        "The heading is the description",
        `[name='expense_line_ids'] .o_selected_row [name='name'] input:value(${heading})`
    ),
    edit(
        `Its amount, ${amount}`,
        "[name='expense_line_ids'] .o_selected_row [name='planned_amount'] input",
        amount
    ),
    click("Leave the row", "[name='total_cost']"),
    see("The row is there", `[name='expense_line_ids'] .o_data_row:contains('${heading}')`),
];

/**
 * A manager, and nothing else, takes an aid from the idea to the award.
 *
 * Relies on the data of tests/test_subsidy_tour.py. Separators of amounts are those of
 * the database's language: any.
 */
registry.category("web_tour.tours").add("conciergerie_subsidy_manager_tour", {
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
        click(
            "The dossiers",
            "[data-menu-xmlid='conciergerie_subsidies.conciergerie_dossier_menu']"
        ),
        see("The pipeline, by state", ".o_kanban_group:contains('Filed')"),

        // The idea
        click("A new idea", ".o-kanban-button-new"),
        edit("Its name", "[name='name'] input, [name='name'] textarea", "A truck on its round"),
        ...choose("Its programme", "[name='programme_id']", "LEADER", "LEADER of the valleys"),
        edit("From", "input[data-field='date_from']", "01/01/2027 && press Tab"),
        edit("Until", "input[data-field='date_to']", "12/12/2027 && press Tab"),

        // The plan
        ...expense("Rémunération des personnels", "24000"),
        ...expense("Locations", "10000"),
        click("Save", ".o_form_button_save"),
        see("Nothing filed yet: how many points are left", ".alert [name='next_step']:contains('Points')"),
        click("Add the flat rate", "button[name='action_propose_flat_line']"),
        see(
            "15 % of staff",
            "[name='expense_line_ids'] .o_data_row:contains('Flat rate'):contains(/3.600.00/)"
        ),
        click("Let the resources be proposed", "button[name='action_propose_resources']"),
        see(
            "The aid at the programme's rate",
            "[name='resource_line_ids'] .o_data_row:contains('GAL of the Valleys'):contains(/24.064.00/)"
        ),
        see("The own share", "[name='resource_line_ids'] .o_data_row:contains(/7.520.00/)"),

        // The check
        page("See the check", "check"),
        see("The plan is in equilibrium", "[data-check='balance'][data-ok='1']:contains(/37.600.00/)"),
        see("A paper is missing", "[data-check='papers'][data-ok='0']:contains('Statutes')"),
        page("See the papers", "papers"),
        click("Take it from last year's dossier", "button[name='action_reuse_papers']"),
        see("It is there", "[name='paper_ids'] .o_data_row:contains('Statutes'):contains('Valid')"),
        see("Nothing is left", ".alert [name='next_step']:contains('Nothing keeps it')"),

        // Filed, then awarded
        click("File", "button[name='action_file']"),
        see("It is filed", ".o_arrow_button_current[data-value='filed']"),
        click("Record the award", "button[name='action_award']"),
        edit("Its number", ".modal [name='reference'] input", "2026-17"),
        see("As asked for", ".modal [name='amount'] input:value(/24.064.00/)"),
        click("Record", ".modal button[name='action_record']"),
        see("It is awarded", ".o_arrow_button_current[data-value='awarded']"),
        page("Its life", "life"),
        see("The award is kept", "[name='award_ids'] .o_data_row:contains('2026-17')"),
        see("The report is due", "[name='deadline_ids'] .o_data_row:contains('Financial report')"),
    ],
});
