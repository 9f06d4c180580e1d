from odoo import Command
from odoo.tests import tagged

from .common import PartnersCommon


@tagged("post_install", "-at_install")
class TestLedgerFaults(PartnersCommon):
    """What the generated histories found, each told plainly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._new_agreement(cls.cobbler)
        cls.receivable = cls.company_data["default_account_receivable"]

    def _entry(self, rows, **values):
        """Post and match an entry; rows are (account, partner, balance)."""
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-11-03",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "balance": balance,
                        }
                    )
                    for account, partner, balance in rows
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def _match(self, moves, partner=None):
        moves.line_ids.filtered(
            lambda ln: (
                ln.account_id == self.receivable
                and not ln.reconciled
                and ln.partner_id == (partner or self.beneficiary)
            )
        ).reconcile()

    def test_our_vat_takes_no_cent_from_the_provider(self):
        """Core books 10.05 with VAT as 8.38 + 1.68: the cent too much is not his."""
        self.company.tax_calculation_rounding_method = "round_globally"
        invoice = self._new_invoice(
            [
                (self.ironing, self.laundry, 59.97),
                (self.copies, None, 10.05),
                (self.ironing, self.cobbler, 10.05),
            ]
        )
        items = invoice.invoice_line_ids.filtered("provider_id")
        self.assertEqual(items.mapped("balance"), [-59.97, -10.05])
        self.assertEqual(items.mapped("price_total"), [59.97, 10.05])
        self.assertEqual(self.laundry._third_party_balance(self.company), 59.97)

    def test_money_given_to_one_of_two_providers(self):
        """Only the one who got it earns less from us; the other gets all of hers."""
        invoice = self._new_invoice(
            [(self.ironing, p, 100.0) for p in (self.laundry, self.cobbler)]
        )
        self._pay(invoice, 60.0)
        self._derive()
        lines = invoice.commission_line_ids.sorted("move_line_id")
        self.assertEqual(lines.mapped("collected_amount"), [30.0, 30.0])
        account = self.laundry._third_party_account(self.company)
        direct = self._entry(
            [
                (account, self.laundry, 100.0),
                (self.receivable, self.beneficiary, -100.0),
            ],
            is_provider_direct=True,
        )
        self._match(invoice | direct)
        self._derive()
        lines.invalidate_recordset()
        self.assertEqual(lines.mapped("direct_amount"), [100.0, 0.0])
        self.assertEqual(lines.mapped("collected_amount"), [0.0, 60.0])
        self.assertEqual(lines.mapped("due_commission"), [15.0, 9.0])
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)

    def test_transfer_of_two_invoices_paid_in_part(self):
        """A third of 10.00 is 3.33, and nothing is found to add the second time."""
        first, second = (
            self._new_invoice([(self.ironing, self.laundry, price)])
            for price in (10.0, 20.0)
        )
        employer = self.env["res.partner"].create({"name": "Employer"})
        transfer = self._entry(
            [
                (self.receivable, self.beneficiary, -10.0),
                (self.receivable, self.beneficiary, -20.0),
                (self.receivable, employer, 30.0),
            ],
            is_neutral_transfer=True,
        )
        for invoice, amount in ((first, 10.0), (second, 20.0)):
            items = transfer.line_ids.filtered(lambda ln, a=amount: ln.credit == a)
            items |= invoice.line_ids.filtered(
                lambda ln: ln.account_id == self.receivable
            )
            items.reconcile()
        for amount in (10.0, 20.0):
            payment = self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_id": employer.id,
                    "amount": amount,
                    "date": "2026-12-02",
                    "journal_id": self.bank.id,
                }
            )
            payment.action_post()
            self._match(transfer | payment.move_id, employer)
            self.assertGreater(self._derive(), 0)
            self.assertEqual(self._derive(), 0)
            lines = (first | second).commission_line_ids
            lines.invalidate_recordset()
            if amount == 10.0:
                collected = lines.sorted(lambda ln: ln.move_line_id.id).mapped(
                    "collected_amount"
                )
                self.assertEqual(collected, [3.33, 6.67])
        self.assertEqual(
            lines.sorted(lambda ln: ln.move_line_id.id).mapped("collected_amount"),
            [10.0, 20.0],
        )

    def test_given_away_line_collects_nothing(self):
        """The cent that closes a part payment goes to a line that has a price."""
        invoice = self._new_invoice(
            [(self.ironing, self.laundry, p) for p in (0.05, 0.05, 0.0)]
        )
        self._pay(invoice, 0.03)
        self._derive()
        lines = invoice.commission_line_ids.sorted("move_line_id")
        self.assertEqual(lines.mapped("collected_amount"), [0.02, 0.01, 0.0])

    def test_credit_note_that_core_posts_at_once(self):
        """Reversed and made again: the commission mirrors the invoice's terms (A8)."""
        self.agreement.refund_policy = "kept"
        invoice = self._new_invoice([(self.ironing, self.laundry, 120.0)])
        self.agreement.term_ids.rate = 50.0
        refund = invoice._reverse_moves([{"invoice_date": "2026-11-10"}], cancel=True)
        line = refund.commission_line_ids
        self.assertEqual(line.refunded_line_id, invoice.commission_line_ids)
        self.assertEqual((line.price_total, line.commission_amount), (-120.0, 0.0))
        self.assertEqual(line.rate, 15.0)
