from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .portal_common import ProviderPortalCase
from .settle_common import SettleCommon


class ChargeCommon(SettleCommon):
    """A request whose thing was damaged at the provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.laundry._third_party_account(cls.company)
        cls.task = cls._new_request(pieces=2)
        cls.task.action_send_to_provider()
        cls.task._report_problem("Burnt by the iron", "damaged")
        cls.task.sudo().write(
            {"compensation_by": "provider", "compensation_amount": 20.0}
        )
        cls.task_sudo = cls.task.sudo()

    def _charge(self, user=None, **values):
        wizard = (
            self.env["conciergerie.charge.wizard"]
            .with_user(user or self.manager)
            .with_company(self.company)
            .create({"task_id": self.task.id, **values})
        )
        wizard.action_confirm()
        return wizard.entry_id.sudo()

    def _sell(self, price=100.0, provider=None, service=None):
        invoice = self._new_invoice(
            [(service or self.ironing, provider or self.laundry, price)],
            date="2026-01-05",
        )
        self._pay(invoice, date="2026-01-06")
        return invoice

    def _settle_now(self):
        return self._settle(str(self._today()))

    def _page(self, statement):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_partners.report_statement", statement.ids
        )
        return html.decode()


@tagged("post_install", "-at_install")
class TestCharge(ChargeCommon):
    """A thing lost or damaged at the provider is charged on its statement."""

    def test_whole_entry(self):
        self.laundry.lang = "en_US"
        self._sell()
        entry = self._charge()
        self.assertEqual(
            (entry.kind, entry.charge_amount, entry.name, entry.task_id.id),
            ("charge", 20.0, "Burnt by the iron", self.task.id),
        )
        self.assertEqual(entry.agreement_id, self.agreement)
        self.assertEqual(self.task_sudo.provider_charge_amount, 20.0)
        self.assertEqual(self.laundry._third_party_balance(self.company), 100.0)
        statement = self._settle_now()
        account = self.company._get_charge_account()
        self.assertTrue(account.code.startswith("758"))
        self.assertEntry(
            statement.settlement_move_id,
            [
                (self.account.code, 100.0, 0.0),
                (self.receivable, 0.0, 15.0),
                (account.code, 0.0, 20.0),
                (self.payable, 0.0, 65.0),
            ],
        )
        self.assertFalse(statement.settlement_move_id.line_ids.tax_ids)
        self.assertEqual(statement.charge_amount, 20.0)
        self.assertEqual(statement.net_amount, 65.0)
        self.assertEqual(statement.payable_amount, 65.0)
        self.assertEqual(statement.commission_total, 15.0)
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)
        text = self._page(statement)
        for words in ("Losses and damage", "Burnt by the iron", self.task.reference):
            self.assertIn(words, text)
        self._payout(statement)
        self.assertEqual(statement.payment_state, "paid")
        self.assertEqual(self._balance(self.payable), 0.0)

    def test_charge_alone_is_carried(self):
        self._charge(self.accountant)
        balance = self.env["conciergerie.provider.balance"].search(
            [
                ("provider_id", "=", self.laundry.id),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(balance.charge_amount, 20.0)
        statement = self._settle_now()
        self.assertFalse(statement.commission_move_id)
        self.assertEntry(
            statement.settlement_move_id,
            [
                (self.company._get_charge_account().code, 0.0, 20.0),
                (self.payable, 20.0, 0.0),
            ],
        )
        self.assertEqual(statement.net_amount, -20.0)
        self.assertEqual(statement.payment_state, "carried")
        self._sell()
        again = self._settle_now()
        self.assertEqual((again.opening_balance, again.payable_amount), (-20.0, 65.0))

    def test_hold_period_is_for_sales(self):
        self.agreement.hold_days = 30
        self._charge()
        self.assertEqual(self._settle_now().charge_amount, 20.0)

    def test_own_name(self):
        """A provider without third-party money: deducted from its bill."""
        self._new_agreement(
            self.cobbler,
            terms=[self._mandate_term(mode="own_name")],
            billing_mandate_date="2026-01-01",
        )
        sole = self._new_service("Sole", 100.0, sellers=[(self.cobbler, 0.0, 2)])
        self._sell(100.0, self.cobbler, sole)
        self.env["conciergerie.due.entry"].with_user(self.manager)._charge(
            self.cobbler, self.company, 30.0, "Heel lost"
        )
        statement = self._settle_now()
        self.assertEqual(statement.purchase_amount, 85.0)
        self.assertEqual(statement.payable_amount, 55.0)
        self.assertEqual(statement.amount_open, 55.0)
        self.assertEqual(self._balance(self.payable, self.cobbler), -55.0)

    def test_taken_back_before_the_statement(self):
        self._sell()
        entry = self._charge()
        entry.with_user(self.manager).action_take_back()
        self.assertEqual(self.task_sudo.provider_charge_amount, 0.0)
        statement = self._settle_now()
        self.assertEqual((statement.charge_amount, statement.net_amount), (0.0, 85.0))
        self.assertEqual(
            sorted(statement.due_entry_ids.mapped("charge_amount")), [-20.0, 0.0, 20.0]
        )
        with self.assertRaisesRegex(UserError, "cannot be taken back"):
            entry.with_user(self.manager).action_take_back()

    def test_taken_back_after_the_statement(self):
        self._sell()
        entry = self._charge()
        first = self._settle_now()
        entry.with_user(self.accountant).action_take_back()
        second = self._settle_now()
        self.assertEntry(
            second.settlement_move_id,
            [
                (self.company._get_charge_account().code, 20.0, 0.0),
                (self.payable, 0.0, 20.0),
            ],
        )
        self.assertEqual(second.payable_amount, 20.0)
        self.assertEqual((first.charge_amount, first.net_amount), (20.0, 65.0))
        self.assertIn("Taken back: Burnt by the iron", self._page(second))

    def test_reversed_with_its_statement(self):
        self._sell()
        self._charge()
        first = self._settle_now()
        reversal = first._reverse()
        self.assertEqual(reversal.charge_amount, -20.0)
        self.assertEqual(reversal.net_amount, -65.0)
        again = self._settle_now()
        self.assertEqual(again.charge_amount, 20.0)
        self.assertEqual(again.net_amount, 65.0)
        self.assertEqual(self._balance(self.payable), -65.0)
        self.assertEqual(self.task_sudo.provider_charge_amount, 20.0, "not twice")

    def test_chosen_account(self):
        other = self.env["account.account"].search(
            [("code", "=like", "7587%"), ("company_ids", "in", self.company.id)],
            limit=1,
        )
        self.company.charge_account_id = other
        self._charge()
        accounts = self._settle_now().settlement_move_id.line_ids.account_id
        self.assertIn(other, accounts)

    def test_bad_input(self):
        with self.assertRaisesRegex(UserError, "above nought"):
            self._charge(amount=0.0)
        with self.assertRaisesRegex(UserError, "Write the reason"):
            self._charge(reason=" ")
        charge = self.env["conciergerie.due.entry"].with_user(self.manager)._charge
        with self.assertRaisesRegex(UserError, "has no agreement here"):
            charge(self.cobbler, self.company, 5.0, "Lost")
        wizard = (
            self.env["conciergerie.charge.wizard"]
            .with_user(self.manager)
            .create({"task_id": self.task.id})
        )
        wizard.action_confirm()
        with self.assertRaisesRegex(UserError, "charged already"):
            wizard.action_confirm()
        entry = wizard.entry_id.sudo()
        with self.assertRaisesRegex(UserError, "never changed"):
            entry.charge_amount = 1.0
        again = wizard.create({"task_id": self.task.id})
        self.assertEqual((again.already_amount, again.amount), (20.0, 0.0))

    def test_piece_and_log(self):
        piece = self.task_sudo.piece_ids[:1]
        entry = self._charge(piece_id=piece.id)
        self.assertIn(piece.label, entry.name)
        self.assertIn("Charged to", self.task_sudo.message_ids[:1].body)

    def test_agreement_cannot_end(self):
        self._charge()
        with self.assertRaisesRegex(UserError, "charged for losses and damage"):
            self.agreement.action_end()

    def test_rights(self):
        with self.assertRaises(AccessError):
            self._charge(self.counter)
        with self.assertRaisesRegex(AccessError, "A manager or an accountant"):
            self.task.with_user(self.counter).action_charge_provider()
        with self.assertRaisesRegex(AccessError, "A manager or an accountant"):
            self.env["conciergerie.due.entry"].with_user(self.counter)._charge(
                self.laundry, self.company, 5.0, "Lost"
            )
        entry = self._charge()
        with self.assertRaises(AccessError):
            entry.with_user(self.counter).action_take_back()
        with self.assertRaises(AccessError):
            entry.with_user(self.counter).read(["charge_amount"])
        action = self.task.with_user(self.manager).action_charge_provider()
        self.assertEqual(action["res_model"], "conciergerie.charge.wizard")


@tagged("post_install", "-at_install")
class TestChargePortal(ProviderPortalCase, ChargeCommon):
    """The provider reads what it is charged, why and for which request."""

    def test_statement_and_request(self):
        self._new_agreement(self.cobbler)
        self._sell()
        self._charge()
        self.agreement.bonus_band_ids = [Command.create({"rate": 2.0})]
        statement = self._settle_now()
        self._login(self.laundry_user)
        text = self.url_open(f"/my/statements/{statement.id}").text
        for words in (
            "Losses and damage",
            "Burnt by the iron",
            self.task.reference,
            "Rebate on our commission",
            "67.00",
        ):
            self.assertIn(words, text)
        self.assertNotIn("Camille", text)
        page = f"/my/provider/requests/{self.task.id}"
        self.assertIn("Charged to you", self.url_open(page).text)
        entry = statement.due_entry_ids.filtered(lambda e: e.kind == "charge")
        url = f"/my/statements/{statement.id}/dispute/{entry.id}"
        self._post(url, text="It was burnt before")
        self.assertEqual(statement.dispute_ids.entry_id, entry)
        self.assertEqual(statement.dispute_ids.reference, self.task.reference)
