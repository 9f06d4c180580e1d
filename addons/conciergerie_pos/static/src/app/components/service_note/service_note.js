import { patch } from "@web/core/utils/patch";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { PosStore } from "@point_of_sale/app/services/pos_store";

/** The note of a service, handed before payment: what is done, by whom, at what price. */
export class ServiceNote extends OrderReceipt {
    static template = "conciergerie_pos.ServiceNote";

    get day() {
        return luxon.DateTime.now().toLocaleString(luxon.DateTime.DATETIME_SHORT);
    }

    /** The professional in whose name a line is sold. */
    seller(line) {
        return line.deal_mode === "mandate" ? line.provider_id?.name : "";
    }
}

patch(PosStore.prototype, {
    /** Print the note of an order and remember that it was handed. */
    async printNote(order) {
        const result = await this.printer.print(ServiceNote, { order }, this.printOptions);
        order.is_note_handed = true;
        return result;
    },
});
