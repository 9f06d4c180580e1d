from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from .common import ConventionsCommon
from .portal_common import PayerPortalCase

TODAY = "2026-11-10"


@tagged("post_install", "-at_install")
class TestOverlap(ConventionsCommon):
    """One person on several lists: told, never refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY))
        cls.works = cls._new_convention(name="Works")
        cls.town_convention = cls._new_convention(
            payer=cls.town, name="Town", convention_kind="commune"
        )
        cls.alone = cls.env["res.partner"].create({"name": "Alone"})
        cls._entitle(cls.works, cls.alone)
        cls._entitle(cls.works)

    def _told(self, convention, user=None):
        convention.invalidate_recordset()
        contract = convention.with_user(user or self.manager)
        return contract.overlap_count, contract.overlap_orders

    def test_nobody_else(self):
        self.assertEqual(self._told(self.works), (0, False))
        self.assertFalse(any(self.works.entitlement_ids.mapped("payer_order")))

    def test_told_when_it_is_saved(self):
        form = Form(
            self.env["conciergerie.entitlement"].with_user(self.manager),
            "conciergerie_conventions.conciergerie_entitlement_view_form",
        )
        form.convention_id = self.town_convention
        form.partner_id = self.beneficiary
        line = form.save()
        self.assertEqual(line.payer_order, "Works → Town")
        for convention in (self.works, self.town_convention):
            for user in (self.manager, self.counter, self.accountant):
                with self.subTest(convention=convention.name, user=user.login):
                    self.assertEqual(
                        self._told(convention, user), (1, "1: Works → Town")
                    )
        action = self.works.with_user(self.manager).action_view_overlaps()
        shown = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(shown.partner_id, self.beneficiary)
        self.assertEqual(shown.convention_id, self.works)

    def test_the_counter_opens_a_convention(self):
        """Without the fees, which it may not read."""
        view = self.env.ref(
            "conciergerie_conventions.contract_contract_view_form_convention"
        )
        self._entitle(self.town_convention)
        form = Form(self.works.with_user(self.counter), view)
        self.assertEqual(form.overlap_count, 1)

    def test_order_of_payers(self):
        self._entitle(self.town_convention)
        self.town_convention.payer_rank = 1
        self.assertEqual(self._told(self.works), (1, "1: Town → Works"))

    def test_by_commune_and_before_it_runs(self):
        """Another way entitles as well; a draft is told of those who pay already."""
        draft = self._new_convention(
            payer=self.laundry, name="Draft", convention_kind="landlord", sign=False
        )
        self._entitle(draft, date_from="2026-12-01")
        self._entitle(draft, self.alone)
        self.assertEqual(self._told(draft), (2, "2: Works → Draft"))
        self.assertEqual(self._told(self.works), (0, False), "a draft pays nothing")
        commune = self.env["conciergerie.commune"].create(
            {"name": "Overlap", "insee_code": "99001"}
        )
        self.alone.commune_id = commune
        self.town_convention.entitled_commune_ids = commune
        self.assertEqual(self._told(self.works), (1, "1: Works → Town"))

    def test_who_does_not_count(self):
        """Who has left, who is to be confirmed, a convention that has ended."""
        line = self._entitle(self.town_convention, state="pending")
        self.assertEqual(self._told(self.works)[0], 0)
        line.write({"state": "confirmed", "date_to": "2026-11-09"})
        self.assertEqual(self._told(self.works)[0], 0)
        self.assertEqual(self._told(self.town_convention)[0], 0)
        line.date_to = False
        self.assertEqual(self._told(self.works)[0], 1)
        self.works._end(self.works.start_date)
        self.assertEqual(self._told(self.town_convention)[0], 0)
        self.assertEqual(self._told(self.works)[0], 0)

    def test_queries_do_not_grow_with_people(self):
        def entitle(number):
            people = self.env["res.partner"].create(
                [{"name": f"P{n}"} for n in range(number)]
            )
            for convention in (self.works, self.town_convention):
                for person in people:
                    self._entitle(convention, person)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._told(self.works)
            lines = self.works.entitlement_ids.with_user(self.manager)
            lines.mapped("payer_order")
            return self.env.cr.sql_log_count - start

        entitle(3)
        few = count()
        entitle(40)
        self.assertLessEqual(count(), few + 2)
        self.assertEqual(self._told(self.works), (43, "43: Works → Town"))


@tagged("post_install", "-at_install")
class TestOverlapPortal(PayerPortalCase):
    def test_payer_is_not_told(self):
        convention = self._new_convention()
        line = self._entitle(convention)
        for record, names in (
            (convention, ["overlap_count", "overlap_orders"]),
            (line, ["payer_order"]),
        ):
            for name in names:
                with self.subTest(field=name), self.assertRaises(AccessError):
                    record.with_user(self.factory_user).read([name])
