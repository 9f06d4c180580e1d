from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html_escape

# Days to dispute a line where no agreement says so.
DISPUTE_DAYS = 15


class ConciergerieStatement(models.Model):
    """The provider approves its statement, or disputes lines of it, on the portal."""

    _inherit = "conciergerie.statement"

    approved_date = fields.Datetime(readonly=True, copy=False, string="Approved on")
    approved_by_id = fields.Many2one(
        comodel_name="res.partner", readonly=True, copy=False, string="Approved by"
    )
    dispute_ids = fields.One2many(
        comodel_name="conciergerie.statement.dispute", inverse_name="statement_id"
    )
    dispute_count = fields.Integer(compute="_compute_dispute_count")
    dispute_open_count = fields.Integer(compute="_compute_dispute_count")
    dispute_end_date = fields.Date(
        compute="_compute_dispute_end_date",
        help="Last day on which the provider can dispute a line.",
    )

    @api.depends("dispute_ids.state")
    def _compute_dispute_count(self):
        for statement in self:
            disputes = statement.dispute_ids
            statement.dispute_count = len(disputes)
            statement.dispute_open_count = len(
                disputes.filtered(lambda d: d.state == "open")
            )

    @api.depends("date", "sent_date", "agreement_id.dispute_days")
    def _compute_dispute_end_date(self):
        for statement in self.sudo():
            days = (
                statement.agreement_id.dispute_days
                if statement.agreement_id
                else DISPUTE_DAYS
            )
            sent = statement.sent_date and statement.sent_date.date()
            start = max(filter(None, (statement.date, sent)), default=False)
            statement.dispute_end_date = start and start + timedelta(days=days)

    def _check_portal_open(self):
        """Check that the provider still has a say on the statement.

        :raise UserError: it is approved, reversed or a reversal
        """
        self.ensure_one()
        if self.approved_date:
            raise UserError(
                self.env._(
                    "%(statement)s was approved on %(date)s.",
                    statement=self.name,
                    date=format_date(self.env, self.approved_date),
                )
            )
        if self.reversal_ids or self.reversed_statement_id:
            raise UserError(
                self.env._("%s is taken back: nothing is to be approved.", self.name)
            )

    def _portal_approve(self):
        """Record that the provider agrees with the statement.

        :raise UserError: approved already, reversed, or a dispute is open
        """
        self._check_portal_open()
        if self.dispute_open_count:
            raise UserError(
                self.env._(
                    "A line of %s is disputed: wait for the answer first.", self.name
                )
            )
        partner = self.env.user.partner_id
        self.write(
            {"approved_date": fields.Datetime.now(), "approved_by_id": partner.id}
        )
        self._message_log(
            body=self.env._("Approved on the portal"), author_id=partner.id
        )

    def _portal_dispute(self, entry, text):
        """Record that a line is wrong for the provider; the accountant is told.

        :param entry: ``conciergerie.due.entry`` of this statement
        :param str text: in the provider's words
        :raise UserError: no text, the window is over, or it is disputed already
        """
        self._check_portal_open()
        text = (text or "").strip()[:2000]
        if entry.statement_id != self:
            raise UserError(self.env._("This line is not one of %s.", self.name))
        if not text:
            raise UserError(self.env._("Say what is wrong with this line."))
        if fields.Date.context_today(self) > self.dispute_end_date:
            raise UserError(
                self.env._(
                    "The lines of %(statement)s could be disputed until %(date)s. Call "
                    "the conciergerie.",
                    statement=self.name,
                    date=format_date(self.env, self.dispute_end_date),
                )
            )
        if self.dispute_ids.filtered(
            lambda d: d.entry_id == entry and d.state == "open"
        ):
            raise UserError(
                self.env._("This line is disputed already and waits for an answer.")
            )
        dispute = self.env["conciergerie.statement.dispute"].create(
            {
                "statement_id": self.id,
                "entry_id": entry.id,
                "text": text,
                "author_id": self.env.user.partner_id.id,
            }
        )
        dispute.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "%(provider)s disputes a line of %(statement)s",
                provider=self.provider_id.name,
                statement=self.name,
            ),
            note=html_escape(text),
            user_id=self._dispute_user().id,
        )

    def _dispute_user(self):
        """Return who answers a dispute: who settled, or an accountant."""
        self.ensure_one()
        settler = self.create_uid
        if settler.active and not settler.share and settler.id != SUPERUSER_ID:
            return settler
        accountants = self.env.ref("conciergerie_base.group_accountant").all_user_ids
        people = accountants.filtered(
            lambda u: u.active and self.company_id in u.company_ids
        )
        return people[:1] or self.agreement_id.user_id or settler

    def action_view_disputes(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.conciergerie_statement_dispute_action"
        )
        action["domain"] = [("statement_id", "=", self.id)]
        action["context"] = {}
        return action
