import { registry } from "@web/core/registry";
import { Base } from "@point_of_sale/app/models/related_models";

const local = (type) => ({ type, compute: false, related: false });

/**
 * Something done without network that the server is told of later: a hand-over, or an act.
 *
 * It lives in the browser only, across reloads, until the server has taken it.
 */
export class ConciergerieHandOver extends Base {
    static pythonModel = "conciergerie.pos.hand.over";
    static extraFields = {
        uuid: { name: "uuid", ...local("char") },
        kind: { name: "kind", ...local("char") },
        values: { name: "values", ...local("json") },
        done: { name: "done", ...local("boolean") },
    };
}

registry
    .category("pos_available_models")
    .add(ConciergerieHandOver.pythonModel, ConciergerieHandOver);
