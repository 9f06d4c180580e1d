from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """Money advanced in a customer's name, asked back to the cent (case A18).

    CGI, art. 267, II, 2°: outside the base of VAT where it is repaid exactly, booked
    on an account of third-party money, and justified. Both the supplier's document, in
    the customer's name, and the customer's payment go to the same account.
    """

    _inherit = "product.template"

    is_disbursement = fields.Boolean(
        string="Disbursement",
        help="What we advance in the customer's name and ask back to the cent: no VAT, "
        "no turnover. Leave the price at 0 where the amount differs each time.",
    )

    @api.onchange("is_disbursement")
    def _onchange_is_disbursement(self):
        if self.is_disbursement:
            self.taxes_id = False
            self.supplier_taxes_id = False

    @api.constrains("is_disbursement", "taxes_id", "supplier_taxes_id")
    def _check_disbursement(self):
        for product in self.filtered("is_disbursement"):
            if product.sudo().taxes_id or product.sudo().supplier_taxes_id:
                raise ValidationError(
                    self.env._(
                        "%s is a disbursement: it bears no VAT, neither on what we "
                        "advance nor on what the customer gives back. Remove its "
                        "taxes.",
                        product.display_name,
                    )
                )
            if product.is_conciergerie_service:
                raise ValidationError(
                    self.env._(
                        "%s is a disbursement: our service to fetch or pay it is "
                        "another product.",
                        product.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """A disbursement takes none of the company's default taxes."""
        for vals in vals_list:
            if vals.get("is_disbursement"):
                vals["taxes_id"] = vals["supplier_taxes_id"] = [Command.clear()]
        return super().create(vals_list)

    def _force_default_sale_tax(self, companies):
        """Give a disbursement no company's default tax."""
        others = self.filtered(lambda product: not product.is_disbursement)
        return super(ProductTemplate, others)._force_default_sale_tax(companies)

    def _force_default_purchase_tax(self, companies):
        others = self.filtered(lambda product: not product.is_disbursement)
        return super(ProductTemplate, others)._force_default_purchase_tax(companies)

    def _get_product_accounts(self):
        """Advance and repayment meet on the company's account of disbursements."""
        accounts = super()._get_product_accounts()
        if self.is_disbursement:
            account = self.env.company._get_disbursement_account()
            accounts = {**accounts, "income": account, "expense": account}
        return accounts
