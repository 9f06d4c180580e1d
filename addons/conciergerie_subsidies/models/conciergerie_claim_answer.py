from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class ConciergerieClaim(models.Model):
    """What the funder answered, line by line, and what it paid."""

    _inherit = "conciergerie.claim"

    funder_amount = fields.Monetary(
        string="Aid per the Funder's Letter",
        copy=False,
        help="Leave empty where it is what the accepted costs give.",
    )
    cut_amount = fields.Monetary(
        string="Costs Cut", compute="_compute_cut_amount", help="Asked less accepted."
    )

    def _compute_cut_amount(self):
        groups = dict(
            (claim, asked - accepted)
            for claim, asked, accepted in self.env[
                "conciergerie.claim.line"
            ]._read_group(
                [("claim_id", "in", self.ids), ("is_frozen", "=", True)],
                ["claim_id"],
                ["amount:sum", "accepted_amount:sum"],
            )
        )
        for claim in self:
            claim.cut_amount = groups.get(claim, 0.0)

    def action_answer(self):
        """Record the funder's answer: what is accepted of each line, and of the aid.

        What is cut is free again for another dossier, unless a co-funder claims the
        same costs.
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "submitted":
            raise UserError(
                self.env._(
                    "Only a claim that was submitted is answered: %(claim)s is not.",
                    claim=self.name,
                )
            )
        self._lock_dossier()
        self._check_answers()
        self._cut_flat_rate()
        self.sudo().write(
            {
                "accepted_amount": self._get_accepted(),
                "answered_date": fields.Date.context_today(self),
                "state": "answered",
            }
        )
        self._release_cuts()
        self._follow_payment()
        return True

    def action_accept_all(self):
        """Put every line back to accepted in full."""
        self.ensure_one()
        self.check_access("write")
        for line in self.line_ids:
            if line.accepted_amount != line.amount:
                line.write({"accepted_amount": line.amount, "cut_reason": False})

    def _check_answers(self):
        """Refuse an answer that is no cut of what was asked, or has no reason."""
        wrong = []
        for line in self.line_ids.filtered(lambda r: r.accepted_amount != r.amount):
            if line.amount < 0:
                wrong.append(
                    self.env._(
                        "%(line)s: %(asked)s lowers the claim, it is not cut. Enter "
                        "%(asked)s as accepted; where the funder's letter says another "
                        "aid, enter that under “Aid per the Funder's Letter”.",
                        line=line.name,
                        asked=self.currency_id.format(line.amount),
                    )
                )
            elif not 0 <= line.accepted_amount <= line.amount:
                wrong.append(
                    self.env._(
                        "%(line)s: accepted %(accepted)s of %(asked)s.",
                        line=line.name,
                        accepted=self.currency_id.format(line.accepted_amount),
                        asked=self.currency_id.format(line.amount),
                    )
                )
            elif not line.cut_reason and not line.is_flat:
                wrong.append(
                    self.env._("%(line)s: say why it was cut.", line=line.name)
                )
        asked, granted = self.claimed_amount, self.funder_amount
        compare = self.currency_id.compare_amounts
        if asked >= 0 and (granted < 0 or compare(granted, asked) > 0):
            wrong.append(
                self.env._(
                    "The funder's letter cannot grant %(amount)s where %(asked)s were "
                    "asked for: correct the amount.",
                    amount=self.currency_id.format(granted),
                    asked=self.currency_id.format(asked),
                )
            )
        if wrong:
            raise ValidationError("\n".join(wrong))

    def _cut_flat_rate(self):
        """Cut the flat rate with its base, unless the funder's own cut was entered."""
        flat = self.line_ids.filtered("is_flat")
        if not flat or flat.accepted_amount != flat.amount:
            return
        dossier = self.dossier_id
        base_lines = self.line_ids.filtered(
            lambda r: (
                not r.is_flat
                and r.accepted_amount != r.amount
                and dossier._in_flat_base(r.budget_line_id)
            )
        )
        cut = sum(base_lines.mapped("amount")) - sum(
            base_lines.mapped("accepted_amount")
        )
        if cut:
            part = self.currency_id.round(cut * dossier.flat_rate / 100)
            flat.accepted_amount = self.currency_id.round(flat.amount - part)
            flat.cut_reason = self.env._("Cut with the costs that it is a rate of.")

    def _get_accepted(self):
        """Return the aid that the funder accepted: its letter's, else the computed."""
        self.ensure_one()
        if self.funder_amount:
            return self.funder_amount
        if self.kind == "advance":
            return self.claimed_amount
        real, flat = self._line_sums(accepted=True)
        currency, before = self.currency_id, self._before()
        total = before["eligible"] + real + flat
        aid = currency.round(total * self.rate / 100)
        limit, _words = self._limit(total, before)
        gross = currency.round(min(aid, limit) - before["justified"])
        accepted = gross - self.deducted_amount
        if self.kind != "balance":
            accepted = max(accepted, 0.0)
        return min(currency.round(accepted), self.claimed_amount)

    def _release_cuts(self):
        """Give what was cut back to the costs, where no co-funder claims them too.

        What changed of a cost since it was claimed follows the smaller share: no more
        is taken back of it than was accepted.
        """
        dossier = self.dossier_id
        if dossier.main_dossier_id or dossier.cofunding_ids:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE conciergerie_claim_line
                   SET released_amount = amount - accepted_amount
                 WHERE claim_id = %s AND allocation_id IS NOT NULL
                   AND accepted_amount != amount
                """,
                self.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE conciergerie_allocation share
                   SET amount = share.amount - line.released_amount,
                       state = CASE WHEN share.amount = line.released_amount
                                    THEN 'rejected' ELSE share.state END
                  FROM conciergerie_claim_line line
                 WHERE line.allocation_id = share.id AND line.claim_id = %s
                   AND line.released_amount != 0
                """,
                self.id,
            )
        )
        self.env.invalidate_all()
        cut = [("claim_id", "=", self.id), ("released_amount", "!=", 0)]
        costs_sudo = (
            self.env["conciergerie.cost"]
            .sudo()
            .search(
                [
                    ("difference_ids", "!=", False),
                    ("allocation_ids.claim_line_ids", "any", cut),
                ]
            )
        )
        costs_sudo._spread_differences()

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------

    def _register_payment(self, amount, date=None):
        """Add money that the funder paid for this claim, or took back.

        :param float amount: in the company's currency, negative if it was taken back
        :param date: day of the bank, for the message on the claim
        """
        self.ensure_one()
        if self.state in ("draft", "cancelled"):
            raise UserError(
                self.env._(
                    "%(claim)s was not submitted: nothing can be paid for it.",
                    claim=self.name,
                )
            )
        claim_sudo = self.sudo()
        claim_sudo.paid_amount = self.currency_id.round(self.paid_amount + amount)
        claim_sudo._follow_payment()

    def _follow_payment(self):
        """A claim is paid when what was accepted is received, or is paid back."""
        self.ensure_one()
        sign = -1 if self.accepted_amount < 0 else 1
        whole = (
            self.currency_id.compare_amounts(
                sign * self.paid_amount, sign * self.accepted_amount
            )
            >= 0
        )
        if self.state == "answered" and whole:
            self.sudo().state = "paid"
        elif self.state == "paid" and not whole:
            self.sudo().state = "answered"
