import { registry } from "@web/core/registry";
import { go, sign } from "@conciergerie_base/../tests/tours/portal_steps";

/**
 * A provider answers a request, disputes a line, approves a statement and signs.
 *
 * Relies on the data of tests/test_provider_tour.py.
 */
registry.category("web_tour.tours").add("conciergerie_provider_tour", {
    url: "/my/provider",
    steps: () => [
        go("Open the requests", "a[href='/my/provider/requests']:contains('1')"),
        go("Open the one to answer", ".list-group-item:contains('Ironing'):contains('To answer')"),
        {
            content: "The note for the provider is there",
            trigger: ".alert:contains('Delicate silk')",
        },
        go("Accept it for the proposed day", "form[action$='/accept'] button:contains('Accept')"),
        {
            content: "The conciergerie knows",
            trigger: ".alert-success:contains('knows your date')",
        },
        go("Picked up", "form[action$='/picked'] button"),
        {
            content: "Its time is shown",
            trigger: "th:contains('Picked up on')",
        },
        go("Done", "form[action$='/done'] button"),
        {
            content: "Nothing more to answer",
            trigger: "main:not(:has(form[action$='/accept'])) th:contains('Done on')",
        },
        go("Back to the provider's home", ".breadcrumb a[href='/my/provider']"),
        go("Open the statements", "a[href='/my/statements']"),
        go("Open January's", ".list-group-item:contains('85.00')"),
        {
            content: "Dispute the line",
            trigger: "summary:contains('Dispute this line')",
            run: "click",
        },
        {
            content: "Say what is wrong",
            trigger: "details[open] textarea[name='text']",
            run: "edit It was 90",
        },
        go("Send", "details[open] button:contains('Send')"),
        {
            content: "It waits for an answer and cannot be approved meanwhile",
            trigger:
                "main:not(:has(form[action$='/approve'])) .alert-warning:contains('It was 90'):contains('Waits for an answer')",
        },
        go("Back to the statements", ".breadcrumb a[href='/my/statements']"),
        go("Open the other one", ".list-group-item:contains('17.00')"),
        go("Approve it", "form[action$='/approve'] button"),
        {
            content: "It is approved",
            trigger: ".alert-success:contains('You approved this statement')",
        },
        go("Back to the provider's home", ".breadcrumb a[href='/my/provider']"),
        go("Open the agreements", "a[href='/my/agreements']:contains('1')"),
        go("Open the one to sign", ".list-group-item:contains('To sign')"),
        ...sign("Ana Martin"),
    ],
});
