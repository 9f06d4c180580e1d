import base64
import hashlib

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, html_escape
from odoo.tools.mimetypes import guess_mimetype

# A drawing of the signature weighs some kilobytes.
SIGNATURE_MAX_BYTES = 1024 * 1024


class ConciergeriePortalSignature(models.AbstractModel):
    """A document that the other party reads, signs or declines on the portal.

    The model that inherits has a ``state``, the steps ``action_sign`` and
    ``action_back_to_draft``, a thread and activities, and prints itself by
    ``_print_name`` and ``_print_pdf``. The pages check whose the document is before
    they call.
    """

    _name = "conciergerie.portal.signature"
    _description = "Signed on the Portal"

    signed_by = fields.Char(readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    signature = fields.Binary(attachment=True, readonly=True, copy=False)
    decline_reason = fields.Text(
        readonly=True, copy=False, help="What the other party wants changed."
    )

    def _check_state(self, allowed):
        """Refuse a step of the life cycle out of turn.

        :param allowed: states from which the step is possible
        :raise UserError: naming the document and its state
        """
        for document in self:
            if document.state not in allowed:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(document)s is at the state “%(state)s”.",
                        document=document.display_name,
                        state=states[document.state],
                    )
                )

    def _print_name(self):
        """Return the name of the printed document, without extension."""
        raise NotImplementedError

    def _print_pdf(self):
        """Return the bytes of the printed document."""
        raise NotImplementedError

    def _agreed_text(self):
        """Return all that a signature is given for, as the page shows it."""
        raise NotImplementedError

    def _agreed_mark(self):
        """Return a short mark of what is agreed: any other word gives another one.

        The page keeps it, so that nobody signs what was changed after it was read.
        """
        self.ensure_one()
        return hashlib.sha256(str(self._agreed_text()).encode()).hexdigest()[:32]

    def _check_before_signature(self):
        """Refuse a signature that cannot be taken yet; nothing is asked by default."""

    def _portal_sign(self, name, signature, seen=None):
        """Sign as the other party: the way of staff, with a name and a drawing.

        The name, the drawing and the time are kept (an electronic signature under
        art. 1367 of the Civil Code), no network address.

        :param str name: of the person who signs
        :param str signature: base64 of the drawing, a PNG
        :param str seen: mark of the text that the person read; None from the software
        :raise UserError: not proposed, no name or drawing, or not what was read
        """
        self.ensure_one()
        self._check_state(("proposed",))
        if seen is not None and not consteq(seen, self._agreed_mark()):
            raise UserError(
                self.env._(
                    "%s was changed after you opened this page: open it again and read "
                    "it before you sign.",
                    self.display_name,
                )
            )
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
        self._check_before_signature()
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
        self.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=self.env._("Signed on the portal by %s", name),
            author_id=self.env.user.partner_id.id,
            attachments=[(f"{self._print_name()}.pdf", self._print_pdf())],
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def _portal_decline(self, reason):
        """Send the document back to draft with what the other party wants changed.

        :param str reason: in its own words
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
