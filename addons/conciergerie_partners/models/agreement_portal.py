import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html_escape
from odoo.tools.mimetypes import guess_mimetype

# A drawing of the signature weighs some kilobytes.
SIGNATURE_MAX_BYTES = 1024 * 1024


class Agreement(models.Model):
    """The provider reads, signs or declines its agreement on the portal."""

    _inherit = "agreement"

    signed_by = fields.Char(readonly=True, copy=False, tracking=True)
    signed_on = fields.Datetime(readonly=True, copy=False)
    signature = fields.Binary(attachment=True, readonly=True, copy=False)
    decline_reason = fields.Text(
        readonly=True, copy=False, help="What the provider wants changed."
    )

    def action_propose(self):
        """Offer the agreement; its provider gets an e-mail with a link to read it."""
        result = super().action_propose()
        self.write({"decline_reason": False})
        template = self.env.ref("conciergerie_partners.mail_template_agreement")
        for agreement in self:
            if agreement.partner_id.email:
                template.send_mail(agreement.id)
            else:
                agreement._message_log(
                    body=self.env._(
                        "%s has no e-mail address: print the agreement and hand it "
                        "over.",
                        agreement.partner_id.display_name,
                    )
                )
        return result

    def _portal_url(self):
        """Return the address of the agreement on the provider's portal."""
        self.ensure_one()
        return f"{self.get_base_url()}/my/agreements/{self.id}"

    def _portal_sign(self, name, signature):
        """Sign as the provider: the way of staff, with a name and a drawing.

        The name, the drawing and the time are kept (an electronic signature under
        art. 1367 of the Civil Code), no network address.

        :param str name: of the person who signs
        :param str signature: base64 of the drawing
        :raise UserError: not proposed, no name or drawing, or no legal basis yet
        """
        self.ensure_one()
        self._check_state(("proposed",))
        name = (name or "").strip()[:200]
        if not name or not signature:
            raise UserError(self.env._("Write your name and draw your signature."))
        try:
            raw = base64.b64decode(signature, validate=True)
        except ValueError:
            raw = b""
        if len(raw) > SIGNATURE_MAX_BYTES or guess_mimetype(raw) != "image/png":
            raise UserError(
                self.env._("The signature could not be read. Draw it again.")
            )
        self._check_legal_basis()
        self.write(
            {
                "signed_by": name,
                "signed_on": fields.Datetime.now(),
                "signature": signature,
            }
        )
        self.action_sign()
        # The report reads the signature from the database.
        self.env.flush_all()
        author = self.env.user.partner_id
        self.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=self.env._("Signed on the portal by %s", name),
            author_id=author.id,
            attachments=[(f"{self._print_name()}.pdf", self._print_pdf())],
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def _portal_decline(self, reason):
        """Send the agreement back to draft with what the provider wants changed.

        :param str reason: in the provider's words
        :raise UserError: not proposed, or no reason
        """
        self.ensure_one()
        self._check_state(("proposed",))
        reason = (reason or "").strip()[:2000]
        if not reason:
            raise UserError(self.env._("Say what should be changed."))
        self.action_back_to_draft()
        self.decline_reason = reason
        self._message_log(
            body=self.env._("Declined on the portal: %s", reason),
            author_id=self.env.user.partner_id.id,
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("%s was declined", self.display_name),
            note=html_escape(reason),
            user_id=self.user_id.id or self.create_uid.id,
        )

    def _print_name(self):
        self.ensure_one()
        return self.env._("Agreement %s", (self.code or self.name).replace("/", "-"))

    def _print_pdf(self):
        """Return the bytes of the printed agreement."""
        self.ensure_one()
        pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "conciergerie_partners.action_report_agreement", self.ids
        )
        return pdf

    def _settlement_in_words(self):
        """Return what is agreed about money and delays: list of sentences."""
        self.ensure_one()
        periods = {
            "week": self.env._("We settle every week."),
            "half_month": self.env._("We settle twice a month."),
            "month": self.env._("We settle every month."),
            "quarter": self.env._("We settle every quarter."),
        }
        sentences = [
            periods[self.settlement_period],
            self.env._("You are paid %s days after the statement.", self.payment_delay),
        ]
        if self.hold_days:
            sentences.append(
                self.env._(
                    "Money is held %s days before it can be settled.", self.hold_days
                )
            )
        if self.minimum_payout:
            sentences.append(
                self.env._(
                    "Below %s, the balance is carried to the next statement.",
                    self.currency_id.format(self.minimum_payout),
                )
            )
        if not self.settle_before_hand_over:
            sentences.append(
                self.env._(
                    "A sale is settled once the customer has got back what was "
                    "entrusted."
                )
            )
        sentences += [
            self.env._(
                "You can dispute a line of a statement for %s days.", self.dispute_days
            ),
            self.env._(
                "You accept or decline a request within %s hours.", self.answer_hours
            ),
            self.env._("When a sale is refunded, we keep our commission.")
            if self.refund_policy == "kept"
            else self.env._("When a sale is refunded, we give our commission back."),
        ]
        return sentences
