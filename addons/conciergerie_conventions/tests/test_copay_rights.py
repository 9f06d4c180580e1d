from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_copay_invoice import CopayInvoiceCase

MODELS = (
    "conciergerie.copay.use",
    "conciergerie.copay.ceiling",
    "conciergerie.copay.reservation",
    "conciergerie.copay.reservation.line",
)


@tagged("post_install", "-at_install")
class TestCopayRights(CopayInvoiceCase):
    """Who reads what was taken in charge; nobody writes it by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention(rules=[{"share": 50.0, "cap_year": 25.0}])
        cls._entitle(cls.convention)
        cls.rule = cls.convention.copay_rule_ids

    def _records(self):
        self._invoice(10.0)
        self.engine._reserve(
            "token",
            self.beneficiary,
            self.company,
            self.day,
            [{"key": 1, "product": self.copies, "price_total": 6.0, "quantity": 1}],
        )
        return {
            model: self.env[model].sudo().search([], order="id desc", limit=1)
            for model in MODELS
        }

    def test_reading(self):
        records = self._records()
        readers = {
            "conciergerie.copay.use": (self.manager, self.accountant),
            "conciergerie.copay.ceiling": (self.manager, self.accountant),
            "conciergerie.copay.reservation": (self.manager,),
            "conciergerie.copay.reservation.line": (self.manager,),
        }
        portal = new_test_user(self.env, "copay_portal", groups="base.group_portal")
        for model, record in records.items():
            self.assertTrue(record, model)
            for user in (self.manager, self.accountant, self.counter, portal):
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(
                        record.with_user(user).has_access("read"),
                        user in readers[model],
                    )

    def test_nobody_writes(self):
        """A volunteer at the counter changes neither rules, uses nor ceilings."""
        records = self._records()
        for record in records.values():
            for user in (self.counter, self.manager, self.accountant):
                for operation in ("write", "create", "unlink"):
                    with self.subTest(
                        model=record._name, user=user.login, operation=operation
                    ):
                        self.assertFalse(record.with_user(user).has_access(operation))
        rule = self.rule.with_user(self.counter)
        self.assertEqual(rule.share, 50.0, "read, to be told")
        with self.assertRaises(AccessError):
            rule.cap_year = 1000.0
        with self.assertRaises(AccessError):
            rule.copy()
        with self.assertRaises(AccessError):
            rule.unlink()

    def test_another_company(self):
        records = self._records()
        other = self.env["res.company"].create({"name": "Another conciergerie"})
        manager = self._new_user("manager", company=other, login="other_manager")
        for model, record in records.items():
            with self.subTest(model=model):
                self.assertFalse(record.with_user(manager).has_access("read"))
                self.assertFalse(
                    self.env[model].with_user(manager).search([("id", "=", record.id)])
                )

    def test_manager_lowers_a_ceiling(self):
        """Without a right to write on ceilings themselves."""
        self._invoice(30.0)
        self.rule.with_user(self.manager).cap_year = 5.0
        ceiling = self.env["conciergerie.copay.ceiling"].search([])
        self.assertEqual((ceiling.limit_amount, ceiling.used_amount), (15.0, 15.0))
        self.rule.with_user(self.manager).cap_year = 0.0
        self.assertFalse(ceiling.exists())

    def test_people_of_another_company_do_not_share_a_convention(self):
        other = self.env["res.company"].create({"name": "Another conciergerie"})
        result = self.engine._compute_shares(
            self.beneficiary,
            other,
            self.day,
            [{"key": 1, "product": self.copies, "price_total": 6.0, "quantity": 1}],
        )
        self.assertEqual(result, {1: {"shares": [], "rest": 6.0}})

    def test_duplicated_convention_begins_anew(self):
        self._invoice(30.0)
        double = self.convention.copy()
        self.assertEqual(len(double.copay_rule_ids), 1)
        self.assertFalse(
            self.env["conciergerie.copay.ceiling"].search(
                [("rule_id", "=", double.copay_rule_ids.id)]
            )
        )
