from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.conciergerie_base.lock import lock_for_update


class ConciergerieChargeWizard(models.TransientModel):
    """Charge the provider of a request for a thing lost or damaged."""

    _name = "conciergerie.charge.wizard"
    _description = "Charge the Provider"

    task_id = fields.Many2one(
        comodel_name="project.task", string="Request", required=True, readonly=True
    )
    company_id = fields.Many2one(related="task_id.company_id")
    currency_id = fields.Many2one(related="task_id.currency_id")
    provider_id = fields.Many2one(related="task_id.provider_id")
    already_amount = fields.Monetary(
        compute="_compute_already_amount", string="Charged Already"
    )
    piece_id = fields.Many2one(
        comodel_name="conciergerie.piece",
        domain="[('task_id', '=', task_id)]",
        help="Its label is added to the reason.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Deducted on the provider's next statement, without VAT.",
    )
    reason = fields.Char(
        compute="_compute_reason",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The provider reads it on its statement.",
    )
    entry_id = fields.Many2one(comodel_name="conciergerie.due.entry", readonly=True)

    @api.depends("task_id")
    def _compute_already_amount(self):
        for wizard in self:
            wizard.already_amount = wizard.task_id.provider_charge_amount

    @api.depends("task_id")
    def _compute_amount(self):
        """Propose what the request says that the provider compensates."""
        for wizard in self:
            task = wizard.task_id
            amount = (
                task.compensation_amount if task.compensation_by == "provider" else 0.0
            )
            wizard.amount = max(amount - task.provider_charge_amount, 0.0)

    @api.depends("task_id")
    def _compute_reason(self):
        for wizard in self:
            wizard.reason = wizard.task_id.reason

    def action_confirm(self):
        """Charge, and write it into the request's log.

        :raise UserError: done already, no amount, no reason, or no agreement
        """
        self.ensure_one()
        self.task_id.check_access("read")
        lock_for_update(self, self.provider_id.name)
        if self.entry_id:
            raise UserError(
                self.env._("%s is charged already.", self.task_id.display_name)
            )
        reason = self.reason
        if self.piece_id:
            reason = f"{reason} ({self.piece_id.label})"
        self.entry_id = self.env["conciergerie.due.entry"]._charge(
            self.provider_id, self.company_id, self.amount, reason, task=self.task_id
        )
        self.task_id.sudo()._message_log(
            body=self.env._(
                "Charged to %(provider)s: %(amount)s, %(reason)s",
                provider=self.provider_id.name,
                amount=self.currency_id.format(self.amount),
                reason=reason,
            ),
            author_id=self.env.user.partner_id.id,
        )
        return {"type": "ir.actions.act_window_close"}
