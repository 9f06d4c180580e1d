from odoo import fields, models


class Agreement(models.Model):
    """The provider reads, signs or declines its agreement on the portal."""

    _name = "agreement"
    _inherit = ["agreement", "conciergerie.portal.signature"]

    signed_by = fields.Char(tracking=True)

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

    def _check_before_signature(self):
        """Ask for the legal basis of a mandate before its provider signs.

        :raise UserError: naming the agreement and where to fill it in
        """
        self._check_legal_basis()

    def _agreed_text(self):
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "conciergerie_partners.agreement_content", {"agreement": self}
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
