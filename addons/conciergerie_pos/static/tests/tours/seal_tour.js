import { registry } from "@web/core/registry";

/** Who comes by the address sees the check, with a button to print it. */
registry.category("web_tour.tours").add("ConciergerieSealCheckTour", {
    steps: () => [
        {
            content: "the check is on the screen, with its result",
            trigger: ":iframe .page:contains(Seals of tickets):contains(Sealed tickets)",
            // A cold server makes the report's styles first.
            timeout: 60000,
        },
        { content: "and a button to print", trigger: ".o_action .btn:contains(Print)" },
    ],
});
