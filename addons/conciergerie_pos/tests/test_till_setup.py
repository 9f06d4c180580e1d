from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestTillSetup(TillCommon):
    def test_set_up_in_one_step(self):
        """A manager sets a till up, and it opens."""
        site = self.site_2.with_user(self.manager).with_company(self.company)
        action = site.action_set_up_till()
        self.assertEqual(action["res_model"], "conciergerie.till.wizard")
        form = Form(site.env[action["res_model"]].with_context(**action["context"]))
        form.opening_float = 50.0
        wizard = form.save()
        self.assertEqual(wizard.name, "Round of the hills")
        self.assertEqual(wizard.bank_journal_id.type, "bank")
        action = wizard.action_create_till()
        till = self.env["pos.config"].search(action["domain"])
        self.assertEqual(till.name, "Round of the hills")
        self.assertEqual(till.opening_float, 50.0)
        self.assertTrue(till.cash_control)
        kinds = till.payment_method_ids.mapped("remittance")
        self.assertLessEqual({"cheque", "cesu", "voucher"}, set(kinds))
        # Its own cash, the company's other ways of paying.
        self.assertNotEqual(
            till.payment_method_ids.filtered("is_cash_count"), self.cash
        )
        self.assertLessEqual(
            self.cheque | self.card | self.cesu | self.voucher, till.payment_method_ids
        )
        self.assertEqual(till.down_payment_product_id.name, "Down Payment (POS)")
        self.site_2.user_ids = self.manager
        self.assertTrue(till.with_user(self.manager).open_ui())

    def test_accounts(self):
        """What is remitted later waits on 511, each kind apart."""
        accounts = {m.remittance: m.outstanding_account_id for m in self.cheque}
        accounts |= {"cesu": self.cesu.outstanding_account_id}
        accounts |= {"voucher": self.voucher.outstanding_account_id}
        codes = {
            kind: account.with_company(self.company).code
            for kind, account in accounts.items()
        }
        self.assertEqual(
            codes, {"cheque": "511200", "cesu": "511810", "voucher": "511820"}
        )
        self.assertTrue(all(account.reconcile for account in accounts.values()))
        self.assertEqual(self.cash.journal_id.default_account_id.code[:2], "53")
        self.assertEqual(
            self.till.down_payment_product_id.with_company(
                self.company
            ).property_account_income_id.code,
            "419100",
        )
        lines = self.bank.inbound_payment_method_line_ids
        lines |= self.bank.outbound_payment_method_line_ids
        self.assertTrue(all(line.payment_account_id for line in lines))

    def _balances(self, moves):
        """Return what whole entries come to, by the beginning of their accounts."""
        moves = moves.sudo()
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        groups = moves.line_ids.grouped(lambda line: line.account_id.code[:3])
        return {code: sum(lines.mapped("balance")) for code, lines in groups.items()}

    def test_what_a_count_lacks_or_has_too_much(self):
        """On 658 and 758, of the drawer and of cheques alike."""
        cash = self.cash.journal_id.default_account_id.code[:3]
        waiting = self.company.account_default_pos_receivable_account_id.code[:3]
        for sign, account in ((-1, "658"), (1, "758")):
            session = self._open()
            expected = session.cash_register_balance_end
            self._sell(session, [(self.copies, 2, 6.0)], [(self.cheque, 12.0)])
            self._close(
                session,
                counted=expected + sign * 2.0,
                diffs=[(self.cheque.id, sign * 3.0)],
            )
            session_sudo = session.sudo()
            self.assertEqual(
                self._balances(session_sudo.statement_line_ids.move_id),
                {cash: sign * 2.0, account: sign * -2.0},
            )
            self.assertEqual(
                self._balances(session_sudo.bank_payment_ids.move_id),
                {waiting: -12.0, "511": 12.0 + sign * 3.0, account: sign * -3.0},
            )

    def test_the_accountant_s_account_of_differences_stays(self):
        """What is no account of core's was chosen by somebody."""
        chosen = self.env["account.account"].create(
            {"name": "Drawers", "code": "658900", "account_type": "expense"}
        )
        self.company.default_cash_difference_expense_account_id = chosen
        self.bank.profit_account_id = self.env["account.account"].create(
            {"name": "Gains", "code": "758900", "account_type": "income_other"}
        )
        site = self.site_2.with_user(self.manager).with_company(self.company)
        till = site._create_till("Second", self.bank)
        journal = till.sudo().payment_method_ids.filtered("is_cash_count").journal_id
        self.assertEqual(journal.loss_account_id, chosen)
        self.assertEqual(journal.profit_account_id.code, "758000")
        self.assertEqual(self.bank.profit_account_id.code, "758900")
        self.assertEqual(self.bank.loss_account_id.code, "658000")

    def test_tills_that_exist_leave_core_s_accounts(self):
        """The accountant moves them at once; what somebody chose stays."""
        chart = self.env["account.chart.template"].with_company(self.company)
        journal = self.cash.journal_id
        (journal | self.bank).write(
            {
                f"{side}_account_id": chart.ref(
                    f"default_cash_difference_{kind}_account_id"
                ).id
                for side, kind in (("loss", "expense"), ("profit", "income"))
            }
        )
        self.bank.profit_account_id = self.env["account.account"].create(
            {"name": "Gains", "code": "758900", "account_type": "income_other"}
        )
        self.env.invalidate_all()
        journals = journal.with_user(self.accountant).with_company(self.company)
        with self.assertRaises(AccessError):
            journals.with_user(self.counter).action_book_differences()
        self.assertTrue(journals.has_core_difference)
        journals.browse().action_book_differences()
        for till_journal in journal | self.bank:
            self.assertEqual(till_journal.loss_account_id.code, "658000")
        self.assertEqual(journal.profit_account_id.code, "758000")
        self.assertEqual(self.bank.profit_account_id.code, "758900")
        with self.assertRaisesRegex(UserError, "Nothing to change"):
            journals.action_book_differences()

    def test_coins_and_notes_of_the_euro(self):
        bills = self.env["pos.bill"]._load_pos_data_search_read({}, self.till)
        values = sorted(round(bill["value"], 2) for bill in bills)
        self.assertEqual(len(values), 15)
        self.assertEqual((values[0], values[-1]), (0.01, 500.0))
        self.assertNotIn(0.25, values)

    def test_first_float_is_proposed(self):
        self.till.open_ui()
        session = self.till.current_session_id
        self.assertEqual(session.cash_register_balance_start, 100.0)
        session.set_opening_control(98.0, "2 euros short")
        self.assertEqual(session.cash_register_balance_start, 98.0)
        self._close(session, counted=70.0)
        later = self._open()
        self.assertEqual(later.state, "opened")

    def test_counter_sets_up_nothing(self):
        with self.assertRaises(AccessError):
            self.site.with_user(self.counter)._create_till("Other", self.bank)
        with self.assertRaises(AccessError):
            self.env["conciergerie.till.wizard"].with_user(self.counter).create(
                {"site_id": self.site.id}
            )

    def test_open_from_the_home_screen(self):
        action = self.site.with_user(self.counter).action_open_till()
        self.assertIn(f"/pos/ui/{self.till.id}", action["url"])
        with self.assertRaises(UserError):
            self.site_2.with_user(self.counter).action_open_till()
