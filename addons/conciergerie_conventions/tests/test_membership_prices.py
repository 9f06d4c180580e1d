from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .membership_common import MembershipCommon


@tagged("post_install", "-at_install")
class TestMembershipPrices(MembershipCommon):
    """Who has the members' prices, and who is reminded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spouse, cls.child, cls.cousin = cls.env["res.partner"].create(
            [{"name": name} for name in ("Sacha Morel", "Lou Morel", "Noa Petit")]
        )

    @freeze_time("2026-11-02 10:00:00")
    def test_family(self):
        self._sell(self.family, people_ids=(self.spouse | self.child).ids)
        for person in self.beneficiary | self.spouse | self.child:
            self.assertEqual(self._pricelist(person), self.members_pricelist)
        self.assertNotEqual(self._pricelist(self.cousin), self.members_pricelist)
        with self.assertRaisesRegex(ValidationError, "2 other people at most"):
            self.cousin.with_user(self.counter).associate_member_id = self.beneficiary
        with self.assertRaisesRegex(UserError, "2 other people at most"):
            self._sell(
                self.family, people_ids=(self.spouse | self.child | self.cousin).ids
            )

    @freeze_time("2026-11-02 10:00:00")
    def test_individual_is_for_one(self):
        self._sell()
        with self.assertRaisesRegex(ValidationError, "family membership first"):
            self.spouse.with_user(self.counter).associate_member_id = self.beneficiary

    @freeze_time("2026-11-02 10:00:00")
    def test_organisation(self):
        product = self._new_membership(
            "Associations", 40.0, membership_kind="organisation"
        )
        contact = self.env["res.partner"].create(
            {"name": "Ana Roux", "parent_id": self.employer.id}
        )
        self._sell(product, self.employer)
        self.assertEqual(self._pricelist(contact), self.members_pricelist)

    @freeze_time("2026-11-02 10:00:00")
    def test_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other valley"})
        self.lines._book_sale(
            self.beneficiary, self.membership, other, self._today(), 15.0
        )
        self.assertNotEqual(self._pricelist(), self.members_pricelist)

    @freeze_time("2026-11-02 10:00:00")
    def test_chosen_by_hand_stays(self):
        chosen = self.members_pricelist.copy({"name": "Staff"})
        self._book("2026-11-02")
        self.beneficiary.with_company(
            self.company
        ).specific_property_product_pricelist = chosen
        for used, expected in ((True, chosen), (False, self.members_pricelist)):
            # Core reads a contact's pricelist only where the company uses pricelists.
            with patch.object(
                self.registry["res.groups"], "_is_feature_enabled", return_value=used
            ):
                self.assertEqual(self._pricelist(), expected)

    @freeze_time("2026-11-02 10:00:00")
    def test_free_member_is_the_managers(self):
        with self.assertRaisesRegex(AccessError, "given by the manager"):
            self.beneficiary.with_user(self.counter).free_member = True
        with self.assertRaisesRegex(AccessError, "given by the manager"):
            self.env["res.partner"].with_user(self.counter).create(
                {"name": "Free", "free_member": True}
            )
        self.beneficiary.with_user(self.manager).free_member = True

    @freeze_time("2026-11-02 10:00:00")
    def test_as_many_queries_for_many(self):
        people = self.env["res.partner"].create(
            [{"name": f"Person {number}"} for number in range(60)]
        )
        for person in people[:20]:
            self._book("2026-11-02", partner=person)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = some._members_on(self.company, self._today())
            return self.env.cr.sql_log_count - start, len(found)

        few, many = count(people[:5]), count(people)
        self.assertEqual((few[1], many[1]), (5, 20))
        self.assertEqual(few[0], many[0])

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------

    def _run(self, day):
        """Run the cron on a day; return how many e-mails it queued."""
        before = self.env["mail.mail"].search_count([])
        with freeze_time(f"{day} 10:00:00"), self.enter_registry_test_mode():
            self.env.ref(
                "conciergerie_conventions.ir_cron_membership_reminder"
            ).method_direct_trigger()
        return self.env["mail.mail"].search_count([]) - before

    def test_reminded_once_before_and_once_after(self):
        self.company.membership_reminder_days = 30
        self.company.membership_reminder_after_days = 7
        line = self._book("2026-01-01")
        self.assertEqual(self._run("2026-11-30"), 0)
        self.assertEqual(self._run("2026-12-02"), 1)
        self.assertEqual(self._run("2026-12-03"), 0)
        self.assertTrue(line.reminder_before_date)
        self.assertEqual(self._run("2027-01-06"), 0)
        self.assertEqual(self._run("2027-01-08"), 1)
        self.assertEqual(self._run("2027-01-09"), 0)

    def test_not_reminded(self):
        """Renewed, cancelled, without e-mail, or switched off."""
        self._book("2026-01-01")
        self._book("2026-11-20")
        no_mail = self._book("2026-01-01", partner=self.spouse)
        self.child.email = "lou@example.com"
        cancelled = self._book("2026-01-01", partner=self.child)
        cancelled._cancel_sale(self._today())
        self.assertEqual(self._run("2026-12-10"), 0)
        to_renew = self.lines.search([("is_renewed", "=", False)])
        self.assertIn(no_mail, to_renew)
        no_mail.partner_id.email = "sacha@example.com"
        self.company.membership_reminder_days = 0
        self.assertEqual(self._run("2026-12-10"), 0)
        self.company.membership_reminder_days = 30
        self.assertEqual(self._run("2026-12-10"), 1)
