import { registry } from "@web/core/registry";

/** A beneficiary with a login finds her request, follows it and rates it. */
registry.category("web_tour.tours").add("conciergerie_beneficiary_tour", {
    url: "/my",
    steps: () => [
        {
            content: "Open the list of requests from the portal's home",
            trigger: "a[href='/my/requests']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the request that was handed over",
            trigger: "a[href^='/my/requests/']:contains('Ironing')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The last step is the current one",
            trigger: "li[aria-current='step']:contains('Handed over')",
        },
        {
            content: "The pieces are listed",
            trigger: ".list-group-item:contains('-1'):contains('Beneficiary')",
        },
        {
            content: "Choose the satisfied face",
            trigger: "input[name='rate'][value='5']",
            run: "click",
        },
        {
            content: "Write a word",
            trigger: "textarea[name='feedback']",
            run: "edit Impeccable, thank you",
        },
        {
            content: "Send the rating",
            trigger: ".o_conciergerie_rating button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The answer is recorded",
            trigger: ".alert-success:contains('Thank you')",
        },
    ],
});
