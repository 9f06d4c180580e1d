import base64
import io
import logging
import time

import xlsxwriter

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConciergerieCommon

_logger = logging.getLogger(__name__)

HEADINGS = "Nom;Prénom;Téléphone;E-mail;Commune;Code postal\n"


@tagged("post_install", "-at_install")
class TestBeneficiaryImport(ConciergerieCommon):
    """Good rows arrive, bad ones are listed, and nothing arrives twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.commune, cls.twin_1, cls.twin_2 = cls.env["conciergerie.commune"].create(
            [
                {"name": "Saint-Étienne-du-Val", "insee_code": "99901", "zip": "99100"},
                {"name": "Montclar", "insee_code": "99902", "zip": "99200"},
                {"name": "Montclar", "insee_code": "98902", "zip": "98200"},
            ]
        )
        cls.employer = cls.env["res.partner"].create(
            {"name": "Scierie du Val", "is_company": True}
        )
        cls.env.company.country_id = cls.env.ref("base.fr")

    def _import(self, content, user=None, run=True, **values):
        """Check a file and, unless ``run`` is False, import it."""
        if isinstance(content, str):
            content = content.encode()
        wizard = (
            self.env["conciergerie.beneficiary.import"]
            .with_user(user or self.manager)
            .create({"file": base64.b64encode(content), "filename": "people", **values})
        )
        wizard.action_preview()
        if run:
            wizard.action_import()
        return wizard

    def _people(self, wizard=None):
        return self.env["res.partner"].search(
            [
                ("company_id", "=", self.company.id),
                ("audience_ids.code", "=", "inhabitant"),
            ],
            order="id",
        )

    def _problems(self, wizard):
        return [
            (line.line_number, line.column or "", line.reason)
            for line in wizard.problem_line_ids
        ]

    def _xlsx(self, *rows):
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        return output.getvalue()

    def test_good_row(self):
        wizard = self._import(
            "Nom;Prénom;Téléphone;E-mail;Commune;Code postal;Adresse;Employeur;Notes\n"
            "Lefèvre;Éloïse;06.39.98.12.34;Eloise@Example.com;ST ETIENNE DU VAL;99100;"
            '"3, rue du Pont";scierie du VAL;Sonner fort\n'
        )
        self.assertEqual(wizard.created_count, 1)
        person = self._people()
        self.assertEqual(
            wizard.action_view_created()["domain"], [("id", "in", person.ids)]
        )
        self.assertEqual(person.name, "Éloïse Lefèvre")
        self.assertEqual(person.phone_key, "33639981234")
        self.assertEqual(person.email_normalized, "eloise@example.com")
        self.assertEqual(person.commune_id, self.commune)
        self.assertEqual(person.city, "Saint-Étienne-du-Val")
        self.assertEqual(person.street, "3, rue du Pont")
        self.assertEqual(person.employer_id, self.employer)
        self.assertEqual(person.audience_ids.mapped("code"), ["inhabitant", "employee"])
        self.assertEqual(person.company_id, self.company)
        self.assertFalse(person.parent_id)
        self.assertIn("Sonner fort", str(person.comment))
        if "fr_FR" in dict(self.env["res.lang"].get_installed()):
            self.assertEqual(person.lang, "fr_FR")

    def test_nothing_before_import(self):
        wizard = self._import(HEADINGS + "Roux;Nadia;;;;\n", run=False)
        self.assertEqual((wizard.state, wizard.good_count), ("preview", 1))
        self.assertEqual(wizard.good_line_ids.name, "Nadia Roux")
        self.assertFalse(self._people())
        self.assertIn("Nothing has been created yet", wizard.summary)

    def test_good_among_bad(self):
        rows = (
            "Roux;Nadia;;;Saint-Étienne-du-Val;\n"  # 2, good
            ";Paul;;;;\n"  # 3
            "Petit;Anne;12;anne@;;\n"  # 4, two problems
            "Blanc;Luc;;;Nulle-Part;\n"  # 5
            "Noir;Léa;;;Montclar;\n"  # 6, two communes
            "Noir;Léo;;;Montclar;98200\n"  # 7, good
            "roux;NADIA;;;saint etienne du val;\n"  # 8, same as 2
            "Vert;Zoé;0639981234;;;\n"  # 9, good
            "Autre;Ida;+33 6 39 98 12 34;;;\n"  # 10, same phone as 9
            'Cassé;"Guillemet;;;;\n'  # 11, a quote left open
            "Trop;De;;;;;cellules;en;plus\n"  # 12
            "Dernier;Bon;;dernier@example.com;;\n"  # 13, good
        )
        wizard = self._import(HEADINGS + rows)
        self.assertEqual(
            self._people().mapped("name"),
            ["Nadia Roux", "Léo Noir", "Zoé Vert", "Bon Dernier"],
        )
        self.assertEqual(wizard.created_count, 4)
        self.assertEqual(wizard.bad_count, 8)
        problems = self._problems(wizard)
        self.assertEqual(
            [problem[:2] for problem in problems],
            [
                (3, "Nom"),
                (4, "Téléphone"),
                (4, "E-mail"),
                (5, "Commune"),
                (6, "Commune"),
                (8, "Nom"),
                (10, "Téléphone"),
                (11, ""),
                (12, ""),
            ],
        )
        self.assertIn("line 2", problems[5][2])
        self.assertIn("line 9", problems[6][2])
        rejected = base64.b64decode(wizard.rejected_file)
        self.assertTrue(rejected.startswith(b"\xef\xbb\xbf"), "Excel reads the accents")
        lines = rejected.decode("utf-8-sig").splitlines()
        self.assertEqual(len(lines), 9, "one for each bad row, and the headings")
        self.assertTrue(lines[0].endswith(";Line;Reason"))
        self.assertIn("Petit;Anne;12;anne@", lines[2])
        self.assertIn("Téléphone: This is no phone number. E-mail:", lines[2])
        again = self._import(rejected.decode("utf-8-sig").replace("12;anne@", ";"))
        self.assertEqual(again.created_count, 1, "the corrected row")
        self.assertEqual(again.ignored_columns, "Line, Reason")

    def test_twice(self):
        content = HEADINGS + (
            "Roux;Nadia;;;Saint-Étienne-du-Val;\n"
            "Vert;Zoé;0639981234;;;\n"
            "Blanc;Luc;;luc@example.com;;\n"
            "Sans;Rien;;;;\n"
        )
        self.assertEqual(self._import(content).created_count, 4)
        before = self._people()
        wizard = self._import(content)
        self.assertEqual(wizard.created_count, 0)
        self.assertEqual(wizard.known_count, 4)
        self.assertEqual(self._people(), before)
        self.assertIn("Nothing new in this file: 4 people", wizard.summary)
        self.assertIn("Already known: Nadia Roux", wizard.problem_line_ids[0].reason)

    def test_household(self):
        content = HEADINGS + (
            "Roux;Nadia;0475123456;;;\nRoux;Paul;04 75 12 34 56;;;\n"
            "ROUX;paul;+33475123456;;;\n"
        )
        self.assertEqual(self._import(content, run=False).good_count, 1)
        wizard = self._import(content, is_household_accepted=True)
        self.assertEqual(wizard.created_count, 2)
        wizard = self._import(content, is_household_accepted=True)
        self.assertEqual((wizard.created_count, wizard.known_count), (0, 3))

    def test_encodings_and_delimiters(self):
        text = "Nom{0}Prénom{0}Téléphone{0}Commune\nCœur{0}Élodie{0}{0}\n"
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            for delimiter in ";,\t":
                with self.subTest(encoding=encoding, delimiter=delimiter):
                    wizard = self._import(
                        text.format(delimiter).encode(encoding), run=False
                    )
                    self.assertEqual(wizard.good_line_ids.name, "Élodie Cœur")
        wizard = self._import(text.format(";").replace("\n", "\r\n").encode())
        self.assertEqual(wizard.created_count, 1)

    def test_line_in_no_encoding(self):
        wizard = self._import(
            HEADINGS.encode("cp1252") + b"Ro\x81ux;Nadia;;;;\nVert;Zo\xe9;;;;\n"
        )
        self.assertEqual(self._people().name, "Zoé Vert")
        self.assertEqual(wizard.problem_line_ids.line_number, 2)

    def test_cell_on_two_lines(self):
        wizard = self._import(
            'Nom;Adresse\nRoux;"Les Pins\n3, rue du Pont"\nVert;Le Bourg\n', run=False
        )
        self.assertEqual(wizard.good_line_ids.mapped("line_number"), [2, 4])

    def test_xlsx(self):
        wizard = self._import(
            self._xlsx(
                ["Code INSEE", "NOM", "Prénom", "Portable", "Tél.", "Remarque"],
                [99901, "Lefèvre", "Éloïse", 639981234, "", ""],
                ["", "", "", "", "", ""],
                [12345, "Blanc", "Luc", "", "04 75 12 34 56", ""],
                ["", "Vert", "Zoé", "", 475123457.0, 12.5],
            )
        )
        people = self._people()
        self.assertEqual(people.mapped("name"), ["Éloïse Lefèvre", "Zoé Vert"])
        self.assertEqual(people.mapped("phone_key"), ["33639981234", "33475123457"])
        self.assertEqual(people[0].commune_id, self.commune)
        self.assertEqual(
            [problem[:2] for problem in self._problems(wizard)], [(4, "Code INSEE")]
        )

    def test_model_file(self):
        wizard = self.env["conciergerie.beneficiary.import"].with_user(self.manager)
        wizard = wizard.create({})
        with self.assertRaisesRegex(UserError, "Choose a file first"):
            wizard.action_preview()
        self.assertIn(f"/{wizard.id}/", wizard.action_download_template()["url"])
        again = self._import(base64.b64decode(wizard.template_file))
        self.assertFalse(again.ignored_columns, "every heading is known")
        self.assertIn("no row", again.summary)

    def test_useless_files(self):
        for content, sentence in (
            (b"", "empty"),
            (b" \n\n", "empty"),
            (b"\x00\x01\x02\xff" * 50, "neither a CSV nor an XLSX"),
            (b"\x81\x8d\xff\xfe" * 50, "No column is called"),
            (b"\xff\xfe\x00", "neither a CSV nor an XLSX"),
            (b"PK\x03\x04 not really", "no readable XLSX"),
            (b"\xd0\xcf\x11\xe0 old", "old Excel"),
            (b"Prenom;Commune\nA;B\n", "No column is called"),
            (b"x" * (10 * 1024 * 1024 + 1), "too big"),
            (b"Nom\n" + b"A\n" * 20_001, "too many rows"),
        ):
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                self._import(content)
        wizard = self._import(HEADINGS)
        self.assertIn("headings and no row", wizard.summary)
        self.assertFalse(wizard.rejected_file)

    def test_database_refuses_one(self):
        """What no check foresees costs nobody else her place."""
        partner_class = type(self.env["res.partner"])
        create = partner_class.create

        def refusing(records, vals_list):
            if any(vals.get("name") == "Le Refusé" for vals in vals_list):
                raise UserError(records.env._("No thanks."))
            return create(records, vals_list)

        self.patch(partner_class, "create", refusing)
        wizard = self._import("Nom\nUn\nDeux\nLe Refusé\nQuatre\nCinq\n")
        self.assertEqual(
            sorted(self._people().mapped("name")), ["Cinq", "Deux", "Quatre", "Un"]
        )
        self.assertEqual(wizard.problem_line_ids.line_number, 4)
        self.assertIn("No thanks.", wizard.problem_line_ids.reason)

    def test_rights(self):
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            self._import(HEADINGS + "Roux;Nadia;;;;\n", user=self.counter)
        with self.assertRaises(AccessError):
            self._import(HEADINGS + "Roux;Nadia;;;;\n", user=self.accountant)

    def test_people_of_another_company(self):
        """Somebody known next door only is not known here, and her name stays there."""
        other = self.env["res.company"].create({"name": "Other conciergerie"})
        stranger = self._new_user(
            "manager", company=other, login="stranger", name="Stranger"
        )
        content = HEADINGS + "Roux;Nadia;0639981234;;;\n"
        self._import(content)
        wizard = self._import(content, user=stranger)
        self.assertEqual(wizard.created_count, 1)
        both = self.env["res.partner"].search([("name", "=", "Nadia Roux")])
        self.assertEqual(both.company_id, self.company | other)

    def test_queries_and_5000_rows(self):
        def rows(first, amount):
            return HEADINGS + "".join(
                f"Famille{n};Prénom{n};06{n:08};p{n}@example.com;"
                "Saint-Étienne-du-Val;99100\n"
                for n in range(first, first + amount)
            )

        def count(first, amount):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            wizard = self._import(rows(first, amount))
            self.env.flush_all()
            self.assertEqual(wizard.created_count, amount)
            return self.cr.sql_log_count - start

        count(10_000_000, 5)
        few, many = count(20_000_000, 50), count(30_000_000, 500)
        start = time.time()
        big = count(40_000_000, 5000)
        seconds = time.time() - start
        _logger.info(
            "Import: 50 rows %s queries, 500 rows %s, 5000 rows %s and %.1f s",
            few,
            many,
            big,
            seconds,
        )
        self.assertLess(many - few, 60)
        self.assertEqual(
            len(self._people().filtered(lambda p: p.commune_id == self.commune)), 5555
        )
