from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .fee_common import FeeCommon


@tagged("post_install", "-at_install")
class TestFeePrice(FeeCommon):
    """Dated prices and indexation."""

    def _index(self, conventions, day, user=None):
        wizard = Form(
            self.env["conciergerie.indexation"]
            .with_user(user or self.manager)
            .with_context(active_model="contract.contract", active_ids=conventions.ids)
        )
        wizard.index_name = "SYNTEC"
        wizard.index_old = 300.0
        wizard.index_new = 306.9
        wizard.date_from = day
        return wizard.save()

    def test_price_on_the_first_day_of_the_month(self):
        convention = self._fee_convention(self._fee(), day="2026-05-01")
        self._people(convention, 2)
        convention.with_user(self.manager).contract_line_ids.fee_price_ids = [
            Command.create(
                {"date_from": "2026-06-02", "price": 7.0, "reason": "Agreed"}
            )
        ]
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-08-01")),
            [
                ("2026-05-31", [(2, 6.5)]),
                ("2026-06-30", [(2, 6.5)]),
                ("2026-07-31", [(2, 7.0)]),
            ],
        )

    def test_no_price_in_the_past(self):
        convention = self._fee_convention(self._fee("flat", 10), day="2026-05-01")
        self._invoice(convention, "2026-07-01")
        line = convention.with_user(self.manager).contract_line_ids
        price = {"contract_line_id": line.id, "price": 7.0}
        prices = self.env["conciergerie.fee.price"].with_user(self.manager)
        for day in ("2026-06-30", "2026-01-01"):
            with self.assertRaisesRegex(
                UserError, "A fee change in the past: .* invoiced until 30/06/2026"
            ):
                prices.create({**price, "date_from": day})
        made = prices.create({**price, "date_from": "2026-07-01"})
        self._invoice(convention, "2026-08-01")
        with self.assertRaisesRegex(UserError, "change in the past"):
            made.price = 8.0
        with self.assertRaisesRegex(UserError, "change in the past"):
            made.unlink()

    def test_indexation(self):
        """6.50 × 306.9 ÷ 300 = 6.6495, to the cent; kept with its index."""
        first = self._fee_convention(self._fee(), day="2026-05-01")
        second = self._fee_convention(
            self._fee("step", 0, steps=[(0, 50), (10, 90)]), day="2026-05-01"
        )
        both = first | second
        wizard = self._index(both, "2026-07-01")
        self.assertEqual(wizard.line_ids.mapped("price_new"), [6.65, 51.15, 92.07])
        self.assertFalse(first.contract_line_ids.fee_price_ids)
        wizard.action_confirm()
        price = first.contract_line_ids.fee_price_ids
        self.assertEqual((price.price, price.index_new), (6.65, 306.9))
        self.assertRegex(
            first.message_ids[0].body, r"Indexation on SYNTEC: 300 to 306[.,]9,"
        )
        self._people(first, 2)
        self.assertEqual(
            self._figures(self._invoice(first, "2026-08-01"))[1:],
            [("2026-06-30", [(2, 6.5)]), ("2026-07-31", [(2, 6.65)])],
        )
        self.assertEqual(
            [lines for _day, lines in self._figures(second._get_related_invoices())],
            [[(1, 50)], [(1, 50)], [(1, 51.15)]],
        )
        with self.assertRaisesRegex(UserError, "change in the past"):
            self._index(first, "2026-07-15").action_confirm()

    def test_counter_does_not_index(self):
        convention = self._fee_convention(self._fee(), day="2026-05-01")
        with self.assertRaises(AccessError):
            self._index(convention, "2026-07-01", self.counter)
