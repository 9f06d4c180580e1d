/** Steps that the tours of the portals share. */

/** A click that leads to another page. */
export const go = (content, trigger) => ({
    content,
    trigger,
    run: "click",
    expectUnloadPage: true,
});

/** Sign the document of the page, the drawing made from the name. */
export const sign = (name) => [
    {
        content: "Write the name",
        trigger: ".o_web_sign_name_and_signature input",
        run: `edit ${name}`,
    },
    {
        content: "The signature is drawn from it",
        trigger: "canvas.o_web_sign_signature",
        run: "canvasNotEmpty",
    },
    go("Sign", ".o_portal_sign_submit:enabled"),
    {
        content: "It is signed",
        trigger: ".alert-success:contains('is signed')",
    },
];
