from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestDepositSlip(TillCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls._open()
        cls.order = cls._sell(
            cls.session,
            [(cls.copies_30, 1, 30.0)],
            [
                (
                    cls.cheque,
                    30.0,
                    {
                        "payment_ref_no": "0012345",
                        "payment_method_issuer_bank": "Banque du Val",
                    },
                )
            ],
            partner=cls.beneficiary,
        )
        cls._sell(cls.session, [(cls.copies, 2, 6.0)], [(cls.cheque, 12.0)])
        cls._sell(cls.session, [(cls.copies, 1, 6.0)], [(cls.cesu, 6.0)])

    @classmethod
    def _slip(cls, user=None, **values):
        return (
            cls.env["conciergerie.deposit.slip"]
            .with_user(user or cls.counter)
            .with_company(cls.company)
            .create({"site_id": cls.site.id, **values})
        )

    def test_cheques_of_a_closed_session(self):
        """The counter prepares and deposits; the entry goes from 5112 to the bank."""
        self.assertFalse(self._slip().line_ids, "the drawer is not counted yet")
        self._close(self.session)
        self.assertEqual(
            {p.amount for p in self.session.sudo().bank_payment_ids}, {42.0, 6.0}
        )
        slip = self._slip()
        self.assertEqual(slip.amount_total, 42.0)
        self.assertEqual(slip.line_count, 2)
        line = slip.line_ids.filtered(lambda ln: ln.amount == 30)
        self.assertEqual(
            (line.number, line.bank, line.drawer),
            ("0012345", "Banque du Val", "Camille Morel"),
        )
        slip.action_deposit()
        self.assertEqual(slip.state, "deposited")
        self.assertRegex(slip.name, r"^BR-\d{4}-\d{4}$")
        bank = self.bank.default_account_id.code
        self.assertEntry(slip.sudo().move_id, [(bank, 42, 0), ("511200", 0, 42)])
        waiting = self.env["account.move.line"].search(
            [("account_id.code", "=", "511200"), ("company_id", "=", self.company.id)]
        )
        self.assertTrue(all(line.reconciled for line in waiting))
        self.assertFalse(self._slip().line_ids, "nothing waits any more")

    def test_a_new_slip_shows_what_waits(self):
        """Before it is saved; what is taken out then waits for the next slip."""
        self._close(self.session)
        slips = self.env["conciergerie.deposit.slip"].with_user(self.counter)
        form = Form(slips.with_company(self.company))
        self.assertEqual(form.site_id, self.site)
        self.assertEqual((len(form.line_ids), form.amount_total), (2, 42.0))
        form.kind = "cesu"
        self.assertEqual((len(form.line_ids), form.amount_total), (1, 6.0))
        form.kind = "cheque"
        form.line_ids.remove(0)
        with form.line_ids.edit(0) as line:
            line.number = "42"
        slip = form.save()
        self.assertEqual(slip.line_ids.mapped("number"), ["42"])
        self.assertEqual(len(slip.line_ids.sudo().payment_id), 1)
        self.assertEqual(slip.amount_total, slip.line_ids.sudo().payment_id.amount)
        later = Form(slips.with_company(self.company))
        self.assertEqual(later.amount_total, 42.0 - slip.amount_total)
        later.line_ids.remove(0)
        self.assertFalse(later.save().line_ids, "all of it was taken out")

    def test_an_empty_slip_says_where_the_rest_is(self):
        """Who left a slip half made finds it again."""
        self._close(self.session)
        slips = self.env["conciergerie.deposit.slip"].with_user(self.counter)
        first = Form(slips.with_company(self.company)).save()
        later = Form(slips.with_company(self.company))
        self.assertFalse(len(later.line_ids))
        self.assertEqual(later.draft_elsewhere, first.amount_total)
        later.kind = "cesu"
        self.assertTrue(len(later.line_ids))
        self.assertFalse(later.draft_elsewhere)
        first.action_deposit()
        self.assertFalse(Form(slips.with_company(self.company)).draft_elsewhere)

    def test_a_new_slip_shows_nothing_of_others(self):
        """Amounts of another site, or of another company, are not proposed."""
        self._close(self.session)
        slips = self.env["conciergerie.deposit.slip"].with_user(self.counter)
        slips = slips.with_company(self.company)
        self.counter.conciergerie_site_ids = self.site_2
        for site in (self.site, self.env["conciergerie.site"]):
            slip = slips.new({"site_id": site.id})
            slip._onchange_propose_waiting()
            self.assertFalse(slip.line_ids)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write({"company_ids": other.ids, "company_id": other.id})
        slip = slips.with_user(self.manager).with_context(allowed_company_ids=other.ids)
        slip = slip.new({"company_id": self.company.id, "site_id": False})
        slip._onchange_propose_waiting()
        self.assertFalse(slip.line_ids)

    def test_part_is_left_for_the_next_slip(self):
        self._close(self.session)
        slip = self._slip()
        slip.line_ids.filtered(lambda ln: ln.amount == 12).unlink()
        slip.action_deposit()
        self.assertEqual(slip.amount_total, 30.0)
        later = self._slip()
        self.assertEqual(later.amount_total, 12.0)
        later.action_deposit()
        open_items = self.env["account.move.line"].search(
            [
                ("account_id.code", "=", "511200"),
                ("company_id", "=", self.company.id),
                ("reconciled", "=", False),
            ]
        )
        self.assertFalse(open_items)

    def test_cancel_reverses_and_frees(self):
        self._close(self.session)
        slip = self._slip()
        slip.action_deposit()
        with self.assertRaises(AccessError):
            slip.action_cancel()
        slip.with_user(self.accountant).action_cancel()
        self.assertEqual(slip.state, "cancelled")
        bank = self.bank.default_account_id.code
        self.assertEntry(
            slip.sudo().reversal_move_id, [(bank, 0, 42), ("511200", 42, 0)]
        )
        self.assertEqual(slip.amount_total, 42.0, "what was on it stays to be read")
        again = self._slip()
        self.assertEqual(again.amount_total, 42.0)
        again.action_deposit()
        self.assertEntry(again.sudo().move_id, [(bank, 42, 0), ("511200", 0, 42)])
        with self.assertRaises(UserError):
            slip.with_user(self.accountant).action_cancel()

    def test_vouchers_wait_apart(self):
        self._close(self.session)
        slip = self._slip(kind="cesu")
        self.assertEqual(slip.amount_total, 6.0)
        slip.action_deposit()
        bank = self.bank.default_account_id.code
        self.assertEntry(slip.sudo().move_id, [(bank, 6, 0), ("511810", 0, 6)])

    def test_transit_account(self):
        """Where bank statements are imported, the slip stops on a transit account."""
        self.company.deposit_slip_account_id = self.company.transfer_account_id
        self._close(self.session)
        slip = self._slip()
        slip.action_deposit()
        transit = self.company.transfer_account_id.code
        self.assertEntry(slip.sudo().move_id, [(transit, 42, 0), ("511200", 0, 42)])

    def test_a_cheque_is_on_one_slip(self):
        self._close(self.session)
        slip = self._slip()
        self.assertFalse(self._slip().line_ids)
        vals = slip.line_ids[0].sudo().payment_id._prepare_deposit_line_vals()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["conciergerie.deposit.slip.line"].create(vals)

    def test_nothing_to_deposit(self):
        with self.assertRaisesRegex(UserError, "Nothing is on this slip"):
            self._slip().action_deposit()
        self._close(self.session)
        slip = self._slip()
        slip.action_deposit()
        with self.assertRaisesRegex(UserError, "deposited already"):
            slip.action_deposit()

    def test_a_deposited_slip_does_not_change(self):
        self._close(self.session)
        slip = self._slip()
        for vals in ({"state": "deposited"}, {"move_id": 1}, {"name": "BR-1"}):
            with self.assertRaises(UserError):
                slip.write(vals)
        with self.assertRaises(UserError):
            slip.line_ids[0].write({"amount": 1.0})
        slip.line_ids[0].number = "77"
        slip.action_deposit()
        slip.note = "Envelope 12"
        for act in (
            lambda: slip.write({"date": "2026-01-01"}),
            lambda: slip.line_ids[0].write({"number": "78"}),
            lambda: slip.line_ids[0].unlink(),
            slip.unlink,
        ):
            with self.assertRaises(UserError):
                act()

    def test_other_sites(self):
        """A counter user deposits what waits at her sites, and reads no other slip."""
        self._close(self.session)
        with self.assertRaises(AccessError):
            self._slip(site_id=self.site_2.id)
        with self.assertRaises(AccessError):
            self._slip(site_id=False)
        whole = self._slip(self.accountant, site_id=False)
        self.assertEqual(whole.amount_total, 42.0)
        self.assertFalse(
            self.env["conciergerie.deposit.slip"]
            .with_user(self.counter)
            .search([("id", "=", whole.id)])
        )

    def test_integrity_stays_clean(self):
        self._close(self.session)
        self._slip().action_deposit()
        self.env.flush_all()
        self.env.invalidate_all()
        with mute_logger("odoo.tools.translate"):
            report = self.company._check_pos_hash_integrity()
        self.assertEqual(report["corrupted_orders"], "None")

    def test_printed(self):
        self._close(self.session)
        slip = self._slip()
        slip.action_deposit()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_pos.action_report_deposit_slip", slip.ids
        )[0]
        for word in ("0012345", "Banque du Val", "Camille Morel", slip.name):
            self.assertTrue(word in html.decode(), word)


