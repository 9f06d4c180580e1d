from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

# Prospects of these audiences, or of none, wanted nothing but a request.
AUDIENCES_WON_BY_REQUEST = ("inhabitant", "employee", False)
# A slip of the keyboard, or a code scanned into the field, is no quantity.
MAX_QUANTITY = 10000


class ConciergerieRequestWizard(models.TransientModel):
    """The short form: who, what, how many pieces. Everything else is proposed."""

    _name = "conciergerie.request.wizard"
    _description = "New Request"

    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        default=lambda self: self.env["conciergerie.site"]._default_for_user(),
    )
    company_id = fields.Many2one(related="site_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(comodel_name="res.partner", string="Beneficiary")
    new_name = fields.Char(string="New Beneficiary")
    new_phone = fields.Char(string="Phone")
    new_email = fields.Char(string="E-mail")
    new_commune_id = fields.Many2one(
        comodel_name="conciergerie.commune", string="Commune"
    )
    known_people = fields.Json(compute="_compute_known_people")
    service_id = fields.Many2one(
        comodel_name="product.product",
        required=True,
        domain="[('is_conciergerie_service', '=', True), ('sale_ok', '=', True),"
        " '|', ('site_ids', '=', False), ('site_ids', 'in', site_id)]",
    )
    fulfilment = fields.Selection(related="service_id.fulfilment")
    needs_deposit = fields.Boolean(related="service_id.needs_deposit")
    is_market = fields.Boolean(related="service_id.is_market")
    quantity = fields.Float(default=1.0, digits="Product Unit")
    piece_count = fields.Integer(
        string="Pieces",
        compute="_compute_piece_count",
        store=True,
        readonly=False,
    )
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_provider_id",
        store=True,
        readonly=False,
        domain=[("is_provider", "=", True)],
    )
    promised_date = fields.Date(
        compute="_compute_promised_date", store=True, readonly=False
    )
    price_total = fields.Monetary(
        string="Price",
        compute="_compute_price_total",
        help="VAT included, as the order will say.",
    )
    remarks = fields.Text()
    lead_id = fields.Many2one(comodel_name="crm.lead", string="Prospect", readonly=True)
    is_lead_won = fields.Boolean(
        string="Prospect Won",
        compute="_compute_is_lead_won",
        store=True,
        readonly=False,
        help="A request is what an inhabitant was wanted for. An employer, a commune "
        "or a landlord is won by its agreement: a trial request leaves it open.",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        help="Order to which a further service of the same visit is added.",
    )

    @api.depends("partner_id", "new_name", "new_phone", "new_email", "new_commune_id")
    @api.depends_context("allowed_company_ids")
    def _compute_known_people(self):
        partner = self.env["res.partner"]
        for wizard in self:
            if wizard.partner_id:
                wizard.known_people = False
                continue
            keys = partner._prepare_duplicate_keys(
                {
                    "name": wizard.new_name,
                    "phone": wizard.new_phone,
                    "email": wizard.new_email,
                    "commune_id": wizard.new_commune_id.id,
                }
            )
            candidates = partner._find_duplicates([keys])[0]
            wizard.known_people = partner._format_known_people(candidates)

    @api.depends("lead_id")
    def _compute_is_lead_won(self):
        for wizard in self:
            wizard.is_lead_won = (
                wizard.lead_id.audience_id.code in AUDIENCES_WON_BY_REQUEST
            )

    @api.depends("service_id", "quantity")
    def _compute_piece_count(self):
        for wizard in self:
            service = wizard.service_id
            wizard.piece_count = (
                round(service.piece_count * wizard.quantity)
                if service.needs_deposit
                else 0
            )

    @api.depends("service_id")
    def _compute_provider_id(self):
        for wizard in self:
            wizard.provider_id = (
                wizard.service_id._propose_provider() if wizard.service_id else False
            )

    @api.depends("service_id", "provider_id", "site_id")
    def _compute_promised_date(self):
        for wizard in self:
            wizard.promised_date = (
                wizard.service_id._get_promised_date(wizard.site_id, wizard.provider_id)
                if wizard.service_id and wizard.site_id
                else False
            )

    @api.depends("service_id", "quantity", "partner_id", "provider_id", "site_id")
    def _compute_price_total(self):
        """Price the service as an order of the beneficiary would, without one."""
        for wizard in self:
            if not wizard.service_id or not wizard.is_market or not wizard.site_id:
                wizard.price_total = 0.0
                continue
            order = self.env["sale.order"].new(
                {
                    "partner_id": wizard.partner_id.id or self.env.user.partner_id.id,
                    "company_id": wizard.company_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": wizard.service_id.id,
                                "product_uom_qty": wizard.quantity,
                                "provider_id": wizard.provider_id.id,
                            }
                        )
                    ],
                }
            )
            wizard.price_total = order.amount_total

    def _get_beneficiary(self):
        """Return the chosen beneficiary, or create the new one.

        :raise UserError: neither was given
        """
        self.ensure_one()
        if self.partner_id:
            return self.partner_id
        name = (self.new_name or "").strip()
        if not name:
            raise UserError(
                self.env._("Who is it for? Choose a beneficiary or write a new name.")
            )
        if self.lead_id and not self.lead_id.partner_id:
            return self.lead_id._create_beneficiary(
                name,
                {
                    "phone": self.new_phone,
                    "email_from": self.new_email,
                    "commune_id": self.new_commune_id.id,
                },
            )
        inhabitant = self.env["conciergerie.audience"]._get("inhabitant")
        return self.env["res.partner"].create(
            {
                "name": name,
                "phone": self.new_phone,
                "email": self.new_email,
                "commune_id": self.new_commune_id.id,
                "city": self.new_commune_id.name,
                "zip": self.new_commune_id.zip,
                "company_id": self.company_id.id,
                "audience_ids": [Command.set(inhabitant.ids)],
                "lang": self.env.lang,
            }
        )

    def _create_request(self):
        """Create the request, through a confirmed order where it costs something.

        :return: the new ``project.task``
        """
        self.ensure_one()
        # What the form was opened with are no defaults of the records it creates.
        self = self.with_context(clean_context(self.env.context))
        if self.needs_deposit and self.piece_count < 1:
            raise UserError(
                self.env._(
                    "How many pieces are left for “%s”? Write at least 1.",
                    self.service_id.name,
                )
            )
        if not 0 < self.quantity <= MAX_QUANTITY:
            raise UserError(
                self.env._(
                    "The quantity must be more than zero, and at most %s.", MAX_QUANTITY
                )
            )
        partner = self._get_beneficiary()
        if self.is_market:
            task = self._create_order_line(partner).task_id
        else:
            task = self.env["project.task"].create(
                {
                    "project_id": self.site_id.project_id.id,
                    "name": self.service_id.name,
                    "partner_id": partner.id,
                    "service_id": self.service_id.id,
                    "provider_id": self.provider_id.id,
                    "expected_piece_count": self.piece_count,
                    "promised_date": self.promised_date,
                    "lead_id": self.lead_id.id,
                }
            )
        task = task.with_env(self.env)
        if self.remarks:
            task.description = self.remarks
        if self.needs_deposit:
            task._deposit(self.piece_count)
        if not self.is_market:  # else the confirmed order has told her
            task._notify_registered()
        if self.lead_id:
            self.lead_id._link_request(task, won=self.is_lead_won)
        return task

    def _create_order_line(self, partner):
        """Add the service to the order of this visit, which is confirmed."""
        line_vals = {
            "product_id": self.service_id.id,
            "product_uom_qty": self.quantity,
            "provider_id": self.provider_id.id,
            "piece_count": self.piece_count,
        }
        order = self.order_id.with_context(
            conciergerie_promised_date=self.promised_date
        )
        # Another person or another site meanwhile: another order.
        if order.partner_id == partner and order.site_id == self.site_id:
            line = order.order_line.create({"order_id": order.id, **line_vals})
        else:
            order = order.create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company_id.id,
                    "site_id": self.site_id.id,
                    "opportunity_id": self.lead_id.id,
                    "order_line": [Command.create(line_vals)],
                }
            )
            order.action_confirm()
            line = order.order_line
        return line

    def action_create_and_print(self):
        """Create the request; print its ticket if things were left."""
        task = self._create_request()
        opened = task._action_open_request()
        if not task.piece_ids:
            return opened
        return {
            "type": "ir.actions.client",
            "tag": "conciergerie_actions",
            "params": {"actions": [task.action_print_ticket(), opened]},
        }

    def action_create_and_open(self):
        return self._create_request()._action_open_request()

    def action_create_and_add(self):
        """Create the request and take a further service from the same person."""
        task = self._create_request()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_request_wizard_action"
        )
        action["context"] = {
            "default_site_id": self.site_id.id,
            "default_partner_id": task.partner_id.id,
            "default_order_id": task.sale_order_id.id,
        }
        return action
