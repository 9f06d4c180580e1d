from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.contract_portal_words import number_in_words


class ConciergerieIndexation(models.TransientModel):
    """Raise the fees of one or many conventions by an index, from a day on.

    Proposes old price × new index ÷ old index, rounded to the cent; nothing changes
    before it is confirmed.
    """

    _name = "conciergerie.indexation"
    _description = "Indexation of Fees"

    index_name = fields.Char(
        string="Index", required=True, help="As the convention names it."
    )
    index_old = fields.Float(string="Old Index", digits=(12, 4))
    index_new = fields.Float(string="New Index", digits=(12, 4))
    date_from = fields.Date(string="In Force from", required=True)
    convention_ids = fields.Many2many(
        comodel_name="contract.contract",
        string="Conventions",
        required=True,
        domain=[("is_convention", "=", True), ("state", "!=", "ended")],
        default=lambda self: self._default_convention_ids(),
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.indexation.line",
        inverse_name="indexation_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    def _default_convention_ids(self):
        if self.env.context.get("active_model") == "contract.contract":
            return self.env.context.get("active_ids")
        return False

    @api.depends("index_old", "index_new", "date_from", "convention_ids")
    def _compute_line_ids(self):
        for wizard in self:
            commands = [Command.clear()]
            if wizard.index_old > 0 and wizard.index_new > 0 and wizard.date_from:
                for line in wizard.convention_ids._origin._fee_lines():
                    commands += [
                        Command.create(vals)
                        for vals in line._indexed(
                            wizard.index_new / wizard.index_old, wizard.date_from
                        )
                    ]
            wizard.line_ids = commands

    def action_confirm(self):
        """Date the proposed prices, and say so on each convention.

        :raise UserError: an index is missing, nothing is proposed, or the day is in
            what is invoiced already
        """
        self.ensure_one()
        if self.index_old <= 0 or self.index_new <= 0:
            raise UserError(self.env._("Give the old index and the new one."))
        if not self.line_ids:
            raise UserError(
                self.env._("These conventions have no fee to change: choose others.")
            )
        self.convention_ids.check_access("write")
        reason = self.env._(
            "Indexation on %(name)s: %(old)s to %(new)s",
            name=self.index_name,
            old=number_in_words(self.env, self.index_old),
            new=number_in_words(self.env, self.index_new),
        )
        steps = self.line_ids.filtered("step_id")
        self.env["conciergerie.fee.price"].create(
            [
                {
                    "contract_line_id": line.contract_line_id.id,
                    "date_from": self.date_from,
                    "price": line.price_new,
                    "reason": reason,
                    "index_name": self.index_name,
                    "index_old": self.index_old,
                    "index_new": self.index_new,
                }
                for line in self.line_ids - steps
            ]
        )
        self.env["conciergerie.fee.step"].create(
            [
                {
                    "contract_line_id": line.contract_line_id.id,
                    "date_from": self.date_from,
                    "from_uses": line.step_id.from_uses,
                    "amount": line.price_new,
                }
                for line in steps
            ]
        )
        for convention, lines in self.line_ids.grouped("convention_id").items():
            convention._post_fee_note(
                self.env._(
                    "%(reason)s, from %(day)s.",
                    reason=reason,
                    day=self.date_from.strftime("%d/%m/%Y"),
                ),
                [
                    self.env._(
                        "%(fee)s: %(old)s to %(new)s",
                        fee=line.name,
                        old=line.currency_id.format(line.price_old),
                        new=line.currency_id.format(line.price_new),
                    )
                    for line in lines
                ],
            )
        return {"type": "ir.actions.act_window_close"}


class ConciergerieIndexationLine(models.TransientModel):
    _name = "conciergerie.indexation.line"
    _description = "Fee to Index"

    indexation_id = fields.Many2one(
        comodel_name="conciergerie.indexation",
        required=True,
        index=True,
        ondelete="cascade",
    )
    contract_line_id = fields.Many2one(
        comodel_name="contract.line", required=True, readonly=True, ondelete="cascade"
    )
    convention_id = fields.Many2one(
        related="contract_line_id.contract_id", string="Convention"
    )
    currency_id = fields.Many2one(related="contract_line_id.currency_id")
    step_id = fields.Many2one(
        comodel_name="conciergerie.fee.step", readonly=True, ondelete="cascade"
    )
    name = fields.Char(string="Fee", readonly=True)
    price_old = fields.Monetary(string="Price", readonly=True)
    price_new = fields.Monetary(string="New Price")
