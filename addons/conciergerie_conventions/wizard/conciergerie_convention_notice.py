from odoo import api, fields, models


class ConciergerieConventionNotice(models.TransientModel):
    """Say that a convention is not renewed: by whom, when and why."""

    _name = "conciergerie.convention.notice"
    _description = "Notice of a Convention"

    convention_id = fields.Many2one(
        comodel_name="contract.contract", required=True, ondelete="cascade"
    )
    term_end = fields.Date(related="convention_id.term_end")
    notice_date = fields.Date(related="convention_id.notice_date")
    given_by = fields.Selection(
        selection=[("payer", "The payer"), ("us", "Us")],
        default="payer",
        required=True,
    )
    date = fields.Date(
        string="Notice of",
        default=lambda self: fields.Date.context_today(self),
        required=True,
        help="Day on which the notice was received or sent.",
    )
    reason = fields.Text()
    is_late = fields.Boolean(compute="_compute_is_late")
    is_agreed = fields.Boolean(
        string="Both Agree",
        help="To end with the term although the last day of notice is past.",
    )

    @api.depends("date", "notice_date")
    def _compute_is_late(self):
        for wizard in self:
            day, last = wizard.date, wizard.notice_date
            wizard.is_late = bool(day and last and day > last)

    def action_confirm(self):
        """Record the notice.

        :raise UserError: too late and not agreed, or no day on which it is possible
        """
        self.ensure_one()
        self.convention_id._give_notice(
            self.given_by, self.date, self.reason, self.is_agreed
        )
