from odoo import fields, models
from odoo.exceptions import UserError


class ConciergerieStatementDispute(models.Model):
    """A line of a statement with which the provider does not agree.

    The statement and its entries never change: the answer says what the next one will
    correct.
    """

    _name = "conciergerie.statement.dispute"
    _description = "Disputed Line of a Statement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, id desc"
    _rec_name = "entry_id"

    statement_id = fields.Many2one(
        comodel_name="conciergerie.statement",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    entry_id = fields.Many2one(
        comodel_name="conciergerie.due.entry",
        string="Line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    provider_id = fields.Many2one(
        related="statement_id.provider_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="statement_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    reference = fields.Char(related="entry_id.reference", string="Sale")
    collected_amount = fields.Monetary(related="entry_id.collected_amount")
    commission_amount = fields.Monetary(related="entry_id.commission_amount")
    author_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    text = fields.Text(required=True, readonly=True, string="What Is Wrong")
    state = fields.Selection(
        selection=[("open", "Open"), ("answered", "Answered")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    answer = fields.Text(help="The provider gets it by e-mail and reads it online.")
    answered_date = fields.Datetime(readonly=True)

    _open_once = models.UniqueIndex(
        "(entry_id) WHERE state = 'open'",
        "This line is disputed already and waits for an answer.",
    )

    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = (
                f"{dispute.statement_id.name} – {dispute.reference or ''}"
            )

    def write(self, vals):
        """Let staff write the answer only, until it is given."""
        self.check_access("write")
        frozen = {"statement_id", "entry_id", "text", "state", "author_id"}
        if not self.env.su and (
            frozen & vals.keys()
            or ("answer" in vals and any(d.state == "answered" for d in self))
        ):
            raise UserError(
                self.env._(
                    "A disputed line is kept as the provider wrote it, and an answer "
                    "as it was given: %s.",
                    self[:1].display_name,
                )
            )
        return super().write(vals)

    def action_answer(self):
        """Give the answer to the provider.

        :raise UserError: it is not written yet, or was given already
        """
        self.check_access("write")
        for dispute in self:
            if dispute.state != "open":
                raise UserError(
                    self.env._("%s is answered already.", dispute.display_name)
                )
            if not (dispute.answer or "").strip():
                raise UserError(
                    self.env._(
                        "Write the answer to %s first: the provider reads it.",
                        dispute.display_name,
                    )
                )
        template = self.env.ref("conciergerie_partners.mail_template_dispute_answer")
        for dispute_sudo in self.sudo():
            dispute_sudo.write(
                {"state": "answered", "answered_date": fields.Datetime.now()}
            )
            dispute_sudo.activity_unlink(["mail.mail_activity_data_todo"])
            if dispute_sudo.provider_id.email:
                template.sudo().send_mail(dispute_sudo.id)
