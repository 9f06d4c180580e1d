from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.conciergerie_base.lock import lock_for_update


class ConciergerieStatement(models.Model):
    """A statement is cancelled by another one that takes all of it back."""

    _inherit = "conciergerie.statement"

    reversed_statement_id = fields.Many2one(
        comodel_name="conciergerie.statement",
        string="Reversal of",
        readonly=True,
        ondelete="restrict",
    )
    reversal_ids = fields.One2many(
        comodel_name="conciergerie.statement",
        inverse_name="reversed_statement_id",
        string="Reversed by",
    )

    _reversed_once = models.UniqueIndex(
        "(reversed_statement_id) WHERE reversed_statement_id IS NOT NULL",
        "A statement is reversed once.",
    )

    def action_reverse(self):
        """Cancel a statement by a reversing one, and show that one.

        Its sales are open again and settled by the next run. What was already paid
        out stays owed by the provider and is netted with the next statement.

        :raise UserError: it is a reversal, or reversed already
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "conciergerie_base.group_accountant"
        ):
            raise UserError(self.env._("An accountant reverses statements."))
        reversal = self.sudo()._reverse()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": reversal.id,
            "view_mode": "form",
        }

    def _reverse(self):
        """Make the reversing statement; see :meth:`action_reverse`."""
        self.ensure_one()
        lock_for_update(self)
        if self.reversed_statement_id or self.reversal_ids:
            raise UserError(
                self.env._(
                    "%s is a reversal or is reversed already: settle again instead.",
                    self.name,
                )
            )
        drafts = self._awaited_drafts()
        today = fields.Date.context_today(self)
        reversal = self.create(
            {
                "name": self._next_numbers(self.company_id, today, 1)[0],
                "company_id": self.company_id.id,
                "provider_id": self.provider_id.id,
                "agreement_id": self.agreement_id.id,
                "date": today,
                "period_end": max(today, self.period_end),
                "due_date": today,
                "reversed_statement_id": self.id,
            }
        )
        drafts.button_cancel()
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._copy_entries(-1, reversal)
        self._copy_entries(1, self.browse())
        reversal._make_documents()
        reversal._tell_awaited_credit()
        self._net_items(self._payable_items() | reversal._payable_items())
        self._name_reversed_documents(reversal)
        self.message_post(body=self.env._("Reversed by %s.", reversal.name))
        return reversal

    def _copy_entries(self, sign, statement):
        """Add each entry again: taken back in a statement, or open to be settled.

        A bonus is not open again: the statement that settles the sales makes its own.
        """
        entries = self.due_entry_ids
        if not statement:
            entries = entries.filtered(lambda entry: entry.kind != "bonus")
        self.env["conciergerie.due.entry"].sudo().create(
            [
                {**entry._copy_vals(sign), "statement_id": statement.id}
                for entry in entries
            ]
        )

    def _tell_awaited_credit(self):
        """Give the accountant the task: until the credit note, payouts are held."""
        if self.correction_move_id.state == "draft":
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._(
                    "Payouts to %(provider)s are held back up to %(amount)s: record "
                    "its credit note",
                    provider=self.provider_id.name,
                    amount=self.currency_id.format(self.correction_amount),
                ),
                note=self.correction_move_id._get_html_link(),
                user_id=self.env.uid,
            )

    def _awaited_drafts(self):
        """Return the provider's documents that have not come: none will.

        :raise UserError: its bill is posted and a credit note is still awaited
        """
        drafts = (self.bill_move_id | self.correction_move_id).filtered(
            lambda move: move.state == "draft"
        )
        if drafts and self.bill_move_id.state == "posted":
            raise UserError(
                self.env._(
                    "%(statement)s waits for the credit note of %(provider)s: record "
                    "it first, then reverse the statement.",
                    statement=self.name,
                    provider=self.provider_id.name,
                )
            )
        return drafts

    def _name_reversed_documents(self, reversal):
        """Tell each credit note of ours which invoice it corrects."""
        for name in ("commission_move_id", "referral_move_id"):
            if self[name] and reversal[name]:
                reversal[name].reversed_entry_id = self[name]
                reversal[name].ref = self.env._(
                    "%(statement)s, corrects %(invoice)s",
                    statement=reversal.name,
                    invoice=self[name].name,
                )
