from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergeriePriceProposal(models.Model):
    """A new price or delay that a provider proposes for one of its services.

    Accepted, it is written on the provider's line of the service
    (``product.supplierinfo``), the only list of providers there is.
    """

    _name = "conciergerie.price.proposal"
    _description = "Price Proposed by a Provider"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, id desc"

    offer_id = fields.Many2one(
        comodel_name="product.supplierinfo",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    product_tmpl_id = fields.Many2one(
        related="offer_id.product_tmpl_id", store=True, string="Service"
    )
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="offer_id.currency_id")
    former_price = fields.Monetary(readonly=True)
    former_delay = fields.Integer(string="Former Delay (days)", readonly=True)
    price = fields.Monetary(required=True, readonly=True)
    delay = fields.Integer(string="Delay (days)", required=True, readonly=True)
    reason = fields.Text(readonly=True)
    state = fields.Selection(
        selection=[
            ("proposed", "Proposed"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        tracking=True,
    )
    answer = fields.Char(help="The provider reads it.")

    _positive = models.Constraint(
        "CHECK(price >= 0 AND delay >= 0 AND delay <= 365)",
        "A price is not negative, and a delay goes from 0 to 365 days.",
    )
    _proposed_once = models.UniqueIndex(
        "(offer_id) WHERE state = 'proposed'",
        "A proposal for this service waits for an answer already.",
    )

    @api.depends("product_tmpl_id", "provider_id")
    def _compute_display_name(self):
        for proposal in self:
            proposal.display_name = (
                f"{proposal.product_tmpl_id.name} – {proposal.provider_id.name}"
            )

    def write(self, vals):
        """Let staff write the answer only; the buttons do the rest."""
        self.check_access("write")
        frozen = {"offer_id", "provider_id", "company_id", "price", "delay", "state"}
        if not self.env.su and frozen & vals.keys():
            raise UserError(
                self.env._(
                    "A proposal stays as the provider made it: accept or refuse %s "
                    "with the buttons.",
                    self[:1].display_name,
                )
            )
        return super().write(vals)

    def action_accept(self):
        """Write the proposed price and delay on the service; tell the provider.

        :raise UserError: it is answered already
        """
        self._check_proposed()
        for proposal_sudo in self.sudo():
            proposal_sudo.offer_id.write(
                {"price": proposal_sudo.price, "delay": proposal_sudo.delay}
            )
        self._give_answer("accepted")

    def action_refuse(self):
        """Leave the service as it is; the provider reads the answer.

        :raise UserError: it is answered already, or no answer is written
        """
        self._check_proposed()
        for proposal in self:
            if not proposal.answer:
                raise UserError(
                    self.env._(
                        "Write in “Answer” why %s is refused: the provider reads it.",
                        proposal.display_name,
                    )
                )
        self._give_answer("refused")

    def _check_proposed(self):
        self.check_access("write")
        for proposal in self:
            if proposal.state != "proposed":
                raise UserError(
                    self.env._("%s is answered already.", proposal.display_name)
                )

    def _give_answer(self, state):
        template = self.env.ref("conciergerie_partners.mail_template_price_answer")
        for proposal_sudo in self.sudo():
            proposal_sudo.state = state
            proposal_sudo.activity_unlink(["mail.mail_activity_data_todo"])
            if proposal_sudo.provider_id.email:
                template.sudo().send_mail(proposal_sudo.id)

    @api.model
    def _portal_offers(self, provider):
        """Return the provider's lines on services, which it can propose to change."""
        return self.env["product.supplierinfo"].search(
            [
                ("partner_id.commercial_partner_id", "=", provider.id),
                ("product_tmpl_id.is_conciergerie_service", "=", True),
                ("product_tmpl_id.active", "=", True),
            ]
        )

    @api.model
    def _portal_propose(self, provider, offer, price, delay, reason):
        """Propose a price and a delay as the provider; the manager answers.

        :param provider: ``res.partner``
        :param offer: ``product.supplierinfo`` of the provider
        :param float price: asked by the provider, in the offer's currency
        :param int delay: in calendar days
        :param str reason: in the provider's words
        :raise UserError: nothing changes, no price, or a proposal waits already
        """
        if price is None or delay is None or not 0 <= delay <= 365:
            raise UserError(
                self.env._("Write a price, and a delay from 0 to 365 days.")
            )
        same_price = offer.currency_id.compare_amounts(price, offer.price) == 0
        if same_price and delay == offer.delay:
            raise UserError(
                self.env._("This is the price and the delay that you have now.")
            )
        domain = [("offer_id", "=", offer.id), ("state", "=", "proposed")]
        if self.search_count(domain, limit=1):
            raise UserError(
                self.env._("A proposal for this service waits for an answer already.")
            )
        domain = [
            ("is_provider_agreement", "=", True),
            ("commercial_partner_id", "=", provider.id),
            ("state", "!=", "draft"),
        ]
        if offer.company_id:
            domain.append(("company_id", "=", offer.company_id.id))
        agreement = self.env["agreement"].search(
            domain, order="start_date desc, id desc", limit=1
        )
        if not agreement:
            raise UserError(self.env._("You have no agreement for this service."))
        proposal = self.create(
            {
                "offer_id": offer.id,
                "provider_id": provider.id,
                "company_id": agreement.company_id.id,
                "former_price": offer.price,
                "former_delay": offer.delay,
                "price": price,
                "delay": delay,
                "reason": (reason or "").strip()[:1000],
            }
        )
        proposal.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Price proposed: %s", proposal.display_name),
            user_id=agreement.user_id.id or agreement.create_uid.id,
        )
        return proposal
