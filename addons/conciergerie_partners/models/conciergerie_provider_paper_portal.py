import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.mimetypes import guess_mimetype

PAPER_TYPES = ("application/pdf", "image/jpeg", "image/png")
PAPER_MAX_BYTES = 10 * 1024 * 1024
# Papers that always run out: their last day is asked for.
DATED_KINDS = ("insurance", "vigilance")


class ConciergerieProviderPaper(models.Model):
    """The provider sends its papers on the portal; a block is lifted at once."""

    _inherit = "conciergerie.provider.paper"

    @api.model
    def _portal_upload(self, agreement, kind, name, content, expiry_date):
        """Record a paper that the provider sends, in the place of the former one.

        Whoever is in charge of the agreement gets an activity to read it.

        :param agreement: ``agreement`` of the provider
        :param str kind: of the paper
        :param str name: of the file
        :param bytes content: PDF, JPEG or PNG, 10 MB at most
        :param expiry_date: last day of validity; needed for insurance and vigilance
        :raise UserError: another kind or type, too big, run out, no last day
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        if kind not in kinds:
            raise UserError(self.env._("Choose which paper it is."))
        if len(content) > PAPER_MAX_BYTES:
            raise UserError(self.env._("This file is over 10 MB: send a smaller one."))
        if guess_mimetype(content) not in PAPER_TYPES:
            raise UserError(self.env._("Send a PDF, JPEG or PNG file."))
        today = fields.Date.context_today(self)
        if kind in DATED_KINDS and not expiry_date:
            raise UserError(self.env._("Write until when “%s” is valid.", kinds[kind]))
        if expiry_date and expiry_date < today:
            raise UserError(
                self.env._(
                    "This paper ran out on %s: send one that is valid.",
                    format_date(self.env, expiry_date),
                )
            )
        name = (name or kinds[kind])[:120]
        values = {
            "document": base64.b64encode(content),
            "document_name": name,
            "expiry_date": expiry_date,
        }
        paper = self.browse()
        if kind != "other":
            paper = agreement.paper_ids.filtered(lambda p: p.kind == kind)[:1]
        if paper:
            paper.write(values)
        else:
            # Not asked for: it stops nothing when it runs out.
            paper = self.create(
                {
                    "agreement_id": agreement.id,
                    "kind": kind,
                    "name": name if kind == "other" else False,
                    "is_blocking": False,
                    **values,
                }
            )
        paper.activity_unlink(["mail.mail_activity_data_todo"])
        copy = self.env["ir.attachment"].create(
            {"name": name, "raw": content, "res_model": self._name, "res_id": paper.id}
        )
        paper._message_log(
            body=self.env._("Sent by the provider on the portal"),
            author_id=self.env.user.partner_id.id,
            attachment_ids=copy.ids,
        )
        paper.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "Read “%(paper)s” sent by %(provider)s",
                paper=paper.display_name,
                provider=paper.provider_id.name,
            ),
            user_id=agreement.user_id.id or agreement.create_uid.id,
        )
        return paper
