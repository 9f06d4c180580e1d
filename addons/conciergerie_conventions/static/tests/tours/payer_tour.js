import { registry } from "@web/core/registry";
import { go, sign } from "@conciergerie_base/../tests/tours/portal_steps";

/**
 * An employer signs, sees the use, adds a person, removes one, opens the poster.
 *
 * Relies on the data of tests/test_payer_tour.py.
 */
registry.category("web_tour.tours").add("conciergerie_payer_tour", {
    url: "/my",
    steps: () => [
        go("One convention waits", "a[href='/my/conventions']:contains('to sign'):contains('1')"),
        go("Open the one to sign", ".list-group-item:contains('To sign')"),
        {
            content: "It says what is agreed",
            trigger: "li:contains('50 % of the price')",
        },
        ...sign("Ana Martin"),
        go("Back to the list", ".breadcrumb a[href='/my/conventions']"),
        go("Open the one that runs", ".list-group-item:contains('Biscuits 2026')"),
        {
            content: "What it was used for: six people, six uses, and by service",
            trigger: "#use ~ table tr:contains('6'):contains('30.00')",
        },
        {
            content: "A service with enough people shows",
            trigger: "#use ~ table tr:contains('Ironing')",
        },
        go("Open the people", "a[href$='/people']"),
        {
            content: "Add one",
            trigger: "summary:contains('Add a person')",
            run: "click",
        },
        {
            content: "Write the name",
            trigger: "details[open] input[name='name']",
            run: "edit Lou Blanc",
        },
        go("Send", "details[open] button:contains('Add to the list')"),
        {
            content: "The person is there",
            trigger: "li.list-group-item:contains('Lou Blanc'):contains('Entitled')",
        },
        {
            content: "Look for another one",
            trigger: "input[name='search']",
            run: "edit Person 3",
        },
        go("Search", "form[role='search'] button"),
        {
            content: "Only this one",
            trigger: "main:not(:contains('Lou Blanc')) li:contains('Person 3') summary",
            run: "click",
        },
        go("Leaves today", "details[open] button:contains('Remove')"),
        {
            content: "It is said until when",
            trigger: ".alert-success:contains('entitled until')",
        },
        go("Back to the convention", ".breadcrumb a:contains('Biscuits 2026')"),
        {
            content: "The poster opens",
            trigger: "a[href$='/poster']",
            async run(helpers) {
                const answer = await fetch(helpers.anchor.href);
                if (answer.headers.get("Content-Type") !== "application/pdf") {
                    throw new Error("The poster is no PDF");
                }
            },
        },
    ],
});
