from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
class TestInstalment(BooksCommon):
    """The schedule of the money, and the bank that brings it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.subsidy_payment_days = 30
        cls.bank = cls.company_data["default_journal_bank"]

    def _schedule(self, dossier):
        return [
            (line.kind, line.amount, line.expected_date)
            for line in dossier.instalment_ids.sorted("expected_date")
        ]

    def _wizard(self, instalment):
        return Form(
            self.env["conciergerie.instalment.match.wizard"]
            .with_user(self.accountant)
            .with_company(self.company)
            .with_context(default_instalment_id=instalment.id)
        )

    def _bank_line(self, amount, **values):
        return (
            self.env["account.bank.statement.line"]
            .sudo()
            .create(
                {
                    "journal_id": self.bank.id,
                    "date": date(2026, 11, 20),
                    "payment_ref": "VIR REGION SUBV",
                    "amount": amount,
                    **values,
                }
            )
        )

    def test_award_makes_the_schedule(self):
        """Advance of 30 %, at most 80 % before the balance, from the terms kept."""
        dossier = self._new_dossier(24064.0, advance_rate=30.0, cap_before_balance=80.0)
        self.assertEqual(
            self._schedule(dossier),
            [
                ("advance", 7219.2, date(2026, 10, 1)),
                ("interim", 12032.0, date(2027, 5, 1)),
                ("balance", 4812.8, date(2027, 10, 30)),
            ],
        )
        self.assertEqual(dossier.to_come_amount, 24064.0)

    def test_balance_alone_without_terms(self):
        dossier = self._new_dossier(1000.0)
        self.assertEqual(
            self._schedule(dossier), [("balance", 1000.0, date(2027, 10, 30))]
        )

    def test_amendment_keeps_what_came(self):
        dossier = self._new_dossier(50000.0, advance_rate=30.0, cap_before_balance=80.0)
        advance = dossier.instalment_ids.filtered(lambda i: i.kind == "advance")
        self._receive_now(advance, 15000.0)
        self._award(dossier, 42000.0, date(2026, 11, 5), "amendment")
        self.assertEqual(
            [(kind, amount) for kind, amount, _date in self._schedule(dossier)],
            [("advance", 15000.0), ("interim", 18600.0), ("balance", 8400.0)],
        )

    def test_dates_of_the_manager_stay(self):
        dossier = self._new_dossier(1000.0)
        dossier.instalment_ids.with_user(self.manager).expected_date = date(2028, 1, 5)
        self._award(dossier, 800.0, date(2026, 11, 5), "amendment")
        self.assertEqual(
            self._schedule(dossier), [("balance", 800.0, date(2028, 1, 5))]
        )

    def test_own_split_stays(self):
        """FONJEP pays by quarter: who splits the balance keeps her four lines."""
        dossier = self._new_dossier(7164.0)
        lines = dossier.instalment_ids.with_user(self.manager)
        lines.amount = 1791.0
        lines.create(
            [
                {
                    "dossier_id": dossier.id,
                    "kind": "interim",
                    "amount": 1791.0,
                    "expected_date": date(2027, month, 1),
                }
                for month in (1, 4, 7)
            ]
        )
        dossier.action_propose_schedule()
        self.assertEqual(dossier.instalment_ids.mapped("amount"), [1791.0] * 4)

    def test_above_the_award(self):
        dossier = self._new_dossier(1000.0)
        with self.assertRaisesRegex(ValidationError, "more than the 1.000.00"):
            dossier.instalment_ids.amount = 1000.01

    def test_schedule_without_award(self):
        with self.assertRaisesRegex(UserError, "has no award yet"):
            self._new_dossier().action_propose_schedule()

    @freeze_time("2027-11-15")
    def test_late(self):
        dossier = self._new_dossier(1000.0)
        instalment = dossier.instalment_ids
        self.assertTrue(instalment.is_late)
        found = instalment.search([("is_late", "=", True)])
        self.assertIn(instalment, found)
        self.assertNotIn(instalment, instalment.search([("is_late", "=", False)]))

    def _receive_now(self, instalment, amount):
        wizard = self._wizard(instalment)
        wizard.mode = "record"
        wizard.amount = amount
        wizard.journal_id = self.bank
        wizard.date = date(2026, 11, 20)
        wizard.save().action_match()

    def test_recorded_from_the_bank(self):
        """Dr 512 / Cr 441, matched with the receivable."""
        dossier = self._new_dossier(12000.0)
        entry = self._post(dossier, "receivable")
        instalment = dossier.instalment_ids
        self._receive_now(instalment, 12000.0)
        self.assertEqual(instalment.state, "received")
        self.assertEqual(instalment.received_date, date(2026, 11, 20))
        self.assertEqual(instalment.open_amount, 0.0)
        self.assertEqual((dossier.received_amount, dossier.to_come_amount), (12000, 0))
        item = instalment.receipt_ids.move_line_id
        self.assertEqual(
            [
                (line.account_id == self.bank.default_account_id, line.balance)
                for line in item.move_id.line_ids.sorted(lambda line: -line.balance)
            ],
            [(True, 12000.0), (False, -12000.0)],
        )
        self.assertTrue(item.reconciled)
        self.assertEqual(self._balance("441"), 0.0)
        self.assertEqual(
            entry.move_id.line_ids.filtered("debit").full_reconcile_id,
            item.full_reconcile_id,
        )

    def test_unexplained_line_of_the_bank(self):
        """A line that came with the bank's statement is found and explained."""
        dossier = self._new_dossier(12000.0)
        self._post(dossier, "receivable")
        statement_line = self._bank_line(12000.0)
        self._bank_line(35.0)
        instalment = dossier.instalment_ids
        wizard = self._wizard(instalment)
        self.assertEqual(wizard.mode, "existing")
        self.assertEqual(wizard.move_line_id.move_id, statement_line.move_id)
        self.assertEqual(wizard.amount, 12000.0)
        wizard.save().action_match()
        self.assertEqual(instalment.state, "received")
        self.assertTrue(statement_line.is_reconciled)
        self.assertEqual(self._balance("441"), 0.0)

    def test_money_before_the_receivable(self):
        """An advance that comes before the award is booked is matched then."""
        dossier = self._new_dossier(12000.0)
        self._receive_now(dossier.instalment_ids, 12000.0)
        item = dossier.instalment_ids.receipt_ids.move_line_id
        self.assertFalse(item.reconciled)
        self._post(dossier, "receivable")
        self.assertTrue(item.reconciled)

    def test_in_two_parts(self):
        dossier = self._new_dossier(12000.0)
        self._post(dossier, "receivable")
        instalment = dossier.instalment_ids
        self._receive_now(instalment, 5000.0)
        self.assertEqual((instalment.state, instalment.open_amount), ("partial", 7000))
        self._receive_now(instalment, 7000.0)
        self.assertEqual(instalment.state, "received")
        self.assertEqual(self._balance("441"), 0.0)

    def test_recorded_twice(self):
        """Two tabs record one transfer: the second one's is refused, no entry left."""
        instalment = self._new_dossier(12000.0).instalment_ids
        self._receive_now(instalment, 12000.0)
        with self.assertRaisesRegex(UserError, "received already"):
            self._receive_now(instalment, 12000.0)

    def test_money_the_other_way(self):
        instalment = self._new_dossier(12000.0).instalment_ids
        with self.assertRaisesRegex(UserError, "go the other way"):
            self._receive_now(instalment, -12000.0)

    def test_one_transfer_for_two_dossiers(self):
        """Each euro of a transfer pays one instalment only."""
        first = self._new_dossier(3000.0)
        second = self._new_dossier(2000.0, name="Round of the hills")
        for dossier in first | second:
            self._post(dossier, "receivable")
        self._bank_line(5000.0)
        wizard = self._wizard(first.instalment_ids)
        wizard.move_line_id = wizard.candidate_ids[:][0]
        self.assertEqual(wizard.amount, 3000.0)
        wizard.save().action_match()
        item = first.instalment_ids.receipt_ids.move_line_id
        with self.assertRaisesRegex(UserError, "2.000.00.* of it is left"):
            second.instalment_ids.with_user(self.accountant)._receive(item, 2000.01)
        self.assertEqual(item.amount_residual, -2000.0, "the first took its part")
        second.instalment_ids.with_user(self.accountant)._receive(item, 2000.0)
        self.assertEqual(second.instalment_ids.state, "received")
        self.assertTrue(item.full_reconcile_id)
        self.assertEqual(self._balance("441"), 0.0)
        self.assertFalse(
            self._wizard(self._new_dossier(1.0).instalment_ids).candidate_ids[:]
        )
        with self.assertRaisesRegex(ValidationError, "would be put on"):
            self.env["conciergerie.instalment.receipt"].create(
                {
                    "instalment_id": self._new_dossier(9.0).instalment_ids.id,
                    "move_line_id": item.id,
                    "amount": 1.0,
                }
            )

    def test_parts_of_a_transfer(self):
        """Neither dossier takes the other's part of what it still waits for."""
        dossiers = self._new_dossier(3000.0), self._new_dossier(2000.0, name="Round")
        debits = [
            self._post(dossier, "receivable").move_id.line_ids.filtered("debit")
            for dossier in dossiers
        ]
        self._bank_line(1000.0)
        wizard = self._wizard(dossiers[0].instalment_ids)
        wizard.move_line_id = wizard.candidate_ids[:][0]
        wizard.amount = 600.0
        wizard.save().action_match()
        receipt = dossiers[0].instalment_ids.receipt_ids
        item = receipt.move_line_id
        self.assertEqual(debits[0].amount_residual, 2400.0)
        self.assertEqual(item.amount_residual, -400.0)
        dossiers[1].instalment_ids.with_user(self.accountant)._receive(item, 400.0)
        self.assertEqual([d.amount_residual for d in debits], [2400.0, 1600.0])
        self.assertTrue(item.reconciled)
        # What is posted later changes nothing of it; what is taken out is open again.
        for dossier in dossiers:
            dossier.with_user(self.accountant)._reconcile_receipts()
        self.assertEqual([d.amount_residual for d in debits], [2400.0, 1600.0])
        receipt.with_user(self.accountant).action_remove()
        self.assertEqual([d.amount_residual for d in debits], [3000.0, 1600.0])
        self.assertEqual(item.amount_residual, -600.0)

    def test_parts_before_the_receivable(self):
        """Shared money that came first is matched in parts when aid is booked."""
        dossiers = self._new_dossier(3000.0), self._new_dossier(2000.0, name="Round")
        self._bank_line(1000.0)
        wizard = self._wizard(dossiers[0].instalment_ids)
        wizard.move_line_id = wizard.candidate_ids[:][0]
        wizard.amount = 600.0
        wizard.save().action_match()
        item = dossiers[0].instalment_ids.receipt_ids.move_line_id
        dossiers[1].instalment_ids.with_user(self.accountant)._receive(item, 400.0)
        self.assertEqual(item.amount_residual, -1000.0)
        for dossier, left in zip(dossiers, (2400.0, 1600.0), strict=True):
            entry = self._post(dossier, "receivable")
            debit = entry.move_id.line_ids.filtered("debit")
            self.assertEqual(debit.amount_residual, left)
        self.assertTrue(item.reconciled)

    def test_transfer_deleted(self):
        """The bank's line goes: the money is to come again."""
        dossier = self._new_dossier(1000.0)
        instalment = dossier.instalment_ids
        self._receive_now(instalment, 1000.0)
        move = instalment.receipt_ids.move_line_id.move_id
        move.sudo().button_draft()
        self.assertEqual((instalment.state, instalment.open_amount), ("expected", 1000))
        move.sudo().statement_line_id.unlink()
        instalment.invalidate_recordset()
        self.assertFalse(instalment.receipt_ids)

    def test_taken_out(self):
        dossier = self._new_dossier(1000.0)
        entry = self._post(dossier, "receivable")
        instalment = dossier.instalment_ids.with_user(self.accountant)
        self._receive_now(instalment, 1000.0)
        with self.assertRaisesRegex(UserError, "Money was received"):
            instalment.unlink()
        instalment.receipt_ids.action_remove()
        self.assertEqual(instalment.state, "expected")
        self.assertFalse(entry.move_id.line_ids.filtered("debit").reconciled)

    def test_nothing_chosen(self):
        dossier = self._new_dossier(1000.0)
        wizard = self.env["conciergerie.instalment.match.wizard"].create(
            {"instalment_id": dossier.instalment_ids.id, "mode": "existing"}
        )
        with self.assertRaisesRegex(UserError, "Choose which money"):
            wizard.action_match()

    def test_manager_plans_and_does_not_receive(self):
        dossier = self._new_dossier(1000.0)
        instalment = dossier.instalment_ids.with_user(self.manager)
        instalment.note = "The region says in spring"
        with mute_logger("odoo.addons.base.models.ir_model"):
            with self.assertRaises(AccessError):
                self.env["conciergerie.instalment.match.wizard"].with_user(
                    self.manager
                ).create({"instalment_id": instalment.id})
            with self.assertRaises(AccessError):
                self.env["conciergerie.instalment.receipt"].with_user(
                    self.manager
                ).create(
                    {
                        "instalment_id": instalment.id,
                        "move_line_id": 1,
                        "amount": 1.0,
                    }
                )

    def test_cash_forecast(self):
        """By month, what is still to come."""
        dossier = self._new_dossier(24064.0, advance_rate=30.0, cap_before_balance=80.0)
        advance = dossier.instalment_ids.filtered(lambda i: i.kind == "advance")
        self._receive_now(advance, 7219.2)
        groups = self.env["conciergerie.instalment"].formatted_read_group(
            [("dossier_id", "=", dossier.id)],
            ["expected_date:month"],
            ["open_amount:sum"],
        )
        self.assertEqual(
            [group["open_amount:sum"] for group in groups], [0.0, 12032.0, 4812.8]
        )
