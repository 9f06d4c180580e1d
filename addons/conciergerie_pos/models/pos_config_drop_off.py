from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

# Days ahead for which a till without network knows when the site is open.
HORIZON_DAYS = 180


class PosConfig(models.Model):
    """What a till needs to take things without network."""

    _inherit = "pos.config"

    piece_label_format = fields.Selection(
        selection=[("roll", "Label roll, 57 × 32 mm"), ("a4", "A4 sheet")],
        string="Labels of Pieces",
        required=True,
        default="roll",
        help="Paper of the printer of labels.",
    )

    @api.model
    def _load_pos_data_read(self, records, config):
        """Add the site, and who does what how fast.

        The till's own record is read whole at each opening: an offer or an absence
        that changes touches no product.
        """
        values_list = super()._load_pos_data_read(records, config)
        for values in values_list:
            if values["id"] == config.id and config.site_id:
                values["_drop_off_site"] = config._prepare_drop_off_site()
                values["_drop_off_services"] = config._prepare_drop_off_services()
        return values_list

    def _prepare_drop_off_services(self):
        """Return, for each service of the site, who provides it and how fast.

        :return: dict of the template's id to a list of dicts, the one to propose first
        """
        self.ensure_one()
        services = self.env["product.template"].search(
            [
                *self.env["product.template"]._check_company_domain(self.company_id),
                ("is_conciergerie_service", "=", True),
                ("available_in_pos", "=", True),
            ]
        )
        here = services.filtered(
            lambda service: not service.site_ids or self.site_id in service.site_ids
        )
        return here.with_company(self.company_id)._prepare_drop_off_offers()

    def _prepare_drop_off_site(self):
        """Return what the till prints and computes of its site."""
        self.ensure_one()
        site = self.site_id
        company = self.company_id
        address = site.partner_id
        written = address._display_address(without_company=True) if address else ""
        return {
            "id": site.id,
            "name": site.name,
            "code": site.code,
            "address": "\n".join(filter(str.strip, written.splitlines())),
            "phone": address.phone or company.phone or "",
            "open_days": self._drop_off_open_days(),
            "terms": company.conciergerie_deposit_terms or "",
            "liability_limit": company.conciergerie_liability_limit,
            "tracking_url": f"{self.get_base_url()}/suivi",
        }

    def _drop_off_open_days(self):
        """Return the coming days when the site is open, as ISO dates, in order.

        The till counts a lead time in them, as ``_opening_date`` does on the server.
        """
        calendar = self.site_id.resource_calendar_id
        tz = pytz.timezone(calendar.tz or "UTC")
        today = fields.Datetime.now().astimezone(tz).date()
        start = tz.localize(datetime.combine(today, time.min))
        intervals = calendar._work_intervals_batch(
            start, start + timedelta(days=HORIZON_DAYS)
        )[False]
        return sorted({begin.date().isoformat() for begin, _end, _meta in intervals})
