import { registry } from "@web/core/registry";
import { Base } from "@point_of_sale/app/models/related_models";
import { normalize } from "@web/core/l10n/utils";
import { GIVEN, piecesOf } from "@conciergerie_pos/app/utils/due";

const { DateTime } = luxon;
const local = (type) => ({ type, compute: false, related: false, local: true });

export const OPEN_STEPS = ["todo", "provider", "ready", "problem"];

/** A request as a till knows it: one flat row, see `_prepare_pos_row`. */
export class ProjectTask extends Base {
    static pythonModel = "project.task";
    static extraFields = {
        site: { name: "site", ...local("integer") },
        service: { name: "service", ...local("char") },
        product: { name: "product", ...local("integer") },
        person_id: { name: "person_id", ...local("integer") },
        person: { name: "person", ...local("char") },
        provider: { name: "provider", ...local("char") },
        key: { name: "key", ...local("char") },
        ticket: { name: "ticket", ...local("char") },
        mode: { name: "mode", ...local("char") },
        price: { name: "price", ...local("float") },
        pieces: { name: "pieces", ...local("json") },
        sale: { name: "sale", ...local("json") },
        closed: { name: "closed", ...local("char") },
        reason: { name: "reason", ...local("char") },
    };

    get isOpen() {
        return OPEN_STEPS.includes(this.step);
    }

    /** Open, or cancelled with things still to give back. */
    get isWaiting() {
        return (
            this.isOpen ||
            (this.step === "cancelled" && this.pieceList.some((piece) => piece.here))
        );
    }

    get pieceList() {
        return piecesOf(this);
    }

    get piecesHere() {
        return this.pieceList.filter((piece) => piece.here);
    }

    /** Whether something of it can leave now. */
    get canLeave() {
        if (this.pieceList.length) {
            return (
                ["ready", "provider", "cancelled"].includes(this.step) &&
                this.piecesHere.length > 0
            );
        }
        return this.step === "ready";
    }

    get racks() {
        return [...new Set(this.piecesHere.map((piece) => piece.rack).filter(Boolean))];
    }

    get promised() {
        return this.promised_date || null;
    }

    get isLate() {
        const late = this.promised && this.promised < DateTime.now().startOf("day");
        return Boolean(late) && ["todo", "provider", "problem"].includes(this.step);
    }

    get isDueToday() {
        const today = this.promised && this.promised.hasSame(DateTime.now(), "day");
        return Boolean(today) && ["todo", "provider", "problem"].includes(this.step);
    }

    /** Whether it answers to what was typed: a part of the name, or of a reference. */
    matches(words) {
        const text = normalize(`${this.person} ${this.reference} ${this.service}`);
        return words.every((word) => text.includes(word));
    }

    /** Whether a scanned code is its reference, ticket, one of its labels or its link. */
    answersTo(code) {
        if (code.includes("/SUIVI/") || code.includes("/suivi/")) {
            const token = code.split(/\/suivi\//i)[1];
            return Boolean(this.key) && token.startsWith(this.key);
        }
        const upper = code.toUpperCase();
        return (
            this.reference === upper ||
            (this.ticket && this.ticket === upper) ||
            this.pieceList.some((piece) => piece.label === upper)
        );
    }

    /** Note at once what was handed over here, before the server says so. */
    markGiven(pieceIds, isProxy) {
        const pieces = (this.pieces || []).map((piece) =>
            pieceIds.includes(piece[0])
                ? [piece[0], piece[1], isProxy ? "proxy" : "beneficiary", "", piece[4]]
                : piece
        );
        const vals = { pieces };
        if (this.step !== "cancelled" && pieces.every((piece) => GIVEN.includes(piece[2]))) {
            vals.step = "handed_over";
            vals.closed = DateTime.now().toUTC().toFormat("yyyy-MM-dd HH:mm:ss");
        }
        this.update(vals);
    }

    /** Whether the server's row, or a note here, counts a ticket. */
    counts(ticket) {
        return Boolean(this.sale?.tickets?.includes(ticket));
    }

    /** Note at once what a ticket settled: once, whatever the server said meanwhile. */
    markSettled(quantities, ticket) {
        if (!this.sale || this.counts(ticket)) {
            return;
        }
        const settle = (line) => ({
            ...line,
            left: line.left - (quantities.get(line.id) || 0),
        });
        const tickets = [...(this.sale.tickets || []), ticket];
        const sale = { ...this.sale, tickets, line: settle(this.sale.line) };
        sale.others = (sale.others || []).map(settle).filter((line) => line.left);
        this.update({ sale });
    }
}

registry.category("pos_available_models").add(ProjectTask.pythonModel, ProjectTask);
