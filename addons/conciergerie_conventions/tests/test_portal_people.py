import html
import re
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .portal_common import PayerPortalCase


@tagged("post_install", "-at_install")
class TestPortalPeople(PayerPortalCase):
    """The payer keeps the list of its people; it sees nothing of what they buy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention(
            contract_line_ids=[
                Command.create(
                    {
                        "name": "Fee",
                        "quantity": 1,
                        "price_unit": 100.0,
                        "date_start": "2026-01-01",
                    }
                )
            ],
        )
        cls.path = f"/my/conventions/{cls.convention.id}/people"

    def setUp(self):
        super().setUp()
        self._login(self.factory_user)

    def _lines(self):
        return self.convention.entitlement_ids

    def test_list_search_and_pager(self):
        people = self.env["res.partner"].create(
            [{"name": f"Ouvrier {i:03d}"} for i in range(85)]
        )
        for person in people:
            self._entitle(self.convention, person)
        self.assertIn("/people/page/2", self.url_open(self.path).text)
        text = self.url_open(f"{self.path}?search=rier+007").text
        self.assertIn("Ouvrier 007", text)
        self.assertNotIn("Ouvrier 008", text)
        self.assertIn(
            "Nobody on the list", self.url_open(f"{self.path}?search=zzz").text
        )

    def test_add(self):
        page = self._post(
            f"{self.path}/add", name=" Lou  Blanc ", email="Lou@Example.com"
        )
        self.assertIn("is on the list", page.text)
        line = self._lines()
        self.assertEqual(line.source, "portal")
        self.assertEqual(line.state, "confirmed")
        self.assertEqual(line.date_from, self._today())
        person = line.partner_id
        self.assertEqual(person.name, "Lou Blanc")
        self.assertEqual(person.employer_id, self.employer)
        self.assertFalse(person.parent_id)
        self.assertEqual(person.company_id, self.company)
        again = self._post(f"{self.path}/add", name="Lou", email="lou@example.com")
        self.assertIn("on the list already", again.text)
        self.assertEqual(len(self._lines()), 1)

    def test_add_what_is_wrong(self):
        for values, told in (
            ({"name": " "}, "Write the name"),
            ({"name": "Lou", "email": "no address"}, "is not an e-mail"),
            ({"name": "Lou", "date_from": "2025-12-31"}, "too long ago"),
        ):
            with self.subTest(told=told):
                page = self._post(f"{self.path}/add", **values)
                self.assertIn(told, page.text)
                self.assertIn("details", page.text)
        self.assertFalse(self._lines())

    def test_add_does_not_tell_whose_an_address_is(self):
        page = self._post(
            f"{self.path}/add", name="Someone", email=self.beneficiary.email
        )
        self.assertEqual(self._lines().partner_id, self.beneficiary)
        self.assertIn("Someone", page.text)
        self.assertNotIn(self.beneficiary.name, page.text)
        page = self.url_open(f"{self.path}?search={self.beneficiary.name}")
        self.assertIn("Nobody on the list", page.text)

    def test_remove(self):
        line = self._entitle(self.convention)
        path = f"{self.path}/{line.id}/leave"
        for day, told in (
            ("", "on which day"),
            ("2025-12-01", "before joining"),
        ):
            with self.subTest(day=day):
                self.assertIn(told, self._post(path, day=day).text)
        self.assertIn("entitled until", self._post(path, day="2026-02-28").text)
        self.assertEqual(line.date_to, fields.Date.to_date("2026-02-28"))

    def test_remove_from_what_is_invoiced(self):
        """Refused before the last month invoiced; in it, the next invoice corrects."""
        line = self._entitle(self.convention)
        month = fields.Date.start_of(self._today(), "month")
        invoiced = month - timedelta(days=1)
        earliest = fields.Date.start_of(invoiced, "month")
        self.convention.contract_line_ids.write(
            {"recurring_next_date": month, "last_date_invoiced": invoiced}
        )
        path = f"{self.path}/{line.id}/leave"
        page = self._post(path, day=str(earliest - timedelta(days=1)))
        self.assertIn("too long ago", page.text)
        self.assertIn(earliest.strftime("%m/%d/%Y"), page.text)
        page = self._post(path, day=str(earliest))
        self.assertIn("in the next invoice", page.text)
        self.assertEqual(line.date_to, earliest)

    def test_fee_paid_in_advance_does_not_keep_people(self):
        fee = self.convention.contract_line_ids
        later = self._today() + timedelta(days=400)
        fee.write(
            {
                "recurring_next_date": later + timedelta(days=1),
                "last_date_invoiced": later,
            }
        )
        line = self._entitle(self.convention)
        page = self._post(f"{self.path}/{line.id}/leave", day=str(self._today()))
        self.assertIn("in the next invoice", page.text)

    def test_family_leaves_with_the_person_and_is_not_named(self):
        self.convention.is_family_included = True
        line = self._entitle(self.convention)
        child = self.env["res.partner"].create({"name": "Petit Morel"})
        family = self._entitle(self.convention, child, family_of_id=line.id)
        self.assertNotIn("Petit Morel", self.url_open(self.path).text)
        path = f"{self.path}/{family.id}/leave"
        self.assertEqual(self._post(path, day="2026-02-28").status_code, 404)
        self._post(f"{self.path}/{line.id}/leave", day="2026-02-28")
        self.assertEqual(family.date_to, line.date_to)

    def test_confirm_or_refuse(self):
        line = self._entitle(self.convention, state="pending")
        self.assertIn("To confirm", self.url_open(self.path).text)
        self._post(f"{self.path}/{line.id}/confirm")
        self.assertEqual(line.state, "confirmed")
        page = self._post(f"{self.path}/{line.id}/refuse")
        self.assertIn("is confirmed", page.text)
        line.state = "pending"
        self._post(f"{self.path}/{line.id}/refuse")
        self.assertFalse(line.exists())

    def test_ended(self):
        line = self._entitle(self.convention)
        self.convention.action_end()
        self.assertIn(self.beneficiary.name, self.url_open(self.path).text)
        page = self._post(f"{self.path}/add", name="Lou")
        self.assertIn("cannot be changed any more", page.text)
        page = self._post(f"{self.path}/{line.id}/leave", day=str(self._today()))
        self.assertIn("cannot be changed any more", page.text)

    def test_commune_sees_no_name(self):
        """Its people are entitled by where they live; a list only if it uses one."""
        convention = self._new_convention(payer=self.town, convention_kind="commune")
        path = f"/my/conventions/{convention.id}/people"
        town_user = self._new_portal_contact("town", self.town)
        self._login(town_user)
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertNotIn(path, self.url_open(path.removesuffix("/people")).text)
        self._entitle(convention)
        self.assertIn(self.beneficiary.name, self.url_open(path).text)

    def _import(self, people="", files=None):
        """Send a list; return the page that shows what it does."""
        text = self._post(f"{self.path}/import", files=files, people=people).text
        return re.sub(r">\s+|\s+<", lambda m: m.group().strip(), text)

    def test_import(self):
        """Seen first: new, on the list already, twice, to correct; then added."""
        self._entitle(self.convention)
        text = self._import(
            "Lou Blanc;lou@example.com;06 39 98 00 01\n"
            "Someone;camille@example.com\n"
            "Lou again;LOU@example.com\n"
            "Max Noir;no address\n"
        )
        self.assertFalse(self._lines().filtered("given_name"))
        self.assertEqual(text.count(">On the list<"), 2)
        self.assertEqual(text.count(">New<"), 1)
        self.assertIn("is not an e-mail address", text)
        people = html.unescape(
            re.search(r"<textarea[^>]*>([^<]*)</textarea>", text).group(1)
        )
        page = self._post(f"{self.path}/import/confirm", people=people)
        self.assertIn("new people of your list", page.text)
        added = self._lines().filtered("given_name")
        self.assertEqual(added.partner_id.name, "Lou Blanc")
        self.assertEqual(added.partner_id.phone, "06 39 98 00 01")

    def test_import_file(self):
        content = "Prénom;Nom;E-mail\r\nLou;Blanc;lou@example.com".encode("cp1252")
        text = self._import(files={"document": ("list.csv", content, "text/csv")})
        self.assertIn("Lou Blanc", text)
        self.assertIn(">New<", text)

    def test_import_does_not_tell_who_is_known(self):
        text = self._import("Someone;camille@example.com\nOther;x@example.com")
        self.assertEqual(text.count(">New<"), 2)
        self.assertNotIn(self.beneficiary.name, text)

    def test_import_what_is_wrong(self):
        for people, files in (
            ("", None),
            ("", {"document": ("x.bin", b"\xd0\xcf\x11\xe0", "text/csv")}),
        ):
            with self.subTest(files=files):
                self.assertIn("cannot be read", self._import(people, files))
        many = "\n".join(f"Person {i}" for i in range(501))
        self.assertIn("At most 500", self._import(many))
