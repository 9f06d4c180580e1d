from datetime import date

from odoo import Command, fields
from odoo.tests import freeze_time

from .common import ConventionsCommon


class FeeCommon(ConventionsCommon):
    """Conventions with a fee; prices net, so that figures are those of the cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fee_product = cls.env.ref(
            "conciergerie_conventions.product_product_convention_fee"
        )
        cls.vat_20.price_include_override = "tax_excluded"

    @classmethod
    def _fee(cls, kind="head", price=6.5, **values):
        """Return the values of a fee line."""
        return {
            "name": values.pop("name", f"Fee {kind}"),
            "product_id": cls.fee_product.id,
            "fee_kind": kind,
            "quantity": 1,
            "specific_price": price,
            "fee_step_ids": [
                Command.create({"from_uses": uses, "amount": amount})
                for uses, amount in values.pop("steps", ())
            ],
            **values,
        }

    @classmethod
    def _fee_convention(cls, *fees, day="2026-01-01", **values):
        """Create a convention with fees; signed on a day, when it runs."""
        with freeze_time(day):
            return cls._new_convention(
                contract_line_ids=[Command.create(fee) for fee in fees],
                **{"start_date": day, **values},
            )

    @classmethod
    def _people(cls, convention, number, date_from="2026-01-01", date_to=False):
        partners = cls.env["res.partner"].create(
            [{"name": f"Employee {n}"} for n in range(number)]
        )
        return cls.env["conciergerie.entitlement"].create(
            [
                {
                    "convention_id": convention.id,
                    "partner_id": partner.id,
                    "date_from": date_from,
                    "date_to": date_to,
                }
                for partner in partners
            ]
        )

    @classmethod
    def _use(cls, convention, day, quantity=1.0, count=1):
        return (
            cls.env["conciergerie.copay.use"]
            .sudo()
            .create(
                [
                    {
                        "convention_id": convention.id,
                        "company_id": convention.company_id.id,
                        "payer_id": convention.partner_id.id,
                        "partner_id": cls.beneficiary.id,
                        "product_id": cls.ironing.id,
                        "date": day,
                        "quantity": quantity,
                    }
                ]
                * count
            )
        )

    def _invoice(self, convention, day):
        """Run the cron on a day; return the new invoices of the convention."""
        before = self._fee_invoices(convention)
        with freeze_time(day):
            convention.env["contract.contract"].cron_recurring_create_invoice()
        convention.invalidate_recordset()
        self.assertFalse(any(convention.mapped("invoice_generation_error")))
        return self._fee_invoices(convention) - before

    def _fee_invoices(self, conventions):
        lines = self.env["account.move.line"].search(
            [("contract_line_id.contract_id", "in", conventions.ids)]
        )
        return lines.move_id

    def _figures(self, moves):
        """Return for each invoice its day and its lines ``(quantity, price)``."""
        return [
            (
                str(move.invoice_date),
                [(li.quantity, li.price_unit) for li in move.invoice_line_ids],
            )
            for move in moves.sorted("invoice_date")
        ]

    @staticmethod
    def _day(text):
        return fields.Date.to_date(text) or date.min
