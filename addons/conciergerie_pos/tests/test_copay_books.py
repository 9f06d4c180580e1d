from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .copay_common import PosCopayCommon


class CopayBooks(PosCopayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention(
            rules=[{"share": 50.0, "cap_operation": 10.0, "cap_year": 100.0}]
        )
        cls.rule = cls.convention.copay_rule_ids
        cls._entitle(cls.convention)

    def _balances(self):
        """Return what is left on every account of third parties and of the till."""
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        found = {}
        for line in lines:
            key = (line.account_id.code[:6], line.partner_id.name or "")
            found[key] = self.company.currency_id.round(
                found.get(key, 0.0) + line.balance
            )
        return {key: amount for key, amount in found.items() if amount}

    def _owed(self, amount):
        code = self.employer.property_account_receivable_id.code[:6]
        return {(code, self.employer.name): amount} if amount else {}

    def _invoice(self, order):
        order = self._as_cashier(order).with_context(generate_pdf=False)
        order.action_pos_order_invoice()
        self.env.invalidate_all()
        return order.sudo().account_move.with_env(self.env)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestCopayRefund(CopayBooks):
    """A refund gives back both shares and the ceiling, to the cent."""

    def test_full_refund_in_the_same_session(self):
        order = self._sell(self._line(self.mending))
        back = self._refund(order)
        self.assertEqual(
            sorted(
                back.payment_ids.mapped(
                    lambda p: (p.amount, p.copay_partner_id.name or "")
                )
            ),
            [(-20.0, ""), (-10.0, self.employer.name)],
        )
        self.assertEqual(self._ceiling(self.rule), [("2026", 0.0, 0.0)])
        use, returned = self._uses(order) + self._uses(back)
        self.assertEqual(
            (returned.refunded_use_id, returned.share_amount, returned.quantity),
            (use, -10.0, -1.0),
        )
        self.assertEqual(back.lines.copay_amount, -10.0)
        self._close()
        self.assertEqual(self._balances(), {})
        self.assertEqual(self._open_items(self.employer), [], "matched")

    def test_full_refund_in_the_next_session(self):
        order = self._sell(self._line(self.mending))
        self._close()
        self.assertEqual(self._balances(), self._owed(10.0))
        self._open()
        self._refund(order)
        entry = self._close(cash=0.0)
        till = self.company.account_default_pos_receivable_account_id.code[:6]
        payer = self.employer.property_account_receivable_id.code[:6]
        self.assertEqual(
            self._entry(entry),
            sorted(
                [
                    (till, "", 0.0, 20.0),
                    (payer, self.employer.name, 0.0, 10.0),
                    (self.services_account.code[:6], "", 25.0, 0.0),
                    ("445710", "", 5.0, 0.0),
                ]
            ),
        )
        self.assertEqual(self._balances(), {})
        self.assertEqual(self._open_items(self.employer), [])

    def test_partial_refunds_close_to_the_cent(self):
        order = self._sell(
            self._line(self.copies, 5.01, qty=3), partner=self.beneficiary
        )
        self.assertEqual(order.lines.copay_amount, 7.52)
        shares = [
            self._refund(order, (order.lines, 1)).lines.copay_amount for _n in range(3)
        ]
        self.assertEqual(shares, [-2.51, -2.50, -2.51])
        self.assertEqual(self._ceiling(self.rule), [("2026", 0.0, 0.0)])
        self._close()
        self.assertEqual(self._balances(), {})
        self.assertEqual(self._open_items(self.employer), [])
        back = self.env["conciergerie.copay.use"]._given_back_whole(
            [("convention_id", "=", self.convention.id)]
        )
        self.assertEqual(len(back), 1, "one use is given back, once all of it is")

    def test_refund_of_one_of_two_lines(self):
        order = self._sell(self._line(self.mending), self._line(self.copies, 6.0))
        self.assertEqual(order.lines.mapped("copay_amount"), [10.0, 0.0])
        back = self._refund(order, (order.lines[1], 1))
        self.assertEqual(back.payment_ids.mapped("amount"), [-6.0])
        back = self._refund(order, (order.lines[0], 1))
        self.assertCountEqual(back.payment_ids.mapped("amount"), [-20.0, -10.0])
        self._close()
        self.assertEqual(self._balances(), {})

    def test_refund_of_two_payers(self):
        town = self._new_convention(
            self.town, payer_rank=20, rules=[{"share": 20.0}], convention_kind="commune"
        )
        self._entitle(town)
        order = self._sell(self._line(self.mending))
        self._close()
        self._open()
        back = self._refund(order)
        self.assertCountEqual(back.payment_ids.mapped("amount"), [-16.0, -10.0, -4.0])
        self._close(cash=0.0)
        self.assertEqual(self._balances(), {})
        self.assertEqual(self._open_items(self.town), [])

    def test_refund_without_the_share_is_refused(self):
        order = self._sell(self._line(self.mending))
        ticket = self._ticket(
            [self._line(self.mending, 30.0, -1, refunded=order.lines)],
            self.beneficiary,
        )
        with self.assertRaisesRegex(UserError, "10.*refund it at the till"):
            self._send(self._pay(ticket))

    def test_refund_sent_twice(self):
        order = self._sell(self._line(self.mending))
        ticket = self._ticket(
            [self._line(self.mending, 30.0, -1, refunded=order.lines)],
            self.beneficiary,
        )
        self._pay(ticket, *self._asked(ticket)["payments"])
        back = self._send(ticket)
        self.assertEqual(self._send(ticket), back)
        self.assertEqual(len(self._uses(back)), 1)
        self.assertEqual(self._ceiling(self.rule), [("2026", 0.0, 0.0)])


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestCopayTicketInvoice(CopayBooks):
    """An invoice of a ticket stays whole and paid; the payer's item is not touched."""

    restrict = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.restrict:
            cls.till.journal_id.restrict_mode_hash_table = True
            cls.till.invoice_journal_id.restrict_mode_hash_table = True

    def _check_invoice(self, invoice):
        self.assertEqual(invoice.amount_total, 30.0)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_invoice_in_the_session(self):
        order = self._sell(self._line(self.mending), to_invoice=True)
        invoice = order.account_move
        self._check_invoice(invoice)
        move = order.payment_ids.filtered("copay_partner_id").account_move_id
        code = self.employer.property_account_receivable_id.code[:6]
        self.assertEqual(
            self._entry(move),
            [
                (code, self.employer.name, 10.0, 0.0),
                (code, self.beneficiary.name, 0.0, 10.0),
            ],
        )
        self.assertTrue(move.is_neutral_transfer, "no collection")
        self.assertEqual(invoice.copay_use_ids, self._uses(order))
        self.assertEqual(
            self._uses(order).move_line_id,
            invoice.invoice_line_ids.filtered("product_id"),
        )
        self._close()
        self.assertEqual(self._balances(), self._owed(10.0))
        self._open()
        back = self._refund(order, to_invoice=True)
        self.assertEqual(back.account_move.move_type, "out_refund")
        self.assertEqual(back.account_move.amount_residual, 0.0)
        self._close(cash=0.0)
        self.assertEqual(self._balances(), {})
        self.assertEqual(self._open_items(self.employer), [])
        self.assertEqual(self._open_items(self.beneficiary), [])
        self.assertEqual(self._ceiling(self.rule), [("2026", 0.0, 0.0)])

    def test_late_invoice(self):
        order = self._sell(self._line(self.mending))
        entry = self._close()
        item = entry.line_ids.filtered("copay_pos_payment_id")
        invoice = self._invoice(order)
        self._check_invoice(invoice)
        self.assertEqual(item.amount_residual, 10.0, "the payer's item is not touched")
        self.assertEqual(len(self._uses(order)), 1, "not shared twice")
        self.assertEqual(self._balances(), self._owed(10.0))
        self.assertEqual(self._open_items(self.beneficiary), [])
        self._open()
        back = self._refund(order, to_invoice=True)
        self.assertEqual(back.account_move.reversed_entry_id, invoice)
        self._close(cash=0.0)
        self.assertEqual(self._balances(), {})
        self.assertEqual(self._open_items(self.employer), [])
        self.assertEqual(self._open_items(self.beneficiary), [])

    def test_late_invoice_of_what_the_customer_owes_too(self):
        account = self.env["pos.payment.method"].create(
            {
                "name": "Customer account",
                "split_transactions": True,
                "company_id": self.company.id,
            }
        )
        self._close()
        self.till.payment_method_ids += account
        self._open()
        order = self._sell(self._line(self.mending, 20.0), rest=account)
        self._close()
        self.assertEqual(self._open_items(self.beneficiary), [10.0])
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_residual, 10.0)
        self.assertEqual(self._open_items(self.employer), [10.0])

    def test_credit_note_by_the_accountant(self):
        order = self._sell(self._line(self.mending))
        self._close()
        invoice = self._invoice(order)
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        action = wizard.refund_moves()
        refund = self.env["account.move"].browse(action["res_id"])
        refund.with_user(self.accountant).action_post()
        use = refund.copay_use_ids
        self.assertEqual(
            (use.share_amount, use.refunded_use_id), (-10.0, self._uses(order))
        )
        self.assertEqual(self._ceiling(self.rule), [("2026", 0.0, 0.0)])
        self.assertEqual(self._open_items(self.employer), [])
        self.assertEqual(
            sum(self._open_items(self.beneficiary)), -20.0, "what she has paid herself"
        )
        self._open()
        ticket = self._ticket(
            [self._line(self.mending, 30.0, -1, refunded=order.lines)],
            self.beneficiary,
        )
        self.assertEqual(self._asked(ticket)["payments"], [], "not given back twice")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestCopayTicketInvoiceHashed(TestCopayTicketInvoice):
    """The same where entries are sealed when they are posted."""

    restrict = True
