import { registry } from "@web/core/registry";

/**
 * Run several actions one after the other, for instance print a ticket and then open
 * the request. Core has no such action for a report followed by a window.
 *
 * What was registered is registered: an action that fails (a printing that is refused)
 * is reported once the next ones have run, so that nobody registers the same thing
 * again because the dialog stayed open.
 */
async function doActions(env, action) {
    let firstError = null;
    for (const step of action.params.actions) {
        try {
            await env.services.action.doAction(step);
        } catch (error) {
            firstError ||= error;
        }
    }
    if (firstError) {
        throw firstError;
    }
}

registry.category("actions").add("conciergerie_actions", doActions);
