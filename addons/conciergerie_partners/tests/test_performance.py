from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.test_performance import BATCHES

from .common import PartnersCommon


@tagged("post_install", "-at_install")
class TestPartnersPerformance(PartnersCommon):
    """The number of queries does not grow with the number of sales."""

    def _queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _sell(self, count):
        """One paid invoice with so many lines of the provider."""
        invoice = self._new_invoice(
            [(self.ironing, self.laundry, 10.0)] * count, date="2026-01-05"
        )
        self._pay(invoice, date="2026-01-06")
        self._derive()

    def _settle(self):
        day = fields.Date.to_date("2026-01-31")
        statements = self.env["conciergerie.statement"].with_user(self.accountant)
        made = statements._settle(self.company, day, date=day)
        self.assertEqual(len(made), 1)

    def _few_and_many(self, prepare, work):
        """Return the queries for 20 and for 200, once the caches are warm."""
        counts = []
        for count in (20, 20, 200):
            prepare(count)
            counts.append(self._queries(work))
        return counts[1:]

    def test_statement(self):
        few, many = self._few_and_many(self._sell, self._settle)
        self.assertLessEqual(many, few + BATCHES)

    def test_preview(self):
        day = fields.Date.to_date("2026-01-31")

        def preview():
            wizard = (
                self.env["conciergerie.settlement.wizard"]
                .with_user(self.accountant)
                .create({"company_id": self.company.id, "period_end": day})
            )
            self.assertTrue(wizard.line_ids.entry_count)

        few, many = self._few_and_many(self._sell, preview)
        self.assertLessEqual(many, few + BATCHES)

    def test_derive_asks_once(self):
        """One query for any number of invoices; the others read the company."""
        counts = []
        for count in (2, 2, 12):
            for _number in range(count):
                invoice = self._new_invoice([(self.ironing, self.laundry, 10.0)])
                self._pay(invoice, 3.0)
            self._derive()
            counts.append(self._queries(self._derive))
        self.assertEqual(counts[1], counts[2])

    def test_claim_is_flat(self):
        """Claimed and totalled by the database."""
        day = fields.Date.to_date("2026-01-31")

        def claim():
            made = self.env["conciergerie.statement"]._claim_ready(
                self.company, day, None, day
            )
            self.assertEqual(len(made._entry_totals()), 1)

        few, many = self._few_and_many(self._sell, claim)
        self.assertLessEqual(many, few + BATCHES)

    def test_claim_is_flat_in_providers(self):
        """Numbers, agreements and statements of all providers at once."""
        day = fields.Date.to_date("2026-01-31")

        def sell(count):
            for number in range(count):
                provider = self.laundry.copy({"name": f"Laundry {number}"})
                self._new_agreement(provider)
                self._pay(
                    self._new_invoice(
                        [(self.ironing, provider, 10.0)], date="2026-01-05"
                    ),
                    date="2026-01-06",
                )
            self._derive()

        def claim():
            made = self.env["conciergerie.statement"]._claim_ready(
                self.company, day, None, day
            )
            made._entry_totals()

        counts = []
        for count in (2, 2, 8):
            sell(count)
            counts.append(self._queries(claim))
        self.assertLessEqual(counts[2], counts[1] + BATCHES)

    def test_posting_against_core(self):
        """100 lines of a provider: at most 1.3 times what core asks for its own.

        Core's bear the default VAT, as a service does where nobody is its provider.
        """
        plain = self.env["product.product"].create(
            {
                "name": "Plain",
                "type": "service",
                "taxes_id": [Command.set(self.vat_20.ids)],
            }
        )
        counts = {}
        for product, provider in ((plain, None), (self.ironing, self.laundry)):
            for _warm in range(2):
                invoice = self._new_invoice(
                    [(product, provider, 10.0 + n) for n in range(100)], post=False
                )
                counts[provider] = self._queries(
                    invoice.browse(invoice.ids).action_post
                )
        ours, core = counts[self.laundry], counts[None]
        self.assertLessEqual(ours, core * 1.3, f"{ours} against {core}")
