from odoo import models
from odoo.tools import format_date

from .conciergerie_subsidy_entry_propose import months_between


class ConciergerieDossier(models.Model):
    """What the books need to know of a dossier: what is due, used and for later."""

    _inherit = "conciergerie.dossier"

    def _receivable_steps(self):
        """Return what makes the aid receivable, step by step, in order.

        :return: list of (period, date, amount receivable in all so far, explanation)
        """
        self.ensure_one()
        if self.recognition != "award":
            return self._claim_steps()
        steps = []
        awards = self.award_ids.sorted(lambda award: (award.date, award.id))
        for number, award in enumerate(awards, start=1):
            period = "award" if number == 1 else f"award {number}"
            steps.append(
                (
                    period,
                    award.date,
                    award.amount,
                    self.env._(
                        "%(kind)s of %(date)s: %(amount)s in all.",
                        kind=dict(
                            award._fields["kind"]._description_selection(self.env)
                        )[award.kind],
                        date=format_date(self.env, award.date),
                        amount=self.entry_ids._money(award.amount, self.currency_id),
                    ),
                )
            )
        return steps

    def _claim_steps(self):
        """Return what each claim makes receivable, then what its answer changes.

        An advance is money, not income; what a claim deducts for it is income.
        """
        steps, total = [], 0.0
        claims = self.claim_ids.filtered(
            lambda c: (
                c.state in ("submitted", "answered", "paid") and c.kind != "advance"
            )
        )
        for claim in claims.sorted(lambda claim: (claim.number, claim.id)):
            total += claim.claimed_amount + claim.deducted_amount
            steps.append(
                (
                    f"claim {claim.number}",
                    claim.submitted_date or claim.date,
                    total,
                    self.env._("%s, as claimed.", claim.name),
                )
            )
            if claim.state != "submitted":
                total += claim.accepted_amount - claim.claimed_amount
                steps.append(
                    (
                        f"claim {claim.number} answer",
                        claim.answered_date or claim.date,
                        total,
                        self.env._("%s, what the funder accepted.", claim.name),
                    )
                )
        return steps

    def _share_after(self, date):
        """Return the share of the eligible period that comes after ``date``, 0 to 1.

        By month or by day, as the company chose (case D8).
        """
        self.ensure_one()
        start, stop = self.date_from, self.date_to
        if date >= stop:
            return 0
        if date < start:
            return 1
        if self.company_id.subsidy_deferral_by == "day":
            return (stop - date).days / ((stop - start).days + 1)
        return 1 - months_between(start, date) / months_between(start, stop)

    def _aid_used(self, date):
        """Return how much of the aid the costs until ``date`` have used.

        :param date: last date of the costs
        :return: amount in the company's currency, never more than the award
        """
        self.ensure_one()
        amounts = self._spent_by_line(date_to=date)
        spent = sum(amounts.values()) + self._flat_rate_amount(amounts)
        rate = self.awarded_rate or self.aid_rate or 100.0
        used = self.currency_id.round(spent * rate / 100)
        return min(used, self.awarded_amount or used)

    def _spent_by_line(self, date_from=None, date_to=None):
        """Return what the dossier's plan has of real costs, share by share (D15).

        What a funder cut is not in it: the books go on with what is accepted.

        :param date_from: first date of the costs, any by default
        :param date_to: last date of the costs, any by default
        :return: amount by ``conciergerie.budget.line``, what is in kind left out
        """
        self.ensure_one()
        domain = [
            ("dossier_id", "=", self._plan_dossier().id),
            ("state", "!=", "rejected"),
            ("budget_line_id.in_kind", "=", False),
        ]
        if date_from:
            domain.append(("date", ">=", date_from))
        if date_to:
            domain.append(("date", "<=", date_to))
        return dict(
            self.env["conciergerie.allocation"]._read_group(
                domain, ["budget_line_id"], ["amount:sum"]
            )
        )
