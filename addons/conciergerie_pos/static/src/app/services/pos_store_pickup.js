import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";
import { _t } from "@web/core/l10n/translation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { uuidv4 } from "@point_of_sale/utils";
import { computeDue } from "@conciergerie_pos/app/utils/due";

/** Settling orders and handing over what they are for. */
patch(PosStore.prototype, {
    openPickup(params = {}) {
        this.pickupCode = params.code || "";
        this.navigate("PickupScreen");
    },

    /** Requests that a code stands for: known here, or asked for. */
    async findRequests(code) {
        const known = this.requests.filter((request) => request.answersTo(code));
        if (known.length) {
            return known;
        }
        const partner = this.models["res.partner"].getBy("barcode", code);
        if (partner) {
            return this.requests.filter((r) => r.isWaiting && r.person_id === partner.id);
        }
        const answer = await this.callOnline("project.task", "pos_find_code", [
            this.config.id,
            code,
        ]);
        if (answer === undefined) {
            this.dialog.add(AlertDialog, {
                title: _t("Unknown without network"),
                body: _t(
                    "This till does not know “%s” and cannot ask. Type the person's name, or wait for the network.",
                    code
                ),
            });
            return [];
        }
        return this.applyRequests(answer.rows);
    },

    /** Requests of the same orders: a down payment settles an order whole. */
    requestsOfSameOrders(requests) {
        const sales = new Set(requests.map((r) => r.sale?.id).filter(Boolean));
        return this.requests.filter(
            (r) => requests.includes(r) || (r.sale && sales.has(r.sale.id))
        );
    },

    /** What taking these pieces costs. */
    computePickupDue(requests, taken) {
        return computeDue(
            this.requestsOfSameOrders(requests).map((request) => request.raw),
            taken
        );
    },

    /**
     * Hand over: at once where nothing is due, else with a ticket that settles the orders.
     *
     * @param {Map<number, number[]>} taken pieces that leave, by request
     * @param {{receiver: string, proxy: boolean, signature: string|false}} proof
     * @returns {Promise<"done"|"kept"|"ticket"|false>}
     */
    async pickUp(taken, proof) {
        let requests = [...taken.keys()].map((id) => this.requests.get(id));
        let due = this.computePickupDue(requests, taken);
        if (due.unknown.length || due.needsTicket) {
            requests = await this.prepareToSettle(requests, due);
            if (!requests) {
                return false;
            }
            due = this.computePickupDue(requests, taken);
        }
        const pickup = {
            uuid: uuidv4(),
            requests: [...taken].map(([id, pieces]) => ({ id, pieces })),
            ...proof,
        };
        if (due.needsTicket) {
            await this.settleOnTicket(requests[0], due, pickup);
            return "ticket";
        }
        const sent = await this.sendOrKeep("hand_over", pickup);
        if (!sent) {
            this.markPickedUp(pickup);
        }
        return sent ? "done" : "kept";
    },

    /** Fetch what is left to pay; without network, what the till knows must do. */
    async prepareToSettle(requests, due) {
        const rows = await this.callOnline("project.task", "pos_prepare", [
            this.config.id,
            requests.map((request) => request.id),
        ]);
        if (rows) {
            this.applyRequests(rows);
            return rows.map((row) => this.requests.get(row.id));
        }
        const sold = due.lines.map(({ line }) => line.product);
        if (due.unknown.length || sold.some((id) => !this.models["product.product"].get(id))) {
            this.dialog.add(AlertDialog, {
                title: _t("This needs the network"),
                body: _t(
                    "The price of %s is not known here without network. Hand it over later, or write its reference down and take the money when the network is back.",
                    requests.map((request) => request.reference).join(", ")
                ),
            });
            return false;
        }
        return requests;
    },

    /** Put what is due on a ticket that carries the hand-over, and go to the payment. */
    async settleOnTicket(request, due, pickup) {
        const order = this.orderForPickup(request);
        await this.setPickupPartner(order, request.person_id);
        await this.loadSettledProducts(due);
        for (const { sale, line, quantity } of due.lines) {
            await this.addSettledLine(order, sale, line, quantity);
        }
        order.uiState.pickup = pickup;
        await this.data.synchronizeLocalDataInIndexedDB();
        await this.pay();
    },

    /** The ticket in progress if it is this person's, or an empty one. */
    orderForPickup(request) {
        const order = this.getOrder();
        const partner = order?.getPartner();
        const mixes =
            order &&
            !order.finalized &&
            !order.pickup &&
            (order.isEmpty() || !partner || partner.id === request.person_id);
        return mixes ? order : this.addNewOrder();
    },

    async setPickupPartner(order, partnerId) {
        let partner = this.models["res.partner"].get(partnerId);
        if (!partner && partnerId && !this.isOffline) {
            await this.data.read("res.partner", [partnerId]);
            partner = this.models["res.partner"].get(partnerId);
        }
        if (partner) {
            order.setPartner(partner);
        }
    },

    async loadSettledProducts(due) {
        if (due.lines.some(({ line }) => line.down)) {
            await this.loadDownPaymentProduct();
        }
        const missing = due.lines
            .map(({ line }) => line.product)
            .filter((id) => !this.models["product.product"].get(id));
        if (missing.length) {
            await this.callOnlineProducts(missing);
        }
    },

    /** Add a line that settles an order line, as core does, from what the till knows. */
    async addSettledLine(order, sale, line, quantity) {
        const product = line.down
            ? this.config.down_payment_product_id
            : this.models["product.product"].get(line.product);
        this.connectSale(sale, line, product, order);
        const taxes = line.taxes
            .map((id) => this.models["account.tax"].get(id))
            .filter(Boolean);
        const newLine = await this.addLineToOrder(
            {
                product_id: product,
                product_tmpl_id: product.product_tmpl_id,
                price_unit: line.price,
                price_type: "automatic",
                tax_ids: taxes.map((tax) => ["link", tax]),
                sale_order_origin_id: this.models["sale.order"].get(sale.id),
                sale_order_line_id: this.models["sale.order.line"].get(line.id),
                qty: quantity,
            },
            order,
            {},
            false
        );
        newLine.setQuantity(quantity, true);
        newLine.setUnitPrice(line.price);
        newLine.setDiscount(line.discount || 0);
        return newLine;
    },

    /** The order and its line, as records that the ticket's line can point to. */
    connectSale(sale, line, product, order) {
        const data = {};
        if (!this.models["sale.order"].get(sale.id)) {
            data["sale.order"] = [
                {
                    id: sale.id,
                    name: sale.name,
                    state: sale.state || "sale",
                    partner_id: order.getPartner()?.id || false,
                    order_line: [],
                    amount_unpaid: sale.unpaid,
                },
            ];
        }
        if (!this.models["sale.order.line"].get(line.id)) {
            data["sale.order.line"] = [
                {
                    id: line.id,
                    product_id: product.id,
                    product_uom_qty: line.qty,
                    price_unit: line.price,
                    price_total: line.total,
                    tax_ids: line.taxes,
                    is_downpayment: Boolean(line.down),
                    provider_id: line.provider || false,
                    deal_mode: line.deal || false,
                    product_custom_attribute_value_ids: [],
                },
            ];
        }
        this.models.connectNewData(data);
    },

    /** Show at once what a paid ticket settled and handed over. */
    markTicket(order) {
        const counted = new Set(this.requests.filter((r) => r.counts(order.uuid)));
        this.markPickedUp(order.pickup, counted);
        const quantities = order.settledQuantities;
        for (const request of this.requests.filter((r) => r.sale)) {
            const { line, others } = request.sale;
            if ([line, ...(others || [])].some((l) => quantities.has(l.id))) {
                request.markSettled(quantities, order.uuid);
            }
        }
    },

    /** Show at once what left, before the server has said so. */
    markPickedUp(pickup, counted = new Set()) {
        for (const { id, pieces } of pickup?.requests || []) {
            const request = this.requests.get(id);
            if (request && !counted.has(request)) {
                request.markGiven(pieces, pickup.proxy);
            }
        }
    },
});
