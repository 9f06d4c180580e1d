import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** Reference of the request that the tour takes, read on the screen. */
let reference = "";

/**
 * Ask the server for the report that was requested, as the browser would, and say on
 * the page what came: headless browsers show no download. During tests the server does
 * not run wkhtmltopdf inside a request; the Python side prints the same documents.
 */
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

const listenToPrints = {
    content: "Watch what is printed",
    trigger: "body",
    run: () => {
        download._download = checkedDownload;
    },
};

function printed(what, report) {
    return {
        content: `${what} is printed`,
        trigger: `body[data-printed^='200 application/pdf /report/pdf/${report}/']`,
        timeout: 40000,
        run: () => delete document.body.dataset.printed,
    };
}

function click(content, trigger) {
    return { content, trigger, run: "click" };
}

/** What the server has to do first gets more than the usual ten seconds. */
function see(content, trigger) {
    return { content, trigger, timeout: 40000 };
}

function step(name) {
    return see(
        `The request is at the step ${name}`,
        `.o_form_view .o_statusbar_status .o_arrow_button_current[data-value='${name}']`
    );
}

/** Scan like a barcode reader: the code, then Enter, in the field that has the focus. */
function scan(number, takenAfter) {
    return [
        {
            content: `Scan piece ${number}`,
            trigger: ".modal [name='scan'] input:focus",
            async run({ edit, press }) {
                const label = Number.isInteger(number) ? `${reference}-${number}` : number;
                await edit(label);
                await press("Enter");
            },
        },
        ...(takenAfter
            ? [
                  see(
                      `${takenAfter} pieces are taken`,
                      `.modal [name='selected_count']:contains(/^${takenAfter}$/)`
                  ),
                  see("The field waits for the next scan", ".modal [name='scan'] input:value(/^$/)"),
              ]
            : []),
    ];
}

/** The sentence comes beside the window, so that the next scan is not lost. */
function refusal(sentence) {
    return see(`Refused: ${sentence}`, `.o_notification:contains(${sentence})`);
}

function confirm(content) {
    return [
        click(content, ".modal button[name='action_confirm']:visible"),
        see("The window is closed", "body:not(:has(.modal))"),
    ];
}

registry.category("web_tour.tours").add("conciergerie_request_tour", {
    url: "/odoo",
    steps: () => [
        listenToPrints,
        stepUtils.showAppsMenuItem(),
        click(
            "Open the conciergerie",
            ".o_app[data-menu-xmlid='conciergerie_base.conciergerie_menu_root']"
        ),

        // A new beneficiary leaves three pieces
        click(
            "Take a request at the counter",
            ".o_kanban_record:contains('Val counter') button[name='action_new_request']"
        ),
        {
            content: "It is her first time here",
            trigger: ".modal [name='new_name'] input",
            run: "edit Zoé Tourneur && press Tab",
        },
        {
            content: "Where she is told that it is ready",
            trigger: ".modal [name='new_email'] input",
            run: "edit zoe.tourneur@example.com && press Tab",
        },
        {
            content: "What she asks for",
            trigger: ".modal [name='service_id'] input",
            run: "edit Ironi",
        },
        click(
            "The service is found",
            ".o-autocomplete--dropdown-item:contains('Ironing') a"
        ),
        see("Its provider is proposed", ".modal [name='provider_id'] input:value(Laundry)"),
        {
            content: "Three of them",
            trigger: ".modal [name='quantity'] input",
            run: "edit 3 && press Tab",
        },
        see("Three pieces are proposed", ".modal [name='piece_count'] input:value(3)"),
        click("Register", ".modal button[name='action_create_and_print']"),
        printed("The deposit ticket", "conciergerie_base.report_deposit_ticket"),
        {
            content: "The request is open",
            trigger: ".o_form_view [name='reference']:contains('VAL-')",
            run() {
                reference = this.anchor.textContent.trim();
            },
        },
        step("todo"),
        click("Print the labels", "button[name='action_print_labels']"),
        printed("The labels", "conciergerie_base.report_piece_label"),

        // To the provider, and back in two times
        click("Send it", "button[name='action_send_to_provider']"),
        step("provider"),
        click("Two pieces come back", "button[name='action_receive']"),
        see("All three are expected", ".modal [name='selected_count']:contains(3)"),
        ...scan("XX-1"),
        refusal("No piece carries the label “XX-1”"),
        ...scan(1, 1),
        ...scan(2, 2),
        ...scan(2),
        refusal("was already scanned"),
        ...confirm("Receive them"),
        step("provider"),
        click("She asks for everything", "button[name='action_hand_over']"),
        ...scan(3),
        refusal("is not in this list: it is with Laundry of the Bridge"),
        click("Not yet", ".modal button.o_form_button_cancel, .modal button[special='cancel']"),
        see("The window is closed", "body:not(:has(.modal))"),
        click("The third comes back", "button[name='action_receive']"),
        ...scan(3, 1),
        ...confirm("Receive it"),
        step("ready"),

        // Two pieces to the beneficiary, the last one to a proxy
        click("She takes two", "button[name='action_hand_over']"),
        ...scan(1, 1),
        ...scan(3, 2),
        ...confirm("Hand them over"),
        see("One is still here", "[name='piece_ids'] .o_data_row:contains('Counter')"),
        step("ready"),
        click("A neighbour takes the last", "button[name='action_hand_over']"),
        click("Somebody else takes it", ".modal [name='is_proxy'] input"),
        {
            content: "Who it is",
            trigger: ".modal [name='receiver_name'] input",
            run: "edit Jean Petit",
        },
        ...confirm("Hand it over"),
        step("handed_over"),

        // Invoice and payment
        click("Collect", "button[name='action_collect']"),
        see("Three at 12 €", ".modal [name='amount_total']:contains('36.00')"),
        click("Take the money", ".modal button[name='action_confirm']:visible"),
        see("Nothing is left to pay", ".o_form_view [name='amount_residual']:contains('0.00')"),
        click("Print the invoice", "button[name='action_print_pdf']"),
        printed("The invoice", "account.report_invoice_with_payments"),

        // A service that nobody provides
        click(
            "All requests",
            ".o_menu_sections [data-menu-xmlid='conciergerie_base.project_task_request_menu']"
        ),
        click("One waits", ".o_kanban_record:contains('Clock repair')"),
        step("todo"),
        click("Send it", "button[name='action_send_to_provider']"),
        see("Refused", ".modal:contains('has no provider. Choose who does it')"),
        click("Read it", ".modal footer button"),
        see("The request stays", "body:not(:has(.modal))"),
        {
            content: "Choose the cobbler",
            trigger: ".o_form_view [name='provider_id'] input",
            run: "edit Cobbler",
        },
        click("He is found", ".o-autocomplete--dropdown-item:contains('Cobbler Martin') a"),
        click("Send it again", "button[name='action_send_to_provider']"),
        step("provider"),
    ],
});
