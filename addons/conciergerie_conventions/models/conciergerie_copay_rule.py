from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConciergerieCopayRule(models.Model):
    """What the payer of a convention takes in charge, with its ceilings.

    The first rule that matches a sale wins: service, then category, then all; of two
    as precise, the later one.
    """

    _name = "conciergerie.copay.rule"
    _description = "Co-Pay Rule"
    _order = "convention_id, scope, date_from desc, id desc"
    _check_company_auto = True

    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="convention_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    scope = fields.Selection(
        selection=[
            ("1_service", "One service"),
            ("2_category", "A category of services"),
            ("3_all", "All services covered"),
        ],
        default="3_all",
        required=True,
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Service",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_conciergerie_service", "=", True)],
    )
    categ_id = fields.Many2one(
        comodel_name="product.category",
        string="Category",
        index="btree_not_null",
        ondelete="restrict",
    )
    date_from = fields.Date(
        required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date()
    share = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        required=True,
        help="Per cent of the price, VAT included, that is left by the payers before.",
    )
    cap_operation = fields.Monetary(
        string="At Most per Sale", help="0 for no limit; VAT included."
    )
    cap_month = fields.Monetary(
        string="At Most per Month", help="For each person; 0 for no limit."
    )
    cap_year = fields.Monetary(
        string="At Most per Year",
        help="For each person and calendar year; 0 for no limit.",
    )

    _share_check = models.Constraint(
        "CHECK(share > 0 AND share <= 100)",
        "A co-pay is more than 0 % and at most 100 % of the price.",
    )
    _cap_check = models.Constraint(
        "CHECK(cap_operation >= 0 AND cap_month >= 0 AND cap_year >= 0)",
        "A ceiling is not negative; leave it at 0 where there is none.",
    )

    def _default_date_from(self):
        """Return the first day: of the convention while it is not signed, else today.

        Its form gives the day: a new convention is not saved yet.
        """
        start = fields.Date.to_date(self.env.context.get("convention_start") or False)
        return start or fields.Date.context_today(self)

    @api.constrains("scope", "product_id", "categ_id")
    def _check_scope(self):
        for rule in self:
            if (rule.scope == "1_service" and not rule.product_id) or (
                rule.scope == "2_category" and not rule.categ_id
            ):
                raise ValidationError(
                    self.env._(
                        "Choose what the co-pay of %s applies to: a service or a "
                        "category.",
                        rule.convention_id.display_name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for rule in self:
            if rule.date_to and rule.date_to < rule.date_from:
                raise ValidationError(
                    self.env._(
                        "A co-pay of %s ends before it begins.",
                        rule.convention_id.display_name,
                    )
                )
