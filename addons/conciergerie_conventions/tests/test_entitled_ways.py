from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..models.conciergerie_code_attempt import MAX_WRONG_AN_HOUR
from .common import ConventionsCommon

TODAY = fields.Date.to_date("2026-09-15")


@tagged("post_install", "-at_install")
@freeze_time("2026-09-15")
class TestEntitledWays(ConventionsCommon):
    """Code, family, commune and domain; and the reason that the counter reads."""

    def _type(self, code, user=None, person=None):
        wizard = (
            self.env["conciergerie.entitlement.code"]
            .with_user(user or self.counter)
            .create({"partner_id": (person or self.beneficiary).id, "code": code})
        )
        wizard.action_confirm()
        return wizard

    def _rows(self, person=None, site=None):
        person = (person or self.beneficiary).with_user(self.counter)
        return [
            (row["convention"].name, row["order"], row["why"])
            for row in person._entitlement_rows(self.company, TODAY, site)
        ]

    def test_counter_types_the_code(self):
        convention = self._new_convention(join_code="Biscuit 42")
        wizard = self._type("BISCUIT42")
        self.assertTrue(wizard.is_done)
        self.assertFalse(wizard.code)
        line = convention.entitlement_ids
        self.assertEqual(
            (line.partner_id, line.source, line.date_from, line.state),
            (self.beneficiary, "code", TODAY, "confirmed"),
        )
        self.assertEqual(self.beneficiary.employer_id, self.employer)
        self.assertIn("already", self._type("biscuit 42").message)
        self.assertEqual(convention.entitlement_ids, line)

    def test_who_has_left_comes_back_by_the_code(self):
        convention = self._new_convention(join_code="Biscuit 42")
        self._entitle(convention, date_to="2026-06-30")
        later = self._entitle(convention, date_from="2026-10-01")
        self._type("biscuit42")
        line = convention.entitlement_ids.filtered(lambda e: e.source == "code")
        self.assertEqual(line.date_to, fields.Date.to_date("2026-09-30"))
        self.assertFalse(later.date_to)

    def test_wrong_codes_tell_nothing_and_are_bounded(self):
        """A code of a draft and one of nobody get the same answer."""
        self._new_convention(sign=False, join_code="Biscuit 42")
        self.assertEqual(self._type("Biscuit 42").message, self._type("x").message)
        for _time in range(MAX_WRONG_AN_HOUR - 2):
            self._type("guess")
        with self.assertRaisesRegex(UserError, "Too many wrong codes"):
            self._type("guess")
        self._type("guess", user=self.manager)

    def test_rights_on_lists_and_codes(self):
        """The counter adds a person by the code alone, and does not read codes."""
        convention = self._new_convention(join_code="Biscuit 42")
        with self.assertRaises(AccessError):
            self.env["conciergerie.entitlement"].with_user(self.counter).create(
                {"convention_id": convention.id, "partner_id": self.beneficiary.id}
            )
        for user in (self.counter, self.accountant):
            with self.assertRaises(AccessError):
                convention.with_user(user).read(["join_code"])
            with self.assertRaises(AccessError):
                self.env["contract.contract"].with_user(user).search(
                    [("join_code", "=like", "B%")]
                )
        with self.assertRaises(AccessError):
            self._type("Biscuit 42", user=self.accountant)
        with self.assertRaises(AccessError):
            self.env["conciergerie.code.attempt"].with_user(self.manager).search([])
        self.assertFalse(convention.entitlement_ids)

    def test_one_code_for_one_convention(self):
        self._new_convention(join_code="Biscuit 42")
        with self.assertRaisesRegex(ValidationError, "has this code already"):
            self._new_convention(payer=self.town, join_code="biscuit42")

    def test_family_joins_and_leaves_with_its_employee(self):
        convention = self._new_convention(is_family_included=True)
        line = self._entitle(convention)
        child = self.env["res.partner"].create({"name": "Lou Morel"})
        family = self._entitle(convention, child, family_of_id=line.id)
        self.assertEqual(child._conventions_on(self.company, TODAY), convention)
        self.assertEqual(
            self._rows(child)[0][2], "family of Camille Morel, since 01/01/2026"
        )
        line.with_user(self.manager).date_to = "2026-08-31"
        self.assertEqual(family.date_to, fields.Date.to_date("2026-08-31"))
        self.assertFalse(child._conventions_on(self.company, TODAY))
        self.assertEqual(self._rows(child)[0][2], "Left the list on 31/08/2026.")

    def test_family_no_longer_included(self):
        convention = self._new_convention(is_family_included=True)
        child = self.env["res.partner"].create({"name": "Lou Morel"})
        self._entitle(convention, child, family_of_id=self._entitle(convention).id)
        convention.is_family_included = False
        self.assertFalse(child._conventions_on(self.company, TODAY))
        self.assertEqual(self._rows(child)[0][2], "The family is not included.")

    def test_family_that_is_refused(self):
        convention = self._new_convention()
        line = self._entitle(convention)
        child, other, cousin = self.env["res.partner"].create(
            [{"name": "Lou Morel"}, {"name": "Max Morel"}, {"name": "Ana Morel"}]
        )
        with self.assertRaisesRegex(ValidationError, "does not include the family"):
            self._entitle(convention, child, family_of_id=line.id)
        convention.is_family_included = True
        with self.assertRaisesRegex(ValidationError, "cannot join before"):
            self._entitle(
                convention, child, family_of_id=line.id, date_from="2025-12-31"
            )
        family = self._entitle(convention, other, family_of_id=line.id)
        with self.assertRaisesRegex(ValidationError, "in their own name"):
            self._entitle(convention, cousin, family_of_id=family.id)

    def test_why_and_why_not(self):
        """Those that entitle in order of payers, then the others with the reason."""
        commune = self.env["conciergerie.commune"].create(
            {"name": "Valmont", "zip": "76540", "insee_code": "76719"}
        )
        self.beneficiary.commune_id = commune
        town = self._new_convention(
            payer=self.town,
            name="Town",
            convention_kind="commune",
            entitled_commune_ids=commune.ids,
        )
        works = self._new_convention(name="Works", email_domains="example.com")
        draft = self._new_convention(name="Draft", sign=False)
        left = self._new_convention(name="Left", site_ids=self.site_2.ids)
        self._entitle(draft)
        self._entitle(left, date_to="2026-06-30")
        self.assertEqual(
            self._rows(),
            [
                ("Works", 1, "has an e-mail address of example.com"),
                ("Town", 2, "lives in Valmont"),
                ("Draft", 0, "The convention is not signed yet."),
                ("Left", 0, "Left the list on 30/06/2026."),
            ],
        )
        self.assertEqual(
            self.beneficiary._conventions_on(self.company, TODAY), works + town
        )
        town.site_ids = self.site_2
        self.assertIn(
            ("Town", 0, "Not at Val counter: only at Round of the hills."),
            self._rows(site=self.site),
        )
        works.action_end()
        day = fields.Date.to_date("2026-09-16")
        self.assertEqual(self.beneficiary._conventions_on(self.company, day), town)

    def test_employee_who_is_not_on_the_list(self):
        self._new_convention(name="Works")
        self.beneficiary.employer_id = self.employer
        self.assertIn("ask for the code", self._rows()[0][2])

    def test_counter_opens_the_check(self):
        self._new_convention(name="Works", email_domains="example.com")
        action = self.beneficiary.with_user(self.counter).action_check_entitlement()
        check = (
            self.env["conciergerie.entitlement.check"]
            .with_user(self.counter)
            .with_company(self.company)
            .new(
                {
                    key.removeprefix("default_"): value
                    for key, value in action["context"].items()
                    if key.startswith("default_")
                }
            )
        )
        self.assertEqual(check.line_ids.mapped("name"), ["Works"])
        self.assertFalse(check.is_overlap)

    def test_many_people_in_few_queries(self):
        convention = self._new_convention(is_family_included=True)
        people = self.env["res.partner"].create(
            [{"name": f"P{i}", "email": f"p{i}@d{i}.example"} for i in range(60)]
        )
        for person in people[:50]:
            self._entitle(convention, person)

        def count(some):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._conventions_of_each(self.company, TODAY)
            return self.env.cr.sql_log_count - start

        self.assertLessEqual(count(people), count(people[:2]) + 3)
