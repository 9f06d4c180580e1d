from odoo import api, fields, models


class PosConfig(models.Model):
    """What the till must know of providers, loaded anew at each opening.

    It travels with the till's own record, which core reads whole each time: an offer,
    an agreement or a paper that changes touches no product, and would be missed by
    the loading of what was written since. A few queries for all of it, whatever the
    number of products; no rate is told.
    """

    _inherit = "pos.config"

    @api.model
    def _load_pos_data_read(self, records, config):
        read_records = super()._load_pos_data_read(records, config)
        if read_records:
            offers, providers = config._provider_offers()
            read_records[0]["_conciergerie_offers"] = offers
            read_records[0]["_conciergerie_providers"] = providers
        return read_records

    def _provider_offers(self):
        """Return who is proposed for each relayed service, the first one first.

        :return: dict of service (template) id to a list of dicts: ``provider``,
            ``mode``, ``product`` (0 for all variants), and for a deposit that we keep
            ``price`` and ``deposit``; and dict of provider id to its ``name`` and to
            what blocks a new sale, ``blocked``, or False
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        company = self.company_id
        found_sudo = (
            self.env["product.supplierinfo"]
            .sudo()
            .with_company(company)
            .search(
                [
                    ("product_tmpl_id.available_in_pos", "=", True),
                    ("product_tmpl_id.is_conciergerie_service", "=", True),
                    ("product_tmpl_id.fulfilment", "=", "relayed"),
                ]
            )
            .filtered(
                lambda offer: offer._is_offer_of(offer.product_id, company, today)
            )
        )
        offers = {}
        for offer in found_sudo.sorted(lambda offer: offer._proposal_order(today)):
            known = offers.setdefault(offer.product_tmpl_id.id, [])
            key = offer.partner_id.id, offer.product_id.id or 0
            # Another price of a provider, for more of it, is no second provider.
            if all((one["provider"], one["product"]) != key for one in known):
                known.append(self._prepare_offer(offer, today))
        wrong = found_sudo.partner_id._wrong_papers(company, today)
        return offers, {
            provider.id: {
                "name": provider.name,
                "blocked": wrong[provider.commercial_partner_id].display_name
                if provider.commercial_partner_id in wrong
                else False,
            }
            for provider in found_sudo.partner_id
        }

    @api.model
    def _prepare_offer(self, offer_sudo, date):
        """Return an offer as the till keeps it.

        :param offer_sudo: ``product.supplierinfo``
        :param date: day of the sale, which chooses the terms
        """
        template_sudo = offer_sudo.product_tmpl_id
        term = self.env["conciergerie.deal.term"]._get_term(
            offer_sudo.partner_id,
            template_sudo.product_variant_id,
            date,
            offer_sudo.env.company,
        )
        values = {
            "provider": offer_sudo.partner_id.id,
            "product": offer_sudo.product_id.id or 0,
            "mode": term.mode or False,
        }
        if term.mode == "deposit":
            price = template_sudo.list_price
            values.update(price=price, deposit=term._deposit_amount(price))
        return values


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _load_pos_data_domain(self, data, config):
        """Load the providers of the services too: lines and receipts name them."""
        domain = super()._load_pos_data_domain(data, config)
        configs = data.get("pos.config") or [{}]
        providers = configs[0].get("_conciergerie_providers", {})
        return ["|", ("id", "in", list(providers)), *domain] if providers else domain


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "provider_id", "deal_mode"]
