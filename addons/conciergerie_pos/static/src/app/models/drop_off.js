import { registry } from "@web/core/registry";
import { Base } from "@point_of_sale/app/models/related_models";
import { DataServiceOptions } from "@point_of_sale/app/models/data_service_options";
import { patch } from "@web/core/utils/patch";
import { pieceLabels } from "../utils/drop_off_rules";

const { DateTime } = luxon;
const model = "conciergerie.drop.off";

/**
 * Things left at this till. `state` is `waiting` while a ticket is to pay for it, `done`
 * once the things are taken, `failed` where the server could make no request.
 */
export class DropOff extends Base {
    static pythonModel = model;
    // Known by the till alone: what was left, service by service.
    static extraFields = {
        lines: { model, name: "lines", type: "json", local: true },
        // Of their price, what somebody else pays: as known when they were left.
        shares: { model, name: "shares", type: "json", local: true },
    };

    get items() {
        return this.lines || [];
    }

    get labels() {
        return pieceLabels(this.name, this.items);
    }

    get pieceCount() {
        return this.items.reduce((sum, line) => sum + line.piece_count, 0);
    }

    get amountTold() {
        return this.items.reduce((sum, line) => sum + (line.price_told || 0), 0);
    }

    get sharesTold() {
        return this.shares || [];
    }

    /** What the customer has paid, or is to pay. */
    get restTold() {
        return this.sharesTold.reduce((rest, share) => rest - share.amount, this.amountTold);
    }

    get beneficiary() {
        return this.partner_id?.name || this.partner_name || "";
    }

    get isOld() {
        return this.taken_date < DateTime.now().startOf("day");
    }

    /** What the server reads of it; it takes nothing else. */
    toPayload() {
        return {
            uuid: this.uuid,
            name: this.name,
            config_id: odoo.pos_config_id,
            taken_date: this.taken_date.toUTC().toFormat("yyyy-MM-dd HH:mm:ss"),
            partner_id: this.partner_id?.id || false,
            partner_name: this.beneficiary,
            partner_phone: this.partner_phone || "",
            is_paid: Boolean(this.is_paid),
            lines: this.items.map((line) => ({
                uuid: line.uuid,
                product_id: line.product_id,
                quantity: line.quantity,
                piece_count: line.piece_count,
                piece_notes: line.piece_notes,
                provider_id: line.provider_id,
                promised_date: line.promised_date,
                remarks: line.remarks,
                price_told: line.price_told,
            })),
        };
    }
}

registry.category("pos_available_models").add(DropOff.pythonModel, DropOff);

patch(DataServiceOptions.prototype, {
    get databaseTable() {
        return {
            ...super.databaseTable,
            [model]: {
                key: "uuid",
                // What was taken today can be printed again without network.
                condition: (record) =>
                    record.isSynced && record.isOld && record.state !== "waiting",
            },
        };
    },
    get dynamicModels() {
        return [...super.dynamicModels, model];
    },
    get pohibitedAutoLoadedModels() {
        return [...super.pohibitedAutoLoadedModels, model];
    },
});