@tagged("post_install", "-at_install")
class TestCashOut(TillCommon):
    def _move(self, session, way, amount, reason="", **extras):
        session.try_cash_in_out(
            way,
            amount,
            reason,
            False,
            {"formattedAmount": "", "translatedType": way, **extras},
        )

    def test_cash_taken_to_the_bank(self):
        """Cash out waits on 58 until a slip takes it to the bank."""
        session = self._open()
        self._sell(session, [(self.copies_30, 5, 30.0)], [(self.cash, 150.0)])
        self._move(session, "out", 150.0, "Bank on Tuesday", purpose="bank")
        line = session.sudo().statement_line_ids
        cash = self.cash.journal_id.default_account_id.code
        transit = self.company.transfer_account_id.code
        self.assertEntry(line.move_id, [(cash, 0, 150), (transit, 150, 0)])
        self.assertIn("Bank on Tuesday", line.payment_ref)
        # As the next request sees it, of somebody who reads no entries.
        self.env.invalidate_all()
        self.assertEqual(session.cash_register_balance_end, 100.0)
        self._close(session)
        self.assertEqual(session.cash_register_difference, 0.0)
        self.assertEqual(len(session.sudo().statement_line_ids), 2, "no difference")
        slip = (
            self.env["conciergerie.deposit.slip"]
            .with_user(self.counter)
            .with_company(self.company)
            .create({"kind": "cash", "site_id": self.site.id})
        )
        self.assertEqual(slip.amount_total, 150.0)
        slip.action_deposit()
        bank = self.bank.default_account_id.code
        self.assertEntry(slip.sudo().move_id, [(bank, 150, 0), (transit, 0, 150)])
        items = self.env["account.move.line"].search(
            [("account_id.code", "=", transit), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(sum(items.mapped("balance")), 0)
        self.assertTrue(all(item.reconciled for item in items))

    def test_another_reason_waits_for_the_accountant(self):
        session = self._open()
        self._move(session, "out", 4.0, "Stamps", purpose="other")
        line = session.sudo().statement_line_ids
        self.assertEqual(
            line.move_id.line_ids.account_id - self.cash.journal_id.default_account_id,
            self.cash.journal_id.suspense_account_id,
        )
        self.assertFalse(line.cash_purpose)

    def test_reason_amount_and_people(self):
        session = self._open()
        with self.assertRaisesRegex(UserError, "reason"):
            self._move(session, "out", 4.0, "  ")
        with self.assertRaisesRegex(UserError, "above zero"):
            self._move(session, "out", -4.0, "Stamps")
        other = self._new_user("counter", login="other_counter")
        self.site_2.user_ids = other
        with self.assertRaises(AccessError):
            self._move(session.with_user(other), "out", 4.0, "Stamps")
        self._close(session)
        with self.assertRaisesRegex(UserError, "closed"):
            self._move(session, "out", 4.0, "Stamps")

    def test_a_card_refund_leaves_both_accounts_straight(self):
        """A session that only gives back."""
        session = self._open()
        self._sell(session, [(self.copies, -1, 6.0)], [(self.card, -6.0)])
        self._close(session)
        payment = session.sudo().bank_payment_ids
        receivable = self.company.account_default_pos_receivable_account_id.code
        self.assertEntry(
            payment.move_id,
            [
                (self.card.outstanding_account_id.code, 0, 6),
                (receivable, 6, 0),
            ],
        )
        self.assertEqual(fields.Date.context_today(session), payment.date)

    def test_a_cheque_is_given_back_whole_or_not(self):
        """Out of the drawer only: in part or deposited, the money goes another way."""
        session = self._open()
        sold = self._sell(session, [(self.copies, 2, 6.0)], [(self.cheque, 12.0)])

        def refund(quantity, method):
            origin = {"refunded_orderline_id": sold.lines.id}
            return self._sell(
                session,
                [(self.copies, -quantity, 6.0, origin)],
                [(method, -6.0 * quantity)],
            )

        with (
            self.assertRaisesRegex(UserError, "cannot be given back in part"),
            self.env.cr.savepoint(),
        ):
            refund(1, self.cheque)
        self.env.invalidate_all()
        self.assertFalse(sold.lines.refund_orderline_ids)
        refund(2, self.cheque)
        self._close(session)
        waiting = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.cheque.outstanding_account_id.id),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(sum(waiting.mapped("balance")), 0.0)
