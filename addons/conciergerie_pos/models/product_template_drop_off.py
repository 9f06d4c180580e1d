from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model_create_multi
    def create(self, vals_list):
        """What the conciergerie offers is taken at its tills, unless told otherwise."""
        for vals in vals_list:
            if vals.get("is_conciergerie_service"):
                vals.setdefault("available_in_pos", True)
        return super().create(vals_list)

    @api.onchange("is_conciergerie_service")
    def _onchange_is_conciergerie_service(self):
        result = super()._onchange_is_conciergerie_service()
        if self.is_conciergerie_service:
            self.available_in_pos = True
        return result

    def _prepare_drop_off_offers(self):
        """Return the offers of providers for services, the one to propose first.

        As ``_get_provider_offers`` says them, for all of them at once. Their prices
        stay on the server: a counter does not see them.

        :return: dict of the template's id to a list of dicts
        """
        today = fields.Date.context_today(self)
        offers = {service.id: [] for service in self}
        found_sudo = self.env["product.supplierinfo"].sudo()
        found_sudo = found_sudo.search(
            [
                ("product_tmpl_id", "in", self.ids),
                ("product_tmpl_id.fulfilment", "=", "relayed"),
            ]
        ).filtered(
            lambda offer: offer._is_offer_of(
                offer.product_tmpl_id.product_variant_id, self.env.company, today
            )
        )
        for offer_sudo in found_sudo.sorted(lambda o: o._proposal_order(today)):
            provider_sudo = offer_sudo.partner_id
            known = offers[offer_sudo.product_tmpl_id.id]
            # Another price of a provider, for more of it, is no second provider.
            if any(offer["id"] == provider_sudo.id for offer in known):
                continue
            away = provider_sudo._is_provider_away(today)
            known.append(
                {
                    "id": provider_sudo.id,
                    "name": provider_sudo.name,
                    "delay": offer_sudo.delay,
                    "away_until": away
                    and provider_sudo.provider_away_until.isoformat(),
                }
            )
        return offers
