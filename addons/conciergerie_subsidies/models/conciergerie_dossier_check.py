from odoo import api, fields, models
from odoo.tools import format_date


class ConciergerieDossier(models.Model):
    """The check before filing: what a funder would refuse, with its figures."""

    _inherit = "conciergerie.dossier"

    check_html = fields.Html(
        string="Check", compute="_compute_check_html", sanitize=False
    )
    check_blocking_count = fields.Integer(compute="_compute_check_html")

    @api.depends_context("uid", "lang")
    @api.depends(
        "requested_amount",
        "total_cost",
        "total_resource",
        "eligible_cost",
        "public_aid",
        "own_share",
        "asked_in_plan",
        "in_kind_cost",
        "in_kind_resource",
        "date_from",
        "date_to",
        "paper_ids.state",
        "paper_ids.is_required",
        *("aid_rate", "public_rate_max", "own_share_min", "amount_min", "amount_max"),
        *("legal_basis", "flat_rate", "flat_rate_base", "advance_rate", "paid_only"),
    )
    def _compute_check_html(self):
        for dossier in self:
            if dossier.state != "idea" or not dossier.programme_id:
                dossier.check_html = False
                dossier.check_blocking_count = 0
                continue
            checks = dossier._check_eligibility()
            dossier.check_html = self.env["ir.qweb"]._render(
                "conciergerie_subsidies.eligibility_check", {"checks": checks}
            )
            dossier.check_blocking_count = len(self._blocking(checks))

    @api.model
    def _blocking(self, checks):
        return [c for c in checks if c["blocking"] and not c["ok"]]

    def _check_eligibility(self, date=None):
        """Check what the funder will check, in the order it is read.

        :param date date: day of filing, by default today
        :return: list of ``{code, label, ok, blocking, message, figures}``; figures are
            amounts in the currency of the dossier, rates in per cent
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        checks = [
            self._check_filing_period(date),
            self._check_call(date),
            self._check_balance(),
            self._check_in_kind(),
            self._check_kinds(),
            self._check_flat_rate(),
            self._check_request(),
            self._check_rate(),
            self._check_public_rate(),
            self._check_total_aid(),
            self._check_own_share(),
            self._check_de_minimis(self.requested_amount, date),
            self._check_papers(date),
            self._check_cash(),
        ]
        return [check for check in checks if check]

    def _prepare_check(self, code, label, ok, message, blocking=True, **figures):
        return {
            "code": code,
            "label": label,
            "ok": bool(ok),
            "blocking": blocking,
            "message": message,
            "figures": figures,
        }

    # ------------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------------

    def _check_filing_period(self, date):
        label = self.env._("Period")
        if not self.date_from or not self.date_to:
            return self._prepare_check(
                "period",
                label,
                False,
                self.env._("Enter from when to when the project runs."),
            )
        words = {
            "date_from": format_date(self.env, self.date_from),
            "date_to": format_date(self.env, self.date_to),
        }
        if self.date_to < date:
            return self._prepare_check(
                "period",
                label,
                False,
                self.env._(
                    "The project ends on %(date_to)s, before it is filed: enter its "
                    "new dates.",
                    **words,
                ),
            )
        if self.eligible_from_receipt and self.date_from < date:
            return self._prepare_check(
                "period",
                label,
                False,
                self.env._(
                    "The project begins on %(date_from)s, but costs count only from "
                    "the day on which the funder receives it.",
                    **words,
                ),
                blocking=False,
            )
        message = self.env._("From %(date_from)s to %(date_to)s.", **words)
        return self._prepare_check("period", label, True, message)

    def _check_call(self, date):
        programme = self.programme_id
        if programme.date_to and programme.date_to < date:
            return self._prepare_check(
                "programme",
                self.env._("Figures of the programme"),
                False,
                self.env._(
                    "The figures of %(programme)s were valid until %(date)s: ask the "
                    "administrator to check them.",
                    programme=programme.name,
                    date=format_date(self.env, programme.date_to),
                ),
                blocking=False,
            )
        if not programme.call_ids:
            return None
        call = programme._open_call(date)
        return self._prepare_check(
            "call",
            self.env._("Call"),
            call,
            self.env._(
                "“%(call)s” takes applications until %(date)s.",
                call=call.name,
                date=format_date(self.env, call.date_close),
            )
            if call
            else self.env._(
                "No call of %(programme)s is open today.", programme=programme.name
            ),
            blocking=False,
        )

    # ------------------------------------------------------------------
    # Plan
    # ------------------------------------------------------------------

    def _check_balance(self):
        money = self._money
        label = self.env._("Equilibrium")
        figures = {
            "expense": self.total_cost,
            "resource": self.total_resource,
            "difference": self.currency_id.round(self.plan_gap),
        }
        if not self.total_cost:
            return self._prepare_check(
                "balance",
                label,
                False,
                self.env._("Enter the expenses of the plan."),
                **figures,
            )
        gap = figures["difference"]
        if self.currency_id.is_zero(gap):
            message = self.env._(
                "Expenses and resources are both %(total)s.",
                total=money(self.total_cost),
            )
        elif gap > 0:
            message = self.env._(
                "Expenses are %(expense)s, resources %(resource)s: %(gap)s are still "
                "to be found.",
                expense=money(self.total_cost),
                resource=money(self.total_resource),
                gap=money(gap),
            )
        else:
            message = self.env._(
                "Resources are %(resource)s, expenses %(expense)s: %(gap)s too much.",
                expense=money(self.total_cost),
                resource=money(self.total_resource),
                gap=money(-gap),
            )
        ok = self.currency_id.is_zero(gap)
        return self._prepare_check("balance", label, ok, message, **figures)

    def _check_in_kind(self):
        if not self.in_kind_cost and not self.in_kind_resource:
            return None
        gap = self.in_kind_cost - self.in_kind_resource
        ok = self.currency_id.is_zero(gap)
        words = {
            "uses": self._money(self.in_kind_cost),
            "contributions": self._money(self.in_kind_resource),
        }
        return self._prepare_check(
            "in_kind",
            self.env._("In kind"),
            ok,
            self.env._("In kind: %(uses)s on each side, outside the totals.", **words)
            if ok
            else self.env._(
                "In kind, uses are %(uses)s and contributions %(contributions)s: they "
                "must be equal.",
                **words,
            ),
            uses=self.in_kind_cost,
            contributions=self.in_kind_resource,
        )

    def _imbalance_words(self):
        """Say what keeps a plan that may still change from equilibrium, "" if nothing.

        A co-funder's is the main dossier's, which may be settled already.
        """
        self.ensure_one()
        if not self._plan_dossier()._is_plan_open():
            return ""
        checks = filter(None, (self._check_balance(), self._check_in_kind()))
        return " ".join(check["message"] for check in checks if not check["ok"])

    def _check_kinds(self):
        lines = self._plan_lines("expense") - self._eligible_lines()
        if not lines or self.flat_rate_base == "staff_all":
            return None
        amount = sum(lines.mapped("planned_amount"))
        return self._prepare_check(
            "kinds",
            self.env._("Eligible expenses"),
            not amount,
            self.env._(
                "%(amount)s are of kinds that the programme does not pay (%(lines)s): "
                "they stay in the plan, the aid is not taken on them.",
                amount=self._money(amount),
                lines=", ".join(lines.mapped("name")),
            ),
            blocking=False,
            amount=amount,
        )

    def _check_flat_rate(self):
        if self.flat_rate_base == "none":
            return None
        label = self.env._("Flat rate")
        planned = sum(
            self._plan_lines("expense").filtered("is_flat").mapped("planned_amount")
        )
        figures = {"flat": self.flat_amount, "planned": planned}
        if self.flat_rate_base == "staff_all":
            others = self._plan_lines("expense") - self._eligible_lines()
            amount = sum(others.mapped("planned_amount"))
            if amount:
                return self._prepare_check(
                    "flat_rate",
                    label,
                    False,
                    self.env._(
                        "The flat rate stands for all that is not staff: %(amount)s of "
                        "other costs would be paid twice. Take them out of the plan.",
                        amount=self._money(amount),
                    ),
                    others=amount,
                    **figures,
                )
        ok = self.currency_id.compare_amounts(planned, self.flat_amount) <= 0
        return self._prepare_check(
            "flat_rate",
            label,
            ok,
            self.env._(
                "The terms allow %(flat)s of flat-rate costs, the plan has "
                "%(planned)s.",
                flat=self._money(self.flat_amount),
                planned=self._money(planned),
            ),
            **figures,
        )

    # ------------------------------------------------------------------
    # Papers and cash
    # ------------------------------------------------------------------

    def _check_papers(self, date):
        wanted = self.paper_ids.filtered(lambda p: p.step == "file" and p.is_required)
        if not wanted:
            return None
        missing = wanted._missing_on("file", date)
        return self._prepare_check(
            "papers",
            self.env._("Papers"),
            not missing,
            self.env._(
                "Missing or run out: %(papers)s.",
                papers=", ".join(missing.mapped("name")),
            )
            if missing
            else self.env._("All the papers asked for are there."),
            missing=len(missing),
        )

    def _check_cash(self):
        """Say what must be paid before the funder pays: no check, a figure."""
        if not self.requested_amount or not self.paid_only:
            return None
        advance = self.currency_id.round(
            self.requested_amount * self.advance_rate / 100.0
        )
        need = self.requested_amount - advance
        kept = self.currency_id.round(
            self.requested_amount * (100.0 - self.cap_before_balance) / 100.0
        )
        return self._prepare_check(
            "cash",
            self.env._("Cash"),
            True,
            self.env._(
                "Costs are paid first: up to %(need)s of this aid must be advanced, "
                "of which %(kept)s until the balance.",
                need=self._money(need),
                kept=self._money(kept),
            ),
            blocking=False,
            need=need,
            advance=advance,
            kept=kept,
        )
