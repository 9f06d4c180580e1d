import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

/** Acts that are free of charge: a tap counts one. */
export class ActsPopup extends Component {
    static template = "conciergerie_pos.ActsPopup";
    static components = { Dialog };
    static props = { close: Function, getPayload: Function };

    setup() {
        this.pos = usePos();
    }

    get acts() {
        return this.pos.config._conciergerie_acts || [];
    }

    get person() {
        return this.pos.getOrder()?.getPartner();
    }

    choose(id) {
        this.props.getPayload(id);
        this.props.close();
    }
}
