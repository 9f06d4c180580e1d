import { registry } from "@web/core/registry";
import { Base } from "@point_of_sale/app/models/related_models";
import { normalize } from "@web/core/l10n/utils";

const { DateTime } = luxon;

/** A parcel that waits at the counter. */
export class ConciergerieParcel extends Base {
    static pythonModel = "conciergerie.parcel";

    get isWaiting() {
        return ["received", "notified"].includes(this.state);
    }

    get isUnclaimed() {
        const limit = this.raw.unclaimed_date;
        return this.isWaiting && Boolean(limit) && limit <= DateTime.now().toISODate();
    }

    matches(words) {
        const text = normalize(`${this.recipient} ${this.number} ${this.carrier || ""}`);
        return words.every((word) => text.includes(word));
    }
}

registry
    .category("pos_available_models")
    .add(ConciergerieParcel.pythonModel, ConciergerieParcel);
