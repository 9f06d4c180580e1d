from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ConciergerieInstalmentReceipt(models.Model):
    """Money at the bank that pays an instalment: each euro pays one only."""

    _name = "conciergerie.instalment.receipt"
    _description = "Money Received for an Instalment"
    _order = "date, id"
    _check_company_auto = True

    instalment_id = fields.Many2one(
        comodel_name="conciergerie.instalment",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    dossier_id = fields.Many2one(
        related="instalment_id.dossier_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="instalment_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    # Deleting the bank's line takes the receipt away: the money never came.
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    date = fields.Date(related="move_line_id.date", store=True)
    is_posted = fields.Boolean(compute="_compute_is_posted", store=True)
    amount = fields.Monetary(required=True, help="Negative for what is paid back.")

    _amount_not_nil = models.Constraint(
        "CHECK(amount != 0)", "What is received is more than zero."
    )
    _line_once = models.UniqueIndex(
        "(instalment_id, move_line_id)",
        "This line of the bank pays this instalment already.",
    )

    @api.depends("move_line_id.parent_state")
    def _compute_is_posted(self):
        for receipt in self:
            receipt.is_posted = receipt.move_line_id.parent_state == "posted"

    @api.model_create_multi
    def create(self, vals_list):
        line_ids = sorted({vals["move_line_id"] for vals in vals_list})
        # Two users who match the same money at once: the second one's snapshot does
        # not see the first one's receipt, but touching the row makes it start again.
        self.env.cr.execute(
            SQL(
                "UPDATE account_move_line SET write_date = write_date WHERE id IN %s",
                tuple(line_ids),
            )
        )
        receipts = super().create(vals_list)
        receipts.instalment_id._tell_claims()
        return receipts

    def unlink(self):
        """Tell the claims that the money is gone again."""
        instalments = self.instalment_id
        result = super().unlink()
        instalments._tell_claims()
        return result

    @api.constrains("move_line_id", "amount")
    def _check_not_twice(self):
        lines = self.move_line_id
        used = dict(
            self._read_group(
                [("move_line_id", "in", lines.ids)], ["move_line_id"], ["amount:sum"]
            )
        )
        money = self.env["conciergerie.subsidy.entry"]._money
        for line in lines:
            currency = line.company_id.currency_id
            taken = used.get(line, 0.0)
            over = currency.compare_amounts(abs(taken), abs(line.balance)) > 0
            if over or taken * line.balance > 0:
                raise ValidationError(
                    self.env._(
                        "%(line)s brought %(amount)s, and %(used)s would be put on "
                        "instalments. Lower the amount.",
                        line=line.display_name,
                        amount=money(-line.balance, currency),
                        used=money(used[line], currency),
                    )
                )

    def action_remove(self):
        """Take the money out of the instalment again; the bank's line stays.

        What else it pays is matched again.
        """
        self.check_access("unlink")
        items = self.move_line_id
        for receipt in self:
            receipt.move_line_id.remove_move_reconcile()
        self.unlink()
        others = self.search([("move_line_id", "in", items.ids)])
        others.dossier_id._reconcile_receipts()
