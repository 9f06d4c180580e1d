from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ConciergerieReferral(models.Model):
    """A sale that a provider made itself thanks to the conciergerie.

    It is declared by the provider or by staff, checked, and then enters the ledger of
    commissions, due on the day of the declaration (case A4).
    """

    _name = "conciergerie.referral"
    _description = "Declared Sale"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "declaration_date desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Reference",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_provider", "=", True)],
        tracking=True,
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Service",
        required=True,
        ondelete="restrict",
        domain=[("is_conciergerie_service", "=", True)],
        check_company=True,
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site", index="btree_not_null", check_company=True
    )
    date = fields.Date(
        string="Date of Sale",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    declaration_date = fields.Date(
        string="Declared on",
        required=True,
        readonly=True,
        copy=False,
        default=fields.Date.context_today,
    )
    provider_reference = fields.Char(
        string="Provider's Invoice", help="Number of the invoice to its customer."
    )
    description = fields.Char(help="What was done; no name of the customer is needed.")
    price_total = fields.Monetary(
        string="Price", required=True, tracking=True, help="VAT included."
    )
    given_back_id = fields.Many2one(
        comodel_name="conciergerie.referral",
        string="Gives Back",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        selection=[
            ("declared", "Declared"),
            ("checked", "Checked"),
            ("refused", "Refused"),
        ],
        default="declared",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    refusal_reason = fields.Char(copy=False, tracking=True)
    commission_line_ids = fields.One2many(
        comodel_name="conciergerie.commission.line", inverse_name="referral_id"
    )
    commission_amount = fields.Monetary(
        compute="_compute_commission_amount", string="Commission"
    )

    @api.depends("commission_line_ids.commission_amount")
    def _compute_commission_amount(self):
        for referral in self.sudo():
            referral.commission_amount = sum(
                referral.commission_line_ids.mapped("commission_amount")
            )

    @api.constrains("price_total", "given_back_id", "date")
    def _check_price(self):
        for referral in self:
            if not referral.given_back_id and referral.price_total <= 0:
                raise ValidationError(
                    self.env._("The price of a declared sale is more than zero.")
                )
            if referral.date and referral.date > fields.Date.context_today(self):
                raise ValidationError(
                    self.env._("A sale is declared once it is made, not before.")
                )

    @api.constrains("provider_id", "provider_reference", "company_id")
    def _check_not_declared_twice(self):
        for referral in self.filtered("provider_reference"):
            twin = self.search(
                [
                    ("id", "!=", referral.id),
                    ("provider_id", "=", referral.provider_id.id),
                    ("company_id", "=", referral.company_id.id),
                    ("provider_reference", "=ilike", referral.provider_reference),
                    ("state", "!=", "refused"),
                    ("product_id", "=", referral.product_id.id),
                    ("given_back_id", "=", referral.given_back_id.id),
                ],
                limit=1,
            )
            if twin:
                raise ValidationError(
                    self.env._(
                        "The invoice %(reference)s of %(provider)s is declared "
                        "already: %(twin)s.",
                        reference=referral.provider_reference,
                        provider=referral.provider_id.name,
                        twin=twin.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            company = vals.get("company_id") or self.env.company.id
            vals["name"] = sequence.with_company(company).next_by_code(
                "conciergerie.referral"
            )
            if vals.get("provider_id"):
                provider = self.env["res.partner"].browse(vals["provider_id"])
                vals["provider_id"] = provider.commercial_partner_id.id
        return super().create(vals_list)

    def write(self, vals):
        content = {"provider_id", "product_id", "date", "price_total", "company_id"}
        if content & vals.keys() and (booked := self.filtered("commission_line_ids")):
            raise UserError(
                self.env._(
                    "%s is in the ledger: declare what was given back instead of "
                    "changing it.",
                    booked[0].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_declared_only(self):
        if kept := self.filtered(lambda r: r.state != "declared"):
            raise UserError(
                self.env._("%s was answered: it is kept.", kept[0].display_name)
            )

    def _check_declared(self):
        for referral in self:
            if referral.state != "declared":
                raise UserError(
                    self.env._("%s is answered already.", referral.display_name)
                )

    def action_check(self):
        """Take the declared sales into the ledger, at the terms of their dates.

        :raise UserError: no referral was agreed for the service at that date
        """
        self._check_declared()
        self.check_access("write")
        sources = [referral._commission_source() for referral in self]
        lines_sudo = self.env["conciergerie.commission.line"]._book(sources)
        self.write({"state": "checked"})
        for company in lines_sudo.company_id:
            self.env["conciergerie.due.entry"]._derive(
                company,
                lines_sudo.filtered(lambda ln, c=company: ln.company_id == c).ids,
            )

    def _commission_source(self):
        """Return this sale as a source of the ledger.

        :raise UserError: no referral was agreed for the service at that date
        """
        self.ensure_one()
        term_sudo = self.env["conciergerie.deal.term"]._get_term(
            self.provider_id, self.product_id, self.date, self.company_id
        )
        refunded_sudo = self.given_back_id.sudo().commission_line_ids[:1]
        if not refunded_sudo and term_sudo.mode != "referral":
            raise UserError(
                self.env._(
                    "%(name)s: no referral was agreed with %(provider)s for "
                    "“%(service)s” on %(date)s. Add the term to its agreement first.",
                    name=self.name,
                    provider=self.provider_id.name,
                    service=self.product_id.name,
                    date=self.date.strftime("%d/%m/%Y"),
                )
            )
        return {
            "name": self.name,
            "date": self.declaration_date,
            "sale_date": self.date,
            "company": self.company_id,
            "provider": self.provider_id,
            "product": self.product_id,
            "quantity": -1 if self.price_total < 0 else 1,
            "price_total": self.price_total,
            "site": self.site_id,
            "refunded_line": refunded_sudo,
            "referral_id": self.id,
        }

    def action_refuse(self):
        """Refuse declared sales; the provider reads the reason.

        :raise UserError: no reason is written
        """
        self._check_declared()
        for referral in self:
            if not referral.refusal_reason:
                raise UserError(
                    self.env._(
                        "Write the reason in “Reason of the refusal” first: the "
                        "provider reads it."
                    )
                )
        self.write({"state": "refused"})

    def action_give_back(self):
        """Declare that a checked sale was given back; the amount can be lowered."""
        self.ensure_one()
        if self.state != "checked" or self.given_back_id:
            raise UserError(
                self.env._("Only a checked sale can be given back: %s.", self.name)
            )
        earlier = self.search([("given_back_id", "=", self.id)])
        rest = self.price_total + sum(
            earlier.filtered(lambda r: r.state != "refused").mapped("price_total")
        )
        if self.currency_id.compare_amounts(rest, 0) <= 0:
            raise UserError(self.env._("%s is all given back already.", self.name))
        back = self.copy(
            {
                "given_back_id": self.id,
                "price_total": -rest,
                "date": fields.Date.context_today(self),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": back.id,
            "view_mode": "form",
        }

    @api.constrains("price_total", "given_back_id", "state")
    def _check_given_back(self):
        for referral in self.filtered("given_back_id"):
            origin = referral.given_back_id
            parts = self.search(
                [("given_back_id", "=", origin.id), ("state", "!=", "refused")]
            )
            total = origin.price_total + sum(parts.mapped("price_total"))
            if (
                referral.price_total >= 0
                or origin.currency_id.compare_amounts(total, 0) < 0
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s gives back at most the %(amount)s of %(origin)s, as "
                        "a negative price.",
                        name=referral.name,
                        amount=origin.currency_id.format(origin.price_total),
                        origin=origin.name,
                    )
                )
