from datetime import timedelta

from odoo import api, fields, models

# Parcels that wait: (beneficiary, carrier, tracking number, rack, days, told).
PARCELS = [
    ("partner_inhabitant_03_demo", "Colissimo", "6A12345678901", "C1", 2, True),
    ("partner_employee_01_demo", "Mondial Relay", "31415926", "C2", 0, False),
]


class ConciergerieDemo(models.AbstractModel):
    """A till ready to open at the counter, and parcels that wait there."""

    _inherit = "conciergerie.demo"

    @api.model
    def _set_up_till(self):
        """Make the till of the demo site as its manager would.

        Without the French chart, which has the account of cheques, none is made.
        """
        site = self._ref("site_val_demo")
        company = site.company_id
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        if site.pos_config_ids or not bank or not company._account_by_code_sudo("5112"):
            return
        manager = self._ref("user_manager_demo")
        site.with_user(manager).with_company(company)._create_till(
            site.name, bank, opening_float=100.0
        )

    @api.model
    def _receive_parcels(self):
        """Receive two parcels as the counter did; no message leaves."""
        now = fields.Datetime.now()
        site = self._ref("site_val_demo")
        demo = self.with_user(self._ref("user_counter_demo")).sudo()
        demo.env["conciergerie.parcel"].with_context(tracking_disable=True).create(
            [
                {
                    "number": number,
                    "carrier": carrier,
                    "partner_id": self._ref(partner).id,
                    "site_id": site.id,
                    "rack": rack,
                    "received_date": now - timedelta(days=days),
                    "state": "notified" if told else "received",
                    "notified_date": told and now - timedelta(days=days),
                }
                for partner, carrier, number, rack, days, told in PARCELS
            ]
        )
