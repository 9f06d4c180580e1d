from dateutil.relativedelta import relativedelta

from odoo import fields, models


class ConciergerieInstalment(models.Model):
    _inherit = "conciergerie.instalment"

    claim_id = fields.Many2one(
        comodel_name="conciergerie.claim",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        readonly=True,
    )

    _one_for_a_claim = models.UniqueIndex(
        "(claim_id) WHERE claim_id IS NOT NULL",
        "A claim is paid by one instalment.",
    )

    def _tell_claims(self):
        """Bring what claims say was paid in line with the bank.

        With elevated rights: the money was matched by who may, the claim follows.
        """
        for instalment_sudo in self.sudo().filtered("claim_id"):
            claim_sudo = instalment_sudo.claim_id
            change = instalment_sudo.received_amount - claim_sudo.paid_amount
            if not instalment_sudo.currency_id.is_zero(change):
                claim_sudo._register_payment(change, instalment_sudo.received_date)


class ConciergerieClaim(models.Model):
    """What a claim changes in the books and in the money expected."""

    _inherit = "conciergerie.claim"

    instalment_ids = fields.One2many(
        comodel_name="conciergerie.instalment", inverse_name="claim_id"
    )

    def write(self, vals):
        """Bring proposals and schedule up to date when a claim goes on.

        With elevated rights: the claim's own step was checked, nothing is posted.
        """
        result = super().write(vals)
        if vals.get("state") in ("submitted", "answered"):
            for claim_sudo in self.sudo():
                claim_sudo._expect_money()
                dossier_sudo = claim_sudo.dossier_id
                if dossier_sudo.recognition == "claim":
                    self.env["conciergerie.subsidy.entry"].sudo()._propose_receivable(
                        dossier_sudo
                    )
        return result

    def _expect_money(self):
        """Put the claim in the place of a forecast of its kind, at its own amount."""
        self.ensure_one()
        dossier = self.dossier_id
        answered = self.state == "answered"
        amount = self.accepted_amount if answered else self.claimed_amount
        values = {"amount": amount}
        instalment = self.instalment_ids
        if not instalment:
            instalment = dossier.instalment_ids.filtered(
                lambda i: i.kind == self.kind and i._is_untouched()
            )[:1]
            date = self.submitted_date or fields.Date.context_today(self)
            days = self.company_id.subsidy_payment_days
            values |= {
                "claim_id": self.id,
                "expected_date": date + relativedelta(days=days),
            }
        others = dossier.instalment_ids - instalment
        forecasts = others.filtered(lambda i: i._is_untouched())
        if sum(others.mapped("amount")) + amount > dossier.awarded_amount:
            # Room for the claim first; what is left is shared out again below.
            forecasts.unlink()
        if instalment:
            instalment.write(values)
        else:
            instalment.create({**values, "dossier_id": dossier.id, "kind": self.kind})
        dossier._propose_schedule()
