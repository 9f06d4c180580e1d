import base64
import io

import xlsxwriter
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .settle_common import SettleCommon

HEADINGS = "Référence;SIRET;N° TVA;Prestataire;Date;Montant détenu;Commission;Libellé\n"


@tagged("post_install", "-at_install")
class TestOpening(SettleCommon):
    """Money held before our books began is taken over, after a dry run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._new_agreement(cls.cobbler)
        cls.laundry.ref = "L-1"
        cls.cobbler.company_registry = "12345678200010"
        cls.suspense = cls.env["account.account"].search(
            [("code", "=like", "471%"), ("company_ids", "in", cls.company.id)], limit=1
        )

    def _wizard(self, content, user=None, **values):
        if isinstance(content, str):
            content = (HEADINGS + content).encode()
        return (
            self.env["conciergerie.opening.import"]
            .with_user(user or self.accountant)
            .with_company(self.company)
            .create(
                {"file": base64.b64encode(content), "filename": "held.csv", **values}
            )
        )

    def _reasons(self, content):
        wizard = self._wizard(content)
        wizard.action_preview()
        return {line.line_number: line.reason for line in wizard.line_ids}

    def _entries(self):
        return self.env["conciergerie.due.entry"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "opening")], order="id"
        )

    def _import(self, content):
        wizard = self._wizard(content)
        wizard.action_preview()
        wizard.action_import()
        return wizard

    def _held(self):
        """The books and the ledger say the same; return it by provider."""
        sums = dict(
            self.env["conciergerie.due.entry"]._read_group(
                [("company_id", "=", self.company.id), ("statement_id", "=", False)],
                ["provider_id"],
                ["collected_amount:sum"],
            )
        )
        held = {}
        for provider in self.laundry | self.cobbler:
            held[provider] = provider._third_party_balance(self.company)
            self.assertEqual(held[provider], sums.get(provider, 0.0), provider.name)
        return held

    def test_whole_way(self):
        content = (
            "L-1;;;;31/12/2025;1 234,50;185,18;Soldes 2025\n"
            ";123 456 782 00010;;;30/12/2025;100;;\n"
        )
        wizard = self._wizard(content)
        self.assertEqual(wizard.account_id, self.suspense)
        wizard.action_preview()
        self.assertEqual((wizard.good_count, wizard.bad_count), (2, 0))
        self.assertEqual(wizard.total_amount, 1334.5)
        self.assertFalse(self._entries(), "a dry run books nothing")
        self.assertFalse(wizard.move_id)
        account = self.laundry._third_party_account(self.company)
        self.assertIn(account.code, wizard.line_ids[0].booked)
        wizard.action_import()
        other = self.cobbler._third_party_account(self.company)
        self.assertEntry(
            wizard.move_id,
            [
                (self.suspense.code, 1334.5, 0.0),
                (account.code, 0.0, 1234.5),
                (other.code, 0.0, 100.0),
            ],
        )
        self.assertEqual(wizard.move_id.state, "posted")
        self.assertEqual(str(wizard.move_id.date), "2025-12-31")
        self.assertEqual(self._entries().mapped("collected_amount"), [1234.5, 100.0])
        self.assertEqual(self._entries().mapped("mode"), ["mandate"] * 2)
        self.assertEqual(
            self._held(), {self.laundry: 1234.5, self.cobbler: 100.0}, "the ledger"
        )
        self.assertEqual(self._derive(), 0)
        statements = self._settle("2026-01-31")
        of_laundry = statements.filtered(lambda s: s.provider_id == self.laundry)
        self.assertEntry(
            of_laundry.settlement_move_id,
            [
                (account.code, 1234.5, 0.0),
                (self.receivable, 0.0, 185.18),
                (self.payable, 0.0, 1049.32),
            ],
        )
        self.assertEqual(of_laundry.commission_total, 185.18)
        self.assertEqual(self._held(), {self.laundry: 0.0, self.cobbler: 0.0})
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_partners.report_statement", of_laundry.ids
        )
        self.assertIn("Soldes 2025", html.decode())

    def test_what_is_wrong(self):
        self.company.fiscalyear_lock_date = "2025-11-30"
        plumber = self.laundry.copy({"name": "Plumber", "ref": False})
        today = self._today()
        after = fields.Date.add(today, days=1).strftime("%d/%m/%Y")
        reasons = self._reasons(
            ";;;Nobody;31/12/2025;10;;\n"
            ";;;Plumber;31/12/2025;10;;\n"
            "L-1;;;;31/12/2025;-10;;\n"
            "L-1;;;;31/12/2025;10,505;;\n"
            "L-1;;;;30/11/2025;10;;\n"
            f"L-1;;;;{after};10;;\n"
            "L-1;;;;31/12/2025;20;;A\n"
            "L-1;;;;31/12/2025;20;;A\n"
            "L-1;;;;31/12/2025;20;;B\n"
            "L-1;;;Cobbler Martin;31/12/2025;20;;\n"
            ";;;;31/12/2025;20;;\n"
            "L-1;;;;yesterday;ten;;\n"
            "L-1;;;;31/12/2025;20;21;\n"
            "L-1;;;;31/12/2025;0;;\n"
            "L-1;;;;;20;0,001;\n"
        )
        expected = {
            2: "No provider is known as “Nobody”",
            3: f"{plumber.name} has no running agreement under a mandate",
            4: "The amount held is negative",
            5: "The amount held has more than 2 decimals",
            6: "The books are closed until 30/11/2025",
            7: "The date is after today",
            9: "The same as line 8",
            11: "The columns name two providers",
            12: "The provider is missing",
            13: "is no date",
            14: "The commission is above the amount",
            15: "The amount held is nought",
            16: "The date is missing",
        }
        self.assertEqual(set(expected), {n for n, text in reasons.items() if text})
        for number, text in expected.items():
            self.assertIn(text, reasons[number], number)
        self.assertIn("The amount held is no number", reasons[13])
        self.assertIn("The commission has more than 2 decimals", reasons[16])

    def test_one_wrong_row_stops_all(self):
        content = "L-1;;;;31/12/2025;10;;\n;;;Nobody;31/12/2025;10;;\n"
        wizard = self._wizard(content)
        wizard.action_preview()
        self.assertIn("Nothing is imported", wizard.summary)
        with self.assertRaisesRegex(UserError, "Nothing was imported. Line 3: No prov"):
            wizard.action_import()
        self.assertFalse(self._entries())
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)

    def test_imported_twice(self):
        content = "L-1;;;;31/12/2025;10;;Soldes\n"
        first = self._import(content)
        with self.assertRaisesRegex(UserError, "Imported already by"):
            first.action_import()
        reasons = self._reasons(content.replace("Soldes", " soldes "))
        self.assertIn(f"Imported already by {first.move_id.name}", reasons[2])
        self.assertFalse(self._reasons(content.replace("Soldes", "Autres"))[2])
        self.assertEqual(len(self._entries()), 1)

    def test_two_at_once(self):
        """Both have passed the check: the database lets one of them through."""
        wizard = self._wizard("L-1;;;;31/12/2025;10;;Soldes\n")
        rows = wizard._check_rows(wizard._read_file())
        book = self.env["conciergerie.due.entry"]._book_openings
        book(self.company, self.suspense, rows)
        with (
            self.assertRaisesRegex(IntegrityError, "import_once"),
            mute_logger("odoo.sql_db"),
        ):
            book(self.company, self.suspense, rows)

    def test_statement_reversed(self):
        self._import("L-1;;;;31/12/2025;100;15;\n")
        statement = self._settle("2026-01-31")
        statement._reverse()
        self.assertEqual(self._held()[self.laundry], 100.0)
        again = self._settle("2026-01-31")
        self.assertEqual(again.net_amount, 85.0)
        self.assertEqual(self._held()[self.laundry], 0.0)
        # Three entries of one row: it can be taken back once, from any of them.
        copies = self._entries()
        self.assertEqual(len(copies), 3)
        copies[2].with_user(self.accountant).action_take_back()
        with self.assertRaisesRegex(UserError, "taken back already"):
            copies[0].with_user(self.accountant).action_take_back()
        self.assertEqual(self._held()[self.laundry], -100.0)

    def test_taken_back_before_its_statement(self):
        self._import("L-1;;;;31/12/2025;100;15;\n")
        entry = self._entries()
        self.assertTrue(entry.can_take_back)
        entry.with_user(self.accountant).action_take_back()
        counter = self._entries() - entry
        account = self.laundry._third_party_account(self.company)
        self.assertEntry(
            counter.move_id,
            [(account.code, 100.0, 0.0), (self.suspense.code, 0.0, 100.0)],
        )
        self.assertEqual(self._held()[self.laundry], 0.0)
        self.assertFalse(counter.can_take_back)
        self.assertFalse(entry.can_take_back)
        self.assertFalse(self._reasons("L-1;;;;31/12/2025;100;15;\n")[2], "again")

    def test_entry_stays(self):
        wizard = self._import("L-1;;;;31/12/2025;100;15;\n")
        move = wizard.move_id.with_user(self.accountant)
        for undo in (
            move.button_draft,
            move._reverse_moves,
            move.with_context(force_delete=True).unlink,
        ):
            with self.assertRaisesRegex(UserError, "Take back its rows instead"):
                undo()

    def test_xlsx_and_files_of_no_use(self):
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["Prestataire", "Date", "Montant détenu"])
            sheet.write(1, 0, "cobbler martin")
            day = fields.Date.to_date("2025-12-31")
            date_format = book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write_datetime(1, 1, fields.Datetime.to_datetime(day), date_format)
            sheet.write(1, 2, 12.34)
        wizard = self._wizard(output.getvalue())
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.provider_id, self.cobbler)
        self.assertEqual(wizard.line_ids.date, day)
        self.assertEqual(wizard.total_amount, 12.34)
        with self.assertRaisesRegex(UserError, "No column is called"):
            self._wizard(b"Nom;Date\nX;1").action_preview()
        with self.assertRaisesRegex(UserError, "is empty"):
            self._wizard(b"").action_preview()
        model = base64.b64decode(wizard.template_file)
        with self.assertRaisesRegex(UserError, "no row"):
            self._wizard(model).action_import()

    def test_rights(self):
        for user in (self.counter, self.manager):
            with self.assertRaises(AccessError):
                self._wizard("L-1;;;;31/12/2025;10;;\n", user=user)
        self._import("L-1;;;;31/12/2025;10;;\n")
        entry = self._entries()
        with self.assertRaises(AccessError):
            entry.with_user(self.counter).action_take_back()
        with self.assertRaisesRegex(AccessError, "An accountant takes"):
            entry.with_user(self.manager).action_take_back()

    def test_queries_do_not_grow(self):
        def checked(rows):
            wizard = self._wizard(
                "".join(f"L-1;;;;31/12/2025;{n + 1};;Row {n}\n" for n in range(rows))
            )
            table = wizard._read_file()
            wizard._check_rows(table)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(wizard._check_rows(table)), rows)
            return self.env.cr.sql_log_count - before

        few = checked(2)
        self.assertLessEqual(checked(200), few)
