from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import SubsidiesCommon

SHARED = (
    "conciergerie.expense.kind",
    "conciergerie.form.heading",
    "conciergerie.de.minimis.regime",
)


@tagged("post_install", "-at_install")
class TestRights(SubsidiesCommon):
    """Manager prepares, accountant reads, administrator sets; others see nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, login="test_portal", groups="base.group_portal"
        )
        cls.company_2 = cls.env["res.company"].create({"name": "Other valley"})
        cls.manager_2 = cls._new_user(
            "administrator", company=cls.company_2, login="test_administrator_2"
        )
        cls.leader.write(
            {
                "legal_basis": "de_minimis",
                "company_id": cls.company.id,
                "requirement_ids": [Command.create({"name": "Statutes"})],
                "call_ids": [
                    Command.create({"name": "All year", "date_close": "2026-12-31"})
                ],
            }
        )
        with freeze_time("2026-11-25"):
            cls.dossier = cls._balanced()
            cls.dossier.paper_ids.document = b"cGFwZXI="
            cls.dossier.condition_ids = [Command.create({"name": "Open to all"})]
            cls.dossier.action_file()
            award = cls.env["conciergerie.award"].with_user(cls.manager)
            award.create(
                {"dossier_id": cls.dossier.id, "date": "2026-11-25", "amount": 24064.0}
            )
        cls.records = {
            record._name: record.sudo()
            for record in (
                cls.dossier,
                cls.dossier.budget_line_ids[0],
                cls.dossier.version_ids[0],
                cls.dossier.version_ids[0].line_ids[0],
                cls.dossier.award_ids,
                cls.dossier.condition_ids,
                cls.dossier.paper_ids[0],
                cls.dossier.deadline_ids[0],
                cls.leader,
                cls.leader.requirement_ids,
                cls.leader.call_ids,
                cls.env["conciergerie.de.minimis.aid"].search(
                    [("dossier_id", "=", cls.dossier.id)]
                ),
            )
        }
        for model in SHARED:
            cls.records[model] = cls.env[model].search([], limit=1)

    def _as(self, record, user):
        return self.env(user=user, context={})[record._name].browse(record.ids)

    def test_counter_and_portal_see_nothing(self):
        for user in (self.counter, self.portal):
            for name, record in self.records.items():
                own = self._as(record, user)
                with self.subTest(model=name, user=user.login):
                    with self.assertRaises(AccessError):
                        own.read(["display_name"])
                    with self.assertRaises(AccessError):
                        own.search([])
                    with self.assertRaises(AccessError):
                        own.write({"create_uid": 1})
                    with self.assertRaises(AccessError):
                        own.unlink()
                    with self.assertRaises(AccessError):
                        own.create({})
            for method in ("action_file", "action_report", "action_close"):
                with self.subTest(method=method), self.assertRaises(AccessError):
                    getattr(self._as(self.dossier, user), method)()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company(self):
        for name, record in self.records.items():
            if name in SHARED:
                continue
            own = self._as(record, self.manager_2)
            with self.subTest(model=name):
                with self.assertRaises(AccessError):
                    own.read(["display_name"])
                self.assertFalse(own.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    own.write({"display_name": "Stolen"})
                with self.assertRaises(AccessError):
                    own.unlink()
        with self.assertRaises(AccessError):
            self._as(self.dossier, self.manager_2).action_start()

    def test_accountant_reads_and_writes_her_part(self):
        for name, record in self.records.items():
            with self.subTest(model=name):
                self.assertTrue(self._as(record, self.accountant).read(["create_uid"]))
        dossier = self._as(self.dossier, self.accountant)
        dossier.investment = True
        account = self.company_data["default_account_expense"]
        line = dossier.expense_line_ids[0]
        line.account_ids = account
        with self.assertRaisesRegex(UserError, "manager keeps the dossiers"):
            dossier.name = "Mine"
        with self.assertRaisesRegex(UserError, "manager keeps the financing plans"):
            line.name = "Mine"
        with self.assertRaises(AccessError):
            dossier.action_start()
        with self.assertRaises(AccessError):
            dossier.write({"state": "running"})
        for model, vals in (
            ("conciergerie.dossier", {"name": "x", "programme_id": self.leader.id}),
            ("conciergerie.award", {"dossier_id": dossier.id, "amount": 1.0}),
            ("conciergerie.programme", {"name": "x", "funder_id": self.gal.id}),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.accountant).create(vals)

    def test_manager_sets_no_programme(self):
        for name in (
            "conciergerie.programme",
            "conciergerie.programme.requirement",
            "conciergerie.programme.call",
            *SHARED,
        ):
            own = self._as(self.records[name], self.manager)
            with self.subTest(model=name):
                own.read(["display_name"])
                with self.assertRaises(AccessError):
                    own.write({"create_uid": 1})
                with self.assertRaises(AccessError):
                    own.unlink()
                self._as(self.records[name], self.administrator).check_access("write")
        for name in ("conciergerie.budget.version", "conciergerie.budget.version.line"):
            with self.subTest(model=name), self.assertRaises(AccessError):
                self.env[name].with_user(self.manager).create({})

    def _models(self):
        return [
            self.env[name]
            for name, model in self.env.registry.items()
            if model._original_module == "conciergerie_subsidies"
            and not model._abstract
        ]

    def test_every_model_is_closed(self):
        """Dialogs and analyses too: the counter and portal people reach none."""
        for model in self._models():
            for user in (self.counter, self.portal):
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(
                        model=model._name, user=user.login, operation=operation
                    ):
                        self.assertFalse(model.with_user(user).has_access(operation))

    def test_every_model_is_of_a_company(self):
        """Where a record names a company, a rule keeps the others out."""
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        kept = {
            rule.model_id.model
            for rule in rules
            if "company_ids" in (rule.domain_force or "")
        }
        missing = {
            model._name
            for model in self._models()
            if "company_id" in model._fields and not model._transient
        } - kept
        self.assertFalse(missing)
