import { Component, onWillStart, useState } from "@odoo/owl";
import { makeContext } from "@web/core/context";
import { _t } from "@web/core/l10n/translation";
import { formatCurrency } from "@web/core/currency";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;

/** Months shown before today and, at least, after it. */
const MONTHS_BEFORE = 3;
const MONTHS_AFTER = 15;

/**
 * The funding cockpit: what is sure, what is to come, what is due, on one screen.
 * Every figure leads to the records behind it.
 */
export class FundingCockpit extends Component {
    static template = "conciergerie_subsidies.FundingCockpit";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ siteId: false, data: null });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.data = await this.orm.call("conciergerie.dossier", "get_cockpit_data", [
            this.state.siteId,
        ]);
    }

    async selectSite(siteId) {
        this.state.siteId = this.state.siteId === siteId ? false : siteId;
        await this.load();
    }

    get data() {
        return this.state.data;
    }

    money(amount) {
        return formatCurrency(amount, this.data.currency_id, { digits: [69, 0] });
    }

    /** What a figure is, and the figure, as the language writes it. */
    labelled(label, amount) {
        return _t("%(label)s: %(amount)s", { label, amount });
    }

    /** Figures of the top, each with the action that lists what it is made of. */
    get figures() {
        const { totals } = this.data;
        return [
            { key: "asked", label: _t("Asked for"), amount: totals.asked },
            { key: "awarded", label: _t("Awarded"), amount: totals.awarded },
            { key: "claimed", label: _t("Claimed"), amount: totals.claimed },
            { key: "received", label: _t("Received"), amount: totals.received },
            { key: "to_come", label: _t("To come"), amount: totals.to_come },
        ];
    }

    // ------------------------------------------------------------------
    // Timeline
    // ------------------------------------------------------------------

    get range() {
        const today = DateTime.fromISO(this.data.today);
        const start = today.minus({ months: MONTHS_BEFORE }).startOf("month");
        const ends = this.data.dossiers
            .filter((dossier) => dossier.date_to)
            .map((dossier) => DateTime.fromISO(dossier.date_to));
        const latest = DateTime.max(today.plus({ months: MONTHS_AFTER }), ...ends);
        const most = today.plus({ months: 36 });
        return { start, end: DateTime.min(latest, most).endOf("month") };
    }

    /** Position of a date on the timeline, in per cent of its width. */
    position(date, { start, end } = this.range) {
        const whole = end.diff(start).milliseconds;
        const part = DateTime.fromISO(date).diff(start).milliseconds;
        return Math.min(Math.max((100 * part) / whole, 0), 100);
    }

    get ticks() {
        const range = this.range;
        const ticks = [];
        let day = range.start.startOf("quarter");
        for (; day < range.end; day = day.plus({ months: 3 })) {
            if (day >= range.start) {
                ticks.push({
                    key: day.toISODate(),
                    left: this.position(day.toISODate(), range),
                    label: day.toFormat("LLL yy"),
                });
            }
        }
        return ticks;
    }

    get bars() {
        const range = this.range;
        return this.data.dossiers.map((dossier) => {
            const left = this.position(dossier.date_from || this.data.today, range);
            const right = this.position(dossier.date_to || this.data.today, range);
            const whole = dossier.awarded || dossier.asked;
            return {
                ...dossier,
                style: `left: ${left}%; width: ${Math.max(right - left, 1)}%`,
                done: whole ? Math.min((100 * dossier.received) / whole, 100) : 0,
                marks: dossier.deadlines
                    .map((mark) => ({ ...mark, left: this.position(mark.date, range) }))
                    .filter((mark) => mark.left > 0 && mark.left < 100),
            };
        });
    }

    get todayLeft() {
        return this.position(this.data.today);
    }

    // ------------------------------------------------------------------
    // Coverage and cash
    // ------------------------------------------------------------------

    parts(site) {
        const covered = site.own + site.sure + site.asked + site.others;
        const whole = Math.max(site.cost, covered, 1);
        return [
            { key: "own", label: _t("Own share"), amount: site.own, css: "bg-secondary" },
            { key: "sure", label: _t("Awarded"), amount: site.sure, css: "bg-success" },
            { key: "asked", label: _t("Asked for"), amount: site.asked, css: "bg-warning" },
            { key: "others", label: _t("Other funders"), amount: site.others, css: "bg-info" },
            { key: "gap", label: _t("To be found"), amount: site.gap, css: "bg-danger" },
        ]
            .filter((part) => part.amount > 0)
            .map((part) => ({
                ...part,
                width: (100 * part.amount) / whole,
                title: this.labelled(part.label, this.money(part.amount)),
            }));
    }

    get cash() {
        const { months } = this.data.cash;
        const most = Math.max(...months.map((month) => month.amount), 1);
        return months.map((month) => ({
            ...month,
            height: Math.max((100 * month.amount) / most, 0),
        }));
    }

    get hasCash() {
        const { late, later, months } = this.data.cash;
        return late || later || months.some((month) => month.amount);
    }

    // ------------------------------------------------------------------
    // What opens
    // ------------------------------------------------------------------

    openDossier(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "conciergerie.dossier",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openDeadline(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "conciergerie.deadline",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    /** Open a list; the filters of `context` replace those that the action sets. */
    async openList(xmlid, context = {}) {
        const action = await this.action.loadAction(`conciergerie_subsidies.${xmlid}`);
        return this.action.doAction({
            ...action,
            context: { ...makeContext([action.context]), ...context },
        });
    }

    openFigure(key) {
        if (key === "received") {
            return this.openList("conciergerie_instalment_action", {
                search_default_to_come: 0,
                search_default_received: 1,
            });
        }
        return this.openList(
            key === "to_come"
                ? "conciergerie_instalment_action"
                : "conciergerie_dossier_position_action"
        );
    }

    newDossier() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "conciergerie.dossier",
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("conciergerie_funding_cockpit", FundingCockpit);
