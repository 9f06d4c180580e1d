from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    subsidy_payment_days = fields.Integer(
        string="Funders Pay After (days)",
        default=90,
        help="Days from an award or a claim to the money, for the cash forecast.",
    )

    _subsidy_payment_days_positive = models.Constraint(
        "CHECK(subsidy_payment_days >= 0)",
        "Funders pay after a number of days: not less than 0.",
    )


class ConciergerieDossier(models.Model):
    """The schedule of the money: proposed from the award, brought up to date after."""

    _inherit = "conciergerie.dossier"

    def action_propose_schedule(self):
        """Propose the instalments of the award again; those received are kept.

        :raise UserError: nothing is awarded
        """
        for dossier in self:
            if not dossier.awarded_amount:
                raise UserError(
                    self.env._(
                        "%s has no award yet: record it, the instalments follow.",
                        dossier.display_name,
                    )
                )
            dossier._propose_schedule()

    def _propose_schedule(self):
        """Bring the instalments nobody has touched in line with the last award.

        What was received or claimed stays; of the rest, the first of each kind keeps
        its date.
        """
        self.ensure_one()
        untouched = self.instalment_ids.filtered(lambda i: i._is_untouched())
        kept = self.instalment_ids - untouched
        left = self.currency_id.round(
            self._schedule_total() - sum(kept.mapped("amount"))
        )
        planned = sum(untouched.mapped("amount"))
        if untouched and not self.currency_id.compare_amounts(planned, left):
            return
        reused = self.env["conciergerie.instalment"]
        vals_list = []
        for vals in self._prepare_schedule_vals(left, set(kept.mapped("kind"))):
            same = untouched.filtered(lambda i, kind=vals["kind"]: i.kind == kind)[:1]
            if same:
                reused |= same
                vals_list.append((same, {"amount": vals["amount"]}))
            else:
                vals_list.append((same, vals))
        (untouched - reused).unlink()
        # Room first: the sum never passes the award on the way.
        reused.write({"amount": 0.0})
        for instalment, vals in vals_list:
            if instalment:
                instalment.write(vals)
            else:
                instalment.create(vals)

    def _schedule_total(self):
        """Return what the funder is to pay in all: the last award."""
        self.ensure_one()
        awards = self.award_ids.sorted(lambda award: (award.date, award.id))
        return awards[-1:].amount or self.awarded_amount

    def _prepare_schedule_vals(self, left, kinds):
        """Return the values of the instalments that share out what is left.

        The advance and what is paid before the balance come from the terms that the
        dossier keeps; the balance takes the rest, so that nothing is lost to rounding.

        :param float left: amount to share out
        :param kinds: set of the kinds that were received or claimed
        """
        if "balance" in kinds:
            # After the balance nothing comes: what was not used is lost.
            return []
        currency = self.currency_id
        total = self._schedule_total()
        advance = 0.0
        if "advance" not in kinds:
            advance = min(currency.round(total * self.advance_rate / 100), left)
        rest = left - advance
        interim = 0.0
        if self.cap_before_balance < 100:
            cap = currency.round(total * self.cap_before_balance / 100)
            interim = max(min(cap - (total - rest), rest), 0.0)
        dates = self._schedule_dates()
        return [
            {
                "dossier_id": self.id,
                "kind": kind,
                "amount": currency.round(amount),
                "expected_date": dates[kind],
            }
            for kind, amount in (
                ("advance", advance),
                ("interim", interim),
                ("balance", rest - interim),
            )
            if currency.compare_amounts(amount, 0.0) > 0
        ]

    def _schedule_dates(self):
        """Return when the funder may pay each kind of instalment."""
        self.ensure_one()
        delay = relativedelta(days=self.company_id.subsidy_payment_days)
        awarded = self.award_ids.sorted("date")[-1:].date
        awarded = awarded or fields.Date.context_today(self)
        start, stop = self.date_from or awarded, self.date_to or awarded
        middle = start + (stop - start) / 2
        return {
            "advance": awarded + delay,
            "interim": max(middle, awarded) + delay,
            "balance": max(stop, awarded) + delay,
        }


class ConciergerieInstalment(models.Model):
    _inherit = "conciergerie.instalment"

    def _is_untouched(self):
        """Return whether the instalment is a mere forecast: no money, no claim."""
        self.ensure_one()
        return not self.receipt_ids and not self.claim_id
