import { registry } from "@web/core/registry";

/**
 * Run several actions one after the other, for instance print a ticket and then open
 * the request. Core has no such action for a report followed by a window.
 */
async function doActions(env, action) {
    for (const step of action.params.actions) {
        await env.services.action.doAction(step);
    }
}

registry.category("actions").add("conciergerie_actions", doActions);
