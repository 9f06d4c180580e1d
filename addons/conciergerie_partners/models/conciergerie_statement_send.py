import base64

from odoo import fields, models
from odoo.exceptions import UserError


class ConciergerieStatement(models.Model):
    """The statement goes to the provider by e-mail, its documents enclosed."""

    _inherit = "conciergerie.statement"

    sent_date = fields.Datetime(readonly=True, copy=False, string="Sent on")

    def action_send(self):
        """Queue the e-mails of the statements, with every document of each.

        Core sends no bills of ours by e-mail, so that this is the way of self-billed
        ones too.

        :raise UserError: naming the providers that have no e-mail address
        """
        self.check_access("read")
        without = self.provider_id.filtered(lambda provider: not provider.email)
        if without:
            raise UserError(
                self.env._(
                    "No e-mail address for %s: add it, or print the statement and "
                    "hand it over.",
                    ", ".join(without.mapped("name")),
                )
            )
        template = self.env.ref("conciergerie_partners.mail_template_statement")
        for statement_sudo in self.sudo():
            template.sudo().send_mail(
                statement_sudo.id,
                email_values={
                    "attachment_ids": statement_sudo._printed_documents().ids
                },
            )
            statement_sudo.sent_date = fields.Datetime.now()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s statements are on their way.", len(self)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _documents_to_print(self):
        """Return (report, record) of each document that goes to the provider."""
        self.ensure_one()
        invoices = self.commission_move_id | self.referral_move_id
        bill = self.bill_move_id.filtered("journal_id.is_self_billing")
        return [
            ("conciergerie_partners.action_report_statement", self),
            *(("account.account_invoices", invoice) for invoice in invoices),
            *(("conciergerie_partners.action_report_self_bill", one) for one in bill),
        ]

    def _printed_documents(self):
        """Print each document into an attachment of the statement."""
        self.ensure_one()
        values = []
        for report, record in self._documents_to_print():
            pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(
                report, record.ids
            )
            values.append(
                {
                    "name": f"{record.name.replace('/', '-')}.pdf",
                    "datas": base64.b64encode(pdf),
                    "res_model": self._name,
                    "res_id": self.id,
                    "mimetype": "application/pdf",
                }
            )
        return self.env["ir.attachment"].create(values)

    def action_print_bill(self):
        """Print the bill issued in the provider's name."""
        bill = self.bill_move_id.filtered("journal_id.is_self_billing")
        if not bill:
            raise UserError(
                self.env._("No bill was issued in the provider's name here.")
            )
        return self.env.ref(
            "conciergerie_partners.action_report_self_bill"
        ).report_action(bill)
