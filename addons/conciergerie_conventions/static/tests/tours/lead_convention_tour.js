import { registry } from "@web/core/registry";

/** The manager: from a won prospect to the first invoice, with nothing typed twice. */
registry.category("web_tour.tours").add("conciergerie_lead_convention_tour", {
    steps: () => [
        {
            content: "What is agreed is on the prospect",
            trigger: "[name='fee_wished'] input",
            run: "edit 300",
        },
        {
            content: "It is won: make the convention",
            trigger: "button[name='action_make_convention']",
            run: "click",
        },
        {
            content: "The draft has the payer and the fee",
            trigger: "[name='contract_line_ids'] .o_data_row:contains('300.00')",
        },
        {
            content: "Propose it",
            trigger: "button[name='action_propose']",
            run: "click",
        },
        {
            content: "It came back signed by hand",
            trigger: "button[name='action_sign']",
            run: "click",
        },
        {
            content: "It runs: the first invoice",
            trigger: "button[name='recurring_create_invoice']",
            run: "click",
        },
        {
            content: "The invoice is there",
            trigger: "button[name='action_show_invoices']:contains('1')",
        },
        {
            content: "Back to the prospect",
            trigger: "button[name='action_view_leads']",
            run: "click",
        },
        {
            content: "Which opens its convention, and makes no other",
            trigger:
                ".o_form_view:not(:has(button[name='action_make_convention'])) button[name='action_open_convention']",
        },
    ],
});
