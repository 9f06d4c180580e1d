from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, format_date

# A dossier whose money may be spent.
OPEN_STATES = ("awarded", "running", "claimed", "balance")


class ConciergerieAllocation(models.Model):
    """What of a cost a budget line takes, what is too much, and why not."""

    _inherit = "conciergerie.allocation"

    @api.model
    def _allocate(self, vals_list):
        """Allocate shares of costs to budget lines: the one entry point.

        What a budget line no longer has is left free for another dossier: ``_preview``
        shows it, it is not stored (case D7). More than the whole cost is refused, with
        every dossier that has a share (case D6).

        :param vals_list: dictionaries with ``cost_id``, ``budget_line_id``, and
            ``amount`` or ``share`` (in %), optionally ``note``
        :return: the allocations made
        :raise ValidationError: a cost that is not eligible, or funded twice
        """
        self.browse().check_access("create")
        checked = self._check_new(vals_list)
        return self._place(
            [
                {
                    "cost_id": row["cost"].id,
                    "budget_line_id": row["line"].id,
                    "amount": row["eligible"],
                    "hour_share": row["hour_share"],
                    "note": vals.get("note"),
                }
                for row, vals in zip(checked, vals_list, strict=True)
            ]
        )

    @api.model
    def _allocate_what_fits(self, vals_list):
        """Allocate what is eligible of many costs; leave the rest, with its reasons.

        :return: the allocations made, and the previews of what was left
        """
        self.browse().check_access("create")
        lines = self.env["conciergerie.budget.line"].browse(
            {vals["budget_line_id"] for vals in vals_list}
        )
        self._lock_lines(lines)
        made, left = [], []
        for row in self._preview(vals_list):
            if row["over"] or row["reasons"] or not row["eligible"]:
                left.append(row)
                continue
            made.append(
                {
                    "cost_id": row["cost"].id,
                    "budget_line_id": row["line"].id,
                    "amount": row["eligible"],
                    "hour_share": row["hour_share"],
                }
            )
        return self._place(made), left

    @api.model
    def _check_new(self, vals_list, instead=None):
        """Return the previews of allocations to make, or refuse them.

        :param instead: allocation that the only one replaces
        """
        lines = self.env["conciergerie.budget.line"].browse(
            {vals["budget_line_id"] for vals in vals_list}
        )
        self._lock_lines(lines)
        rows = self._preview(vals_list, instead)
        refused = []
        for row in rows:
            words = self._preview_words(row)
            if row["over"] or row["reasons"] or not row["eligible"]:
                refused.append(
                    self.env["conciergerie.dossier"]._words(
                        row["cost"].display_name, words
                    )
                )
        if refused:
            raise ValidationError("\n".join(refused))
        return rows

    @api.model
    def _preview(self, vals_list, instead=None):
        """Say what each allocation would give, without making it.

        :return: for each, a dictionary: ``cost``, ``line``, ``requested``,
            ``eligible``, ``excess`` (shown, never stored), ``over`` (more than the cost
            has left), ``reasons`` (sentences) and ``hour_share``
        """
        costs = self.env["conciergerie.cost"].browse(v["cost_id"] for v in vals_list)
        lines = self.env["conciergerie.budget.line"].browse(
            v["budget_line_id"] for v in vals_list
        )
        free = {cost: cost.free_amount for cost in costs}
        room = {line: line.available_amount for line in lines}
        hour_room = self._hour_room(costs, lines, instead)
        if instead:
            free[instead.cost_id] += instead.amount
            room[instead.budget_line_id] += instead.amount
        pay = self._pay_ways(costs, instead)
        rows = []
        for vals, cost, line in zip(vals_list, costs, lines, strict=True):
            row = self._preview_one(vals, cost, line, free, room, hour_room)
            row["reasons"] = self._refusals(cost, line) or self._amount_refusals(row)
            if not row["reasons"] and self._pay_twice(cost, pay):
                row["reasons"].append(self._pay_words(cost))
            if row["reasons"]:
                row["eligible"], row["excess"] = 0.0, row["requested"]
            elif not row["over"]:
                free[cost] -= row["eligible"]
                room[line] -= row["eligible"]
                if cost.hours:
                    hour_room[cost, line.dossier_id] -= row["eligible"]
            rows.append(row)
        return rows

    @api.model
    def _preview_one(self, vals, cost, line, free, room, hour_room):
        currency = cost.currency_id
        if vals.get("amount") is not None:
            requested = currency.round(vals["amount"])
        else:
            requested = currency.round(cost.cap_amount * vals.get("share", 100.0) / 100)
        sign = -1 if cost.cap_amount < 0 else 1
        over = currency.compare_amounts(sign * requested, sign * free[cost]) > 0
        eligible = requested
        if sign > 0:
            eligible = max(min(requested, room[line]), 0.0)
            if cost.hours:
                eligible = max(min(eligible, hour_room[cost, line.dossier_id]), 0.0)
        elif requested > 0:
            eligible = 0.0
        eligible = currency.round(eligible)
        return {
            "cost": cost,
            "line": line,
            "requested": requested,
            "eligible": eligible,
            "excess": currency.round(requested - eligible),
            "over": over,
            "free": free[cost],
            "room": room[line],
            "hour_share": eligible / cost.cap_amount
            if cost.hours and cost.cap_amount
            else 0.0,
        }

    @api.model
    def _amount_refusals(self, row):
        """Say why an amount is none: nothing, or on the other side than its cost."""
        cost, currency = row["cost"], row["cost"].currency_id
        words = {
            "amount": currency.format(row["requested"]),
            "cost": currency.format(cost.cap_amount),
        }
        if currency.is_zero(row["requested"]):
            return [self.env._("Nothing is asked of it: enter an amount or a share.")]
        if cost.cap_amount >= 0 and row["requested"] < 0:
            return [
                self.env._(
                    "%(amount)s cannot be allocated of a cost of %(cost)s: enter a "
                    "positive amount. To take back what is allocated, lower or delete "
                    "that allocation.",
                    **words,
                )
            ]
        if cost.cap_amount < 0 < row["requested"]:
            return [
                self.env._(
                    "%(amount)s cannot be allocated of a credit of %(cost)s: enter a "
                    "negative amount, it lowers what is spent.",
                    **words,
                )
            ]
        return []

    @api.model
    def _hour_room(self, costs, lines, instead):
        """Return what each dossier may still take of hours, at its own yearly base."""
        hours = costs.filtered("hours")
        taken = {
            (cost, dossier): amount
            for cost, dossier, amount in self.sudo()._read_group(
                [
                    ("cost_id", "in", hours.ids),
                    ("id", "not in", instead.ids if instead else []),
                ],
                ["cost_id", "dossier_id"],
                ["amount:sum"],
            )
        }
        result = {}
        for cost, line in zip(costs, lines, strict=True):
            if not cost.hours:
                continue
            dossier = line.dossier_id
            base, currency = dossier.hours_base, cost.currency_id
            cap = cost.cap_amount
            if base:
                rate = currency.round(cost.annual_cost / base)
                cap = min(cap, currency.round(rate * cost.hours))
            result[cost, dossier] = cap - taken.get((cost, dossier), 0.0)
        return result

    # ------------------------------------------------------------------
    # Reasons
    # ------------------------------------------------------------------

    @api.model
    def _refusals(self, cost, line):
        """Return the sentences that say why a budget line cannot take a cost."""
        dossier, reasons = line.dossier_id, []
        if dossier.main_dossier_id:
            reasons.append(
                self.env._(
                    "Costs of %(dossier)s are allocated to its main dossier, %(main)s.",
                    dossier=dossier.name,
                    main=dossier.main_dossier_id.name,
                )
            )
        elif dossier.state not in OPEN_STATES:
            states = dict(dossier._fields["state"]._description_selection(self.env))
            reasons.append(
                self.env._(
                    "%(dossier)s is in the state “%(state)s”: costs are allocated from "
                    "the award until the balance.",
                    dossier=dossier.name,
                    state=states[dossier.state],
                )
            )
        if line.company_id != cost.company_id:
            reasons.append(self.env._("The cost is another company's."))
        if not cost.is_booked:
            reasons.append(self.env._("It is not booked: post its entry first."))
        elif cost._is_gone():
            reasons.append(
                self.env._(
                    "It was claimed, then reversed or cancelled as a whole: nothing of "
                    "it is left to allocate."
                )
            )
        if cost._is_unpriced():
            reasons.append(cost._unpriced_words())
        return (
            reasons + self._kind_refusals(cost, line) + self._day_refusals(cost, line)
        )

    @api.model
    def _kind_refusals(self, cost, line):
        kind = line.expense_kind_id
        if line.is_flat or line.dossier_id._flat_covers(line):
            return [
                self.env._("“%(line)s” is covered by the flat rate.", line=line.name)
            ]
        if line.side != "expense" or line.in_kind:
            return [
                self.env._("“%(line)s” takes no cost that is paid.", line=line.name)
            ]
        allowed = line.dossier_id.expense_kind_ids
        if allowed and kind and kind not in allowed:
            return [
                self.env._(
                    "%(kind)s is not an eligible kind of %(dossier)s.",
                    kind=kind.name,
                    dossier=line.dossier_id.name,
                )
            ]
        wrong = (
            kind and kind.code != "staff"
            if cost.hours
            else line.account_ids and cost.account_id not in line.account_ids
        )
        if wrong:
            return [
                self.env._(
                    "Wrong kind: “%(line)s” does not take %(what)s.",
                    line=line.name,
                    what=cost.account_id.display_name or self.env._("hours"),
                )
            ]
        return []

    @api.model
    def _day_refusals(self, cost, line):
        return self._period_refusals(cost, line.dossier_id)

    @api.model
    def _period_refusals(self, cost, dossier):
        day = cost.date
        first, last = dossier.eligible_from or dossier.date_from, dossier.date_to
        if first and day < first:
            return [
                self.env._(
                    "Dated %(day)s, before %(first)s from which costs of %(dossier)s "
                    "are eligible.",
                    day=format_date(self.env, day),
                    first=format_date(self.env, first),
                    dossier=dossier.name,
                )
            ]
        if last and day > last:
            return [
                self.env._(
                    "Dated %(day)s, outside the period of %(dossier)s, which ends on "
                    "%(last)s.",
                    day=format_date(self.env, day),
                    last=format_date(self.env, last),
                    dossier=dossier.name,
                )
            ]
        return []

    @api.model
    def _preview_words(self, row):
        """Return in words what stands in the way of a previewed allocation, or ""."""
        if row["reasons"]:
            return " ".join(row["reasons"])
        if row["over"]:
            return self._over_words(row)
        return self._excess_words(row) if row["excess"] else ""

    @api.model
    def _over_words(self, row):
        """Name every dossier that has a share of the cost, and who asks (D6)."""
        cost = row["cost"]
        others = {}
        for share in cost.sudo().allocation_ids:
            name = share.dossier_id.name
            others[name] = others.get(name, 0.0) + share.amount
        return self.env._(
            "A cost is not funded twice: %(dossier)s asks %(asked)s, %(free)s of "
            "%(cap)s is free. Allocated: %(others)s.",
            asked=format_amount(self.env, row["requested"], cost.currency_id),
            dossier=row["line"].dossier_id.name,
            free=format_amount(self.env, row["free"], cost.currency_id),
            cap=format_amount(self.env, cost.cap_amount, cost.currency_id),
            others=", ".join(
                f"{name} {format_amount(self.env, amount, cost.currency_id)}"
                for name, amount in others.items()
            )
            or self.env._("nothing"),
        )

    @api.model
    def _excess_words(self, row):
        """Say that nothing is left for this cost, or how much of it is too much."""
        line = row["line"]
        return self.env._(
            "“%(line)s” of %(dossier)s has %(room)s available: %(excess)s is in excess "
            "and stays free.",
            line=line.name,
            dossier=line.dossier_id.name,
            room=format_amount(self.env, max(row["room"], 0.0), line.currency_id),
            excess=format_amount(self.env, row["excess"], line.currency_id),
        )
