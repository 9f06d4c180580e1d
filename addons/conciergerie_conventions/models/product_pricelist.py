from odoo import api, fields, models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """Give the members' pricelist to who is a member, from the dates.

        A pricelist that somebody chose for a contact by hand stays, as long as the
        company uses pricelists. Nothing is stored: a membership that begins or ends
        tonight counts tomorrow.

        :param partner_ids: ids of contacts; the context may hold ``membership_day``,
            the date of the order or ticket, today else
        """
        result = super()._get_partner_pricelist_multi(partner_ids)
        company = self.env.company
        pricelist = self.browse(company.sudo().members_pricelist_id.id)
        if not pricelist or not pricelist.sudo().active:
            return result
        day = self.env.context.get("membership_day")
        partners = self.env["res.partner"].browse(partner_ids)
        for partner in partners._members_on(
            company, day or fields.Date.context_today(self)
        ):
            chosen = partner.specific_property_product_pricelist
            if not chosen or result[partner.id] != chosen:
                result[partner.id] = pricelist
        return result
