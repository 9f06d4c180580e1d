from odoo.exceptions import AccessError
from odoo.tests import tagged

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestTillTeam(TillCommon):
    """What the person at the counter does alone, and what she never sees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_till = cls.site_2.with_user(cls.manager)._create_till(
            "Round", cls.bank
        )
        cls.site_2.user_ids = cls.manager
        cls.other_session = cls._open(cls.other_till.with_user(cls.manager), 0.0)
        cls.other_order = cls._sell(
            cls.other_session, [(cls.copies, 1, 6.0)], [(cls.cheque, 6.0)]
        )

    def test_her_own_day(self):
        """Open, sell, move cash, count, close, read the summary, deposit."""
        session = self._open()
        self._sell(session, [(self.copies_30, 1, 30.0)], [(self.cheque, 30.0)])
        session.try_cash_in_out(
            "out",
            20.0,
            "Bank",
            False,
            {"formattedAmount": "", "translatedType": "out", "purpose": "bank"},
        )
        self.assertTrue(session.get_closing_summary())
        self._close(session)
        slips = self.env["conciergerie.deposit.slip"].with_user(self.counter)
        for kind, amount in (("cheque", 30.0), ("cash", 20.0)):
            slip = slips.with_company(self.company).create({"kind": kind})
            self.assertEqual(slip.site_id, self.site)
            self.assertEqual(slip.amount_total, amount)
            slip.action_deposit()
        self.assertEqual(slip.state, "deposited")

    def test_her_till_stays_where_it_is(self):
        """Its site decides who sees its tickets: not hers to choose, nor its float."""
        till = self.till.with_user(self.counter)
        for vals in ({"site_id": self.site_2.id}, {"opening_float": 5000.0}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                till.write(vals)
        self.till.with_user(self.manager).opening_float = 150.0
        self.assertEqual(till.opening_float, 150.0)

    def test_other_tills_are_not_hers(self):
        as_counter = self.other_session.with_user(self.counter)
        for record in (
            as_counter,
            as_counter.env["pos.config"].browse(self.other_till.id),
            as_counter.env["pos.order"].browse(self.other_order.id),
            as_counter.env["pos.payment"].browse(self.other_order.payment_ids.ids),
        ):
            with self.assertRaises(AccessError):
                record.check_access("read")
        for act in (
            as_counter.get_closing_summary,
            as_counter.get_closing_control_data,
            lambda: as_counter.try_cash_in_out("out", 1.0, "x", False, {}),
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertNotIn(
            self.other_till.id, as_counter.env["pos.config"].search([]).ids
        )

    def test_what_she_never_sees(self):
        for model in (
            "conciergerie.statement",
            "conciergerie.due.entry",
            "conciergerie.commission.line",
            "conciergerie.copay.statement",
        ):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(self.counter).search([])

    def test_setting_up_is_for_managers(self):
        for record in (self.till, self.cheque.with_user(self.counter)):
            with self.assertRaises(AccessError):
                record.check_access("create")
        with self.assertRaises(AccessError):
            self.cheque.with_user(self.counter).write({"remittance": False})

    def test_the_accountant_reads_all_tills(self):
        session = self.other_session.with_user(self.accountant)
        self.assertTrue(session.get_closing_summary())
        slip = (
            self.env["conciergerie.deposit.slip"]
            .with_user(self.accountant)
            .with_company(self.company)
            .create({"site_id": False})
        )
        self.assertFalse(slip.line_ids, "its session is still open")

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Grappe"})
        stranger = self._new_user("manager", other, login="stranger")
        slip = (
            self.env["conciergerie.deposit.slip"]
            .with_user(self.manager)
            .with_company(self.company)
            .create({"site_id": self.site.id})
        )
        with self.assertRaises(AccessError):
            slip.with_user(stranger).check_access("read")
