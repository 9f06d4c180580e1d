from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class ConciergerieCommon(AccountTestInvoicingCommon):
    """One company on the French chart, two sites, a few services and people.

    Every test works as the counter user unless it says otherwise.
    """

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "conciergerie_base.group_administrator"
        )

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        # Sentences are compared in the source language, whatever the database's.
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.company = cls.company_data["company"]
        cls.vat_20 = cls.company_data["default_tax_sale"]
        cls.vat_20.price_include_override = "tax_included"
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Counter, Tuesday to Saturday",
                "tz": "Europe/Paris",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": f"Day {day}",
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 17,
                            "day_period": "morning",
                        }
                    )
                    for day in range(1, 6)
                ],
            }
        )
        cls.site = cls.env["conciergerie.site"].create(
            {
                "name": "Val counter",
                "code": "VAL",
                "company_id": cls.company.id,
                "resource_calendar_id": cls.calendar.id,
            }
        )
        cls.site_2 = cls.env["conciergerie.site"].create(
            {
                "name": "Round of the hills",
                "code": "COL",
                "kind": "round",
                "company_id": cls.company.id,
                "resource_calendar_id": cls.calendar.id,
            }
        )
        cls.counter = cls._new_user("counter")
        cls.manager = cls._new_user("manager")
        cls.accountant = cls._new_user("accountant")
        cls.site.user_ids = [Command.set((cls.counter | cls.manager).ids)]
        provider = cls.env.ref("conciergerie_base.audience_provider")
        cls.laundry, cls.cobbler = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "audience_ids": [Command.set(provider.ids)],
                }
                for name in ("Laundry of the Bridge", "Cobbler Martin")
            ]
        )
        cls.beneficiary = cls.env["res.partner"].create(
            {
                "name": "Camille Morel",
                "email": "camille@example.com",
                "company_id": cls.company.id,
                "lang": "en_US",
            }
        )
        cls.ironing = cls._new_service(
            "Ironing", 12.0, needs_deposit=True, sellers=[(cls.laundry, 6.0, 2)]
        )
        cls.paperwork = cls._new_service(
            "Paperwork", 0.0, fulfilment="own", is_market=False
        )
        cls.copies = cls._new_service("Copies", 6.0, fulfilment="own")
        cls.alteration = cls._new_service(
            "Alteration", 18.0, fulfilment="own", needs_deposit=True, lead_days=3
        )

    @classmethod
    def _new_user(cls, role, company=None, **values):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=values.pop("login", f"test_{role}"),
            groups=f"conciergerie_base.group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )

    @classmethod
    def _new_service(cls, name, price, sellers=(), **values):
        """Create a service; ``sellers`` are (provider, price, delay in days)."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "list_price": price,
                "is_conciergerie_service": True,
                "taxes_id": [Command.set(cls.vat_20.ids)],
                "seller_ids": [
                    Command.create(
                        {"partner_id": partner.id, "price": cost, "delay": delay}
                    )
                    for partner, cost, delay in sellers
                ],
                **values,
            }
        )

    @classmethod
    def _new_request(cls, service=None, pieces=1, user=None, **values):
        """Take a request through the short form, as the counter does."""
        service = service or cls.ironing
        wizard = (
            cls.env["conciergerie.request.wizard"]
            .with_user(user or cls.counter)
            .with_company(cls.company)
            .create(
                {
                    "site_id": cls.site.id,
                    "partner_id": cls.beneficiary.id,
                    "service_id": service.id,
                    **values,
                }
            )
        )
        if service.needs_deposit:
            wizard.piece_count = pieces
        return wizard._create_request()

    @classmethod
    def _today(cls):
        return fields.Date.context_today(cls.env.user)
