import base64
import io
import logging
import time

import xlsxwriter

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import ConventionsCommon

_logger = logging.getLogger(__name__)

HEAD = "Nom;Prénom;E-mail;Téléphone;Entrée;Sortie;Matricule\n"


@tagged("post_install", "-at_install")
@freeze_time("2026-09-15")
class TestEntitledImport(ConventionsCommon):
    """A payer's list: every row says what happens to it, and all of it is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.fr")
        with freeze_time("2026-09-15"):
            cls.convention = cls._new_convention()

    def _wizard(self, content, user=None, **values):
        content = content.encode() if isinstance(content, str) else content
        return (
            self.env["conciergerie.entitlement.import"]
            .with_user(user or self.manager)
            .create(
                {
                    "convention_id": self.convention.id,
                    "file": base64.b64encode(content),
                    **values,
                }
            )
        )

    def _import(self, content, **values):
        before = self.env["conciergerie.entitlement"].search_count([])
        wizard = self._wizard(content, **values)
        wizard.action_preview()
        self.assertEqual(self.env["conciergerie.entitlement"].search_count([]), before)
        wizard.action_import()
        return {line.line_number: (line.kind, line.message) for line in wizard.line_ids}

    def _lines(self, name):
        return self.convention.entitlement_ids.filtered(
            lambda line: line.partner_id.name == name
        ).sorted("date_from")

    def test_who_joins(self):
        rows = self._import(
            HEAD + "Roux;Nadia;nadia@val.example;0639985501;01/09/2026;;A12\n"
            "Morel;Camille;CAMILLE@example.com;;;;\n"
        )
        self.assertEqual(rows[2], ("new", "Joins on 01/09/2026."))
        new = self._lines("Nadia Roux")
        self.assertEqual(
            (new.date_from, new.source, new.staff_number),
            (fields.Date.to_date("2026-09-01"), "import", "A12"),
        )
        self.assertEqual(new.partner_id.employer_id, self.employer)
        self.assertEqual(new.partner_id.audience_ids.code, "employee")
        self.assertEqual(self._lines("Camille Morel").partner_id, self.beneficiary)
        self.assertEqual(self.beneficiary.employer_id, self.employer)

    def test_the_same_list_again_changes_nothing(self):
        content = HEAD + "Roux;Nadia;;;01/09/2026;;\nPetit;Luc;luc@val.example;;;;\n"
        self._import(content)
        wizard = self._wizard(content)
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("kind"), ["unchanged"] * 2)
        self.assertFalse(wizard.change_count)

    def test_rows_that_are_wrong(self):
        rows = self._import(
            HEAD + "Roux;Nadia;nadia@val.example;;;;\n"
            "ROUX;NADIA;Nadia@val.example;;;;\n"
            "Petit;Luc;;;12/13/2026;;\n"
            "Petit;Anne;;;02/09/2026;01/09/2026;\n"
            ";Paul;;;;;\n"
            "Leroy;Jean;jean.example;12;;;\n"
            "Blanc;Ana;;;01/01/2020;31/12/2025;\n"
        )
        self.assertEqual(rows[3], ("duplicate", "The same person is on line 2."))
        self.assertIn("“12/13/2026” (Entrée) is no date", rows[4][1])
        self.assertIn("before joining on", rows[5][1])
        self.assertIn("name is missing", rows[6][1])
        self.assertIn("is not an e-mail address", rows[7][1])
        self.assertIn("is no phone number", rows[7][1])
        self.assertEqual(rows[8][0], "former")
        self.assertEqual(len(self.convention.entitlement_ids), 1)
        self.assertFalse(self.env["res.partner"].search([("name", "ilike", "Blanc")]))

    def test_leaving_and_coming_back(self):
        line = self._entitle(self.convention, date_from="2026-01-01")
        mail = self.beneficiary.email
        rows = self._import(HEAD + f"Morel;Camille;{mail};;;30/06/2026;\n")
        self.assertEqual(rows[2], ("leave", "Leaves on 30/06/2026."))
        self.assertEqual(line.date_to, fields.Date.to_date("2026-06-30"))
        rows = self._import(HEAD + f"Morel;Camille;{mail};;01/01/2026;;\n")
        self.assertEqual(rows[2][0], "bad")
        self.assertIn("write a later joining day", rows[2][1])
        rows = self._import(HEAD + f"Morel;Camille;{mail};;01/09/2026;;\n")
        self.assertEqual(rows[2][0], "back")
        self.assertEqual(
            self._lines("Camille Morel").mapped("date_to"),
            [fields.Date.to_date("2026-06-30"), False],
        )

    def test_leaving_before_joining_as_listed(self):
        self._entitle(self.convention, date_from="2026-05-01")
        rows = self._import(
            HEAD + f"Morel;Camille;{self.beneficiary.email};;;30/04/2026;\n"
        )
        self.assertEqual(rows[2][0], "bad")

    def test_whole_list(self):
        line = self._entitle(self.convention)
        content = HEAD + "Roux;Nadia;;;;;\n"
        rows = self._import(content, is_complete=True, left_on="2026-08-31")
        self.assertEqual(rows[0][0], "leave")
        self.assertEqual(line.date_to, fields.Date.to_date("2026-08-31"))

    def test_whole_list_with_a_row_that_cannot_be_read(self):
        """Who is on that row would pass for missing: nothing is written."""
        line = self._entitle(self.convention)
        wizard = self._wizard(
            HEAD + "Roux;Nadia;;;;;\nMorel;Camille;no address;;;;\n", is_complete=True
        )
        wizard.action_preview()
        with self.assertRaisesRegex(UserError, "Correct the rows"):
            wizard.action_import()
        self.assertFalse(line.date_to)
        self.assertEqual(self.convention.entitlement_ids, line)

    def test_several_payers_are_shown_in_their_order(self):
        town = self._new_convention(
            payer=self.town, convention_kind="commune", email_domains="example.com"
        )
        rows = self._import(HEAD + f"Morel;Camille;{self.beneficiary.email};;;;\n")
        self.assertIn(f"{self.convention.name}, {town.name}", rows[2][1])

    def test_homonyms(self):
        """The staff number or another address tells two people of one name apart."""
        self._import(
            HEAD + "Roux;Nadia;a@val.example;;;;1\nRoux;Nadia;b@val.example;;;;2\n"
        )
        self.assertEqual(len(self._lines("Nadia Roux").partner_id), 2)
        rows = self._import(HEAD + "Roux;Nadia;;;;20/09/2026;2\n")
        self.assertEqual(rows[2][0], "leave")
        leaving = self._lines("Nadia Roux").filtered("date_to")
        self.assertEqual(leaving.staff_number, "2")

    def test_pasted_and_xlsx(self):
        wizard = self._wizard(
            b"", file=False, text="Nadia Roux\tnadia@val.example\nLuc Petit\t\n"
        )
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("line_number"), [1, 2])
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write_row(0, 0, ["Nom", "Entrée"])
            sheet.write(1, 0, "Anne Leroy")
            sheet.write_datetime(1, 1, fields.Datetime.to_datetime("2026-09-01"), day)
        self.assertEqual(self._import(output.getvalue())[2][0], "new")
        self.assertEqual(
            self._lines("Anne Leroy").date_from, fields.Date.to_date("2026-09-01")
        )

    def test_useless_files(self):
        for content, message in (
            (b"", "Choose a file or paste"),
            (b"\xd0\xcf\x11\xe0old", "old Excel"),
            (b"PKbroken", "no readable XLSX"),
            (b"a;b\n1;2\n", "No column is called"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self._wizard(content).action_preview()

    def test_rights(self):
        for user in (self.counter, self.accountant):
            with self.assertRaises(AccessError):
                self._wizard(HEAD, user=user)
        with self.assertRaises(AccessError):
            self.convention.with_user(self.counter)._apply_entitled_list(
                self.convention._read_entitled_list((HEAD + "Roux;N;;;;;\n").encode())
            )

    def test_ended_convention(self):
        wizard = self._wizard(HEAD + "Roux;Nadia;;;;;\n")
        self.convention.action_end()
        with self.assertRaisesRegex(UserError, "has ended"):
            wizard.action_import()

    def test_five_thousand_rows(self):
        """Queries do not grow with the rows that are read; seconds are bounded."""

        def content(size):
            return (
                HEAD
                + "".join(
                    f"Nom{i};Luc;p{i}@val.example;06399{i:05d};01/09/2026;;S{i}\n"
                    for i in range(size)
                )
            ).encode()

        counts = []
        for size in (10, 1000):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.convention._read_entitled_list(content(size))
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 5)
        started, queries = time.process_time(), self.env.cr.sql_log_count
        rows = self.convention._read_entitled_list(content(5000))
        self.convention._apply_entitled_list(rows)
        self.assertEqual(len(self.convention.entitlement_ids), 5000)
        self.assertLess(time.process_time() - started, 40)
        queries = self.env.cr.sql_log_count - queries
        self.assertLess(queries, 600)
        _logger.info(
            "%s rows: %.1f s of CPU, %s queries",
            len(rows),
            time.process_time() - started,
            queries,
        )
