from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from ..models.res_partner_duplicate import normalize_phone
from .common import ConciergerieCommon


@tagged("post_install", "-at_install")
class TestPartnerDuplicates(ConciergerieCommon):
    """Known people are shown to the counter user who types them again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.commune, cls.other_commune = cls.env["conciergerie.commune"].create(
            [
                {"name": "Saint-Étienne-du-Val", "insee_code": "99901", "zip": "99100"},
                {"name": "Montclar", "insee_code": "99902", "zip": "99100"},
            ]
        )
        cls.known = cls.env["res.partner"].create(
            {
                "name": "Éloïse Lefèvre-Cœur",
                "phone": "06 39 98 12 34",
                "email": "Eloise.Lefevre@Example.com",
                "commune_id": cls.commune.id,
                "company_id": cls.company.id,
            }
        )

    def _known(self, user=None, **values):
        """Return the {id: reason} that the short form shows for typed values."""
        wizard = (
            self.env["conciergerie.request.wizard"]
            .with_user(user or self.counter)
            .new({f"new_{fname}": value for fname, value in values.items()})
        )
        return {p["id"]: p["reason"] for p in wizard.known_people or ()}

    def test_phone_writings(self):
        for number in (
            "0639981234",
            "06.39.98.12.34",
            "+33 6 39 98 12 34",
            "+33 (0)6 39 98 12 34",
            "0033639981234",
            "06-39-98-12-34",
        ):
            with self.subTest(number):
                self.assertEqual(
                    self._known(name="X", phone=number), {self.known.id: "same phone"}
                )
        self.assertFalse(self._known(name="X", phone="06 39 98 12 35"))
        self.assertEqual(normalize_phone("639981234"), "33639981234")
        self.assertFalse(self._known(name="X", phone="no number"))

    def test_valid_number_as_core_knows_it(self):
        self.known.phone = "04 75 12 34 56"
        self.assertEqual(self.known.phone_key, "33475123456")
        self.assertIn(self.known.id, self._known(name="X", phone="+33475123456"))

    def test_email(self):
        self.assertEqual(
            self._known(name="X", email=" ELOISE.lefevre@example.COM "),
            {self.known.id: "same e-mail"},
        )
        self.assertFalse(self._known(name="X", email="eloise@example.com"))

    def test_name_and_commune(self):
        for name in (
            "LEFEVRE COEUR Eloise",
            "eloïse lefèvre-cœur",
            "Mme Lefèvre–Cœur, Éloïse",
        ):
            with self.subTest(name):
                self.assertEqual(
                    self._known(name=name, commune_id=self.commune.id),
                    {self.known.id: "same name and commune"},
                )
        self.assertFalse(
            self._known(name="Eloise Lefevre Coeur", commune_id=self.other_commune.id),
            "a homonym in another commune",
        )
        self.assertEqual(
            self._known(name="Eloise Lefevre Coeur"), {self.known.id: "same name"}
        )

    def test_most_likely_first(self):
        relative = self.known.copy({"name": "Paul Cœur", "email": False})
        wizard = (
            self.env["conciergerie.request.wizard"]
            .with_user(self.counter)
            .new(
                {
                    "new_name": "Éloise Lefevre Coeur",
                    "new_phone": "0639981234",
                    "new_commune_id": self.commune.id,
                }
            )
        )
        self.assertEqual(
            [p["id"] for p in wizard.known_people], [self.known.id, relative.id]
        )
        self.assertEqual(
            wizard.known_people[0]["reason"], "same phone, same name and commune"
        )

    def test_taken_in_one_click(self):
        form = Form(
            self.env["conciergerie.request.wizard"].with_user(self.counter),
            view="conciergerie_base.conciergerie_request_wizard_view_form",
        )
        form.new_name = "Eloise Lefevre Coeur"
        self.assertEqual(form.known_people[0]["id"], self.known.id)
        form.new_name = False
        form.partner_id = self.known  # what the button does
        self.assertFalse(form.known_people)
        form.service_id = self.paperwork
        task = form.save()._create_request()
        self.assertEqual(task.partner_id, self.known)

    def test_partner_form(self):
        form = Form(
            self.env["res.partner"].with_user(self.counter), "base.view_partner_form"
        )
        form.name = "Someone else"
        self.assertFalse(form.known_people)
        form.phone = "+33639981234"
        self.assertEqual(form.known_people[0]["id"], self.known.id)
        self.assertIn(self.commune.name, form.known_people[0]["detail"])
        saved = form.save()
        self.assertTrue(saved, "the banner blocks nothing")
        self.assertEqual(saved.known_people[0]["id"], self.known.id, "not herself")
        saved.phone = False
        self.assertFalse(saved.known_people)

    def test_other_company_is_not_shown(self):
        other = self.env["res.company"].create({"name": "Other conciergerie"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="conciergerie_base.group_counter",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(
            self._known(user=stranger, name="Éloïse Lefèvre-Cœur", phone="0639981234")
        )

    def test_same_number_of_queries(self):
        partner = self.env["res.partner"].with_user(self.counter)
        people = self.env["res.partner"].create(
            [{"name": f"Person {n}", "phone": f"06 39 98 20 {n:02}"} for n in range(60)]
        )
        self.env.flush_all()

        def count(amount):
            keys = [
                partner._prepare_duplicate_keys({"name": p.name, "phone": p.phone})
                for p in people[:amount]
            ]
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            found = partner._find_duplicates(keys)
            self.assertEqual(len(found), amount)
            self.assertTrue(all(found))
            return self.cr.sql_log_count - start

        count(5)  # warms the caches of the registry
        self.assertEqual(count(5), count(60))
