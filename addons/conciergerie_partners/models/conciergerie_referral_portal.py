from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ConciergerieReferral(models.Model):
    """The provider declares on the portal its sales thanks to the conciergerie."""

    _inherit = "conciergerie.referral"

    @api.model
    def _portal_services(self, provider):
        """Return what a provider can declare: list of (company, service).

        :param provider: ``res.partner`` whose agreements say “referral”
        """
        terms = self.env["conciergerie.deal.term"].search(
            [
                ("provider_id", "=", provider.id),
                ("mode", "=", "referral"),
                ("agreement_id.state", "in", ("signed", "running")),
            ]
        )
        offers = self.env["product.supplierinfo"].search(
            [("partner_id.commercial_partner_id", "=", provider.id)]
        )
        templates = offers.product_tmpl_id | terms.product_tmpl_id
        services = templates.filtered("is_conciergerie_service").product_variant_ids
        today = fields.Date.context_today(self)
        return [
            (company, service)
            for company in terms.company_id
            for service in services
            if not service.company_id or service.company_id == company
            if self.env["conciergerie.deal.term"]
            ._get_term(provider, service, today, company)
            .mode
            == "referral"
        ]

    @api.model
    def _portal_declare(self, provider, company, service, values):
        """Declare a sale as the provider; staff check it.

        :param provider: ``res.partner``
        :param company: ``res.company`` that sent the customer
        :param service: ``product.product``
        :param dict values: ``date``, ``price_total`` (VAT included),
            ``provider_reference`` and ``description``
        :return: the declaration
        :raise UserError: no price or date, no referral agreed at that date, a future
            sale, or an invoice declared already
        """
        if not values["date"] or not values["price_total"]:
            raise UserError(
                self.env._("Write the date and the price of the sale, VAT included.")
            )
        term = self.env["conciergerie.deal.term"]._get_term(
            provider, service, values["date"], company
        )
        if term.mode != "referral":
            raise UserError(
                self.env._(
                    "Nothing was agreed for “%(service)s” on %(date)s. Check the date, "
                    "or call the conciergerie.",
                    service=service.name,
                    date=format_date(self.env, values["date"]),
                )
            )
        referral = self.create(
            {
                "provider_id": provider.id,
                "company_id": company.id,
                "product_id": service.id,
                **values,
            }
        )
        referral._message_log(
            body=self.env._("Declared on the portal"),
            author_id=self.env.user.partner_id.id,
        )
        agreement = term.agreement_id
        referral.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Check the sale declared by %s", provider.name),
            user_id=agreement.user_id.id or agreement.create_uid.id,
        )
        return referral
