from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """A membership: for whom, and how long it lasts."""

    _inherit = "product.template"

    membership_kind = fields.Selection(
        selection=[
            ("individual", "Individual"),
            ("family", "Family"),
            ("organisation", "Organisation"),
            ("solidarity", "Solidarity price"),
        ],
        default="individual",
        help="A family's membership counts for the people associated with the member; "
        "an organisation's for its contacts. A reason is asked for a solidarity price.",
    )
    membership_period = fields.Selection(
        selection=[
            ("fixed", "Fixed dates"),
            ("rolling", "Months from the sale"),
        ],
        default="fixed",
    )
    membership_months = fields.Integer(string="Months", default=12)
    membership_people = fields.Integer(
        string="People Associated at Most",
        default=5,
        help="People of the household besides the member who pays.",
    )

    _membership_months_positive = models.Constraint(
        "CHECK(membership_months > 0 AND membership_people >= 0)",
        "A membership lasts a month at least, for a number of people not below 0.",
    )

    @api.model
    def default_get(self, fields_list):
        """Propose the category of memberships, without VAT, on a new membership."""
        values = super().default_get(fields_list)
        if values.get("membership"):
            values.update(
                {
                    name: value
                    for name, value in self._prepare_membership_product_vals().items()
                    if name in fields_list
                }
            )
        return values

    @api.model
    def _prepare_membership_product_vals(self):
        """Return what a new membership is unless somebody says otherwise.

        Fees of members are outside the scope of VAT where they buy nothing: no tax
        by default, one can be set on the product.
        """
        category = self.env.ref(
            "conciergerie_conventions.product_category_membership",
            raise_if_not_found=False,
        )
        values = {
            "type": "service",
            "invoice_policy": "order",
            "purchase_ok": False,
            "taxes_id": [Command.clear()],
        }
        if category:
            values["categ_id"] = category.id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            {**self._prepare_membership_product_vals(), **vals}
            if vals.get("membership")
            else vals
            for vals in vals_list
        ]
        return super().create(vals_list)

    @api.constrains(
        "membership",
        "membership_date_from",
        "membership_date_to",
        "membership_period",
    )
    def _check_membership_dates(self):
        """Ask for dates where the period is fixed only; OCA knows no other."""
        fixed = self.filtered(lambda t: t.membership_period != "rolling")
        return super(ProductTemplate, fixed)._check_membership_dates()

    @api.constrains("membership", "membership_kind", "membership_period")
    def _check_membership_kind(self):
        for template in self.filtered("membership"):
            if not template.membership_kind or not template.membership_period:
                raise ValidationError(
                    self.env._(
                        "Say for whom %s is, and which days it covers.",
                        template.display_name,
                    )
                )

    def _get_next_date(self, date, qty=1):
        """Return the day after a membership that begins on a day.

        :param date date: its first day
        :param qty: how many periods are paid at once; rolling periods only
        """
        self.ensure_one()
        if self.membership_period == "rolling":
            periods = max(1, int(qty))
            return date + relativedelta(months=self.membership_months * periods)
        return super()._get_next_date(date, qty=qty)
