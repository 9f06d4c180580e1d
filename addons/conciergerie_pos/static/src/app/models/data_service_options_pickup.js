import { DataServiceOptions } from "@point_of_sale/app/models/data_service_options";
import { patch } from "@web/core/utils/patch";

patch(DataServiceOptions.prototype, {
    get databaseTable() {
        return {
            ...super.databaseTable,
            "conciergerie.pos.hand.over": {
                key: "uuid",
                condition: (record) => record.done,
            },
        };
    },
    get dynamicModels() {
        return [...super.dynamicModels, "conciergerie.pos.hand.over"];
    },
    get pohibitedAutoLoadedModels() {
        return [
            ...super.pohibitedAutoLoadedModels,
            "conciergerie.pos.hand.over",
            "project.task",
        ];
    },
});
