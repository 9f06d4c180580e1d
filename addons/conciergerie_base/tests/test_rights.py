from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ConciergerieCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
ROLES = (
    "counter",
    "manager",
    "accountant",
    "administrator",
    "internal",
    "portal",
    "public",
)
# What each role may do with each model; a portal or public user never anything: what
# they see comes from controllers.
STAFF_DIALOG = ("rwcd", "rwcd", "", "rwcd", "", "", "")
MANAGER_DIALOG = ("", "rwcd", "", "rwcd", "", "", "")
RIGHTS = {
    "conciergerie.audience": ("r", "rwcd", "r", "rwcd", "r", "", ""),
    "conciergerie.commune": ("rwc", "rwcd", "r", "rwcd", "r", "", ""),
    "conciergerie.site": ("r", "rwcd", "r", "rwcd", "r", "", ""),
    "conciergerie.piece": ("rw", "rw", "r", "rw", "", "", ""),
    "conciergerie.custody.event": ("r", "r", "r", "r", "", "", ""),
    "conciergerie.custody.proof": ("r", "r", "r", "rd", "", "", ""),
    "conciergerie.key": ("rwc", "rwc", "r", "rwc", "", "", ""),
    "conciergerie.key.movement": ("r", "r", "r", "r", "", "", ""),
    "conciergerie.shift": ("rwcd", "rwcd", "r", "rwcd", "", "", ""),
    "conciergerie.shift.log": ("rwc", "rwc", "r", "rwcd", "", "", ""),
    "conciergerie.closure": ("r", "r", "r", "r", "", "", ""),
    "conciergerie.closure.line": ("r", "r", "r", "r", "", "", ""),
    "conciergerie.closure.notice": ("r", "r", "r", "r", "", "", ""),
    "conciergerie.closure.wizard": STAFF_DIALOG,
    "conciergerie.request.wizard": STAFF_DIALOG,
    "conciergerie.custody.wizard": STAFF_DIALOG,
    "conciergerie.custody.wizard.line": STAFF_DIALOG,
    "conciergerie.reason.wizard": STAFF_DIALOG,
    "conciergerie.collect.wizard": STAFF_DIALOG,
    "conciergerie.key.wizard": STAFF_DIALOG,
    "conciergerie.shift.leave.wizard": STAFF_DIALOG,
    "conciergerie.beneficiary.import": MANAGER_DIALOG,
    "conciergerie.beneficiary.import.line": MANAGER_DIALOG,
}
# Shared by all companies of the database.
SHARED = ("conciergerie.audience", "conciergerie.commune")


class RightsCase(ConciergerieCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            "counter": cls.counter,
            "manager": cls.manager,
            "accountant": cls.accountant,
            "administrator": cls._new_user("administrator"),
            "internal": cls._plain_user("base.group_user"),
            "portal": cls._plain_user("base.group_portal"),
            "public": cls._plain_user("base.group_public"),
        }
        cls.task = cls._new_request(cls.ironing, pieces=2)
        cls.task._send_to_provider()
        cls.task._receive_pieces(cls.task.piece_ids)
        cls.task._hand_over(cls.task.piece_ids[0])
        cls.key = (
            cls.env["conciergerie.key"]
            .with_user(cls.counter)
            .create({"partner_id": cls.beneficiary.id, "site_id": cls.site.id})
        )
        cls.log = (
            cls.env["conciergerie.shift.log"]
            .with_user(cls.counter)
            .create({"site_id": cls.site.id, "body": "The laundry comes at ten."})
        )
        cls.shift = (
            cls.env["conciergerie.shift"]
            .with_user(cls.counter)
            .create({"site_id": cls.site.id})
        )
        promised = cls._new_request(cls.copies).promised_date
        action = (
            cls.env["conciergerie.closure.wizard"]
            .with_user(cls.manager)
            .create(
                {
                    "site_id": cls.site.id,
                    "date_from": promised,
                    "date_to": promised,
                    "reason": "Works in the street",
                }
            )
            .action_confirm()
        )
        cls.closure = cls.env["conciergerie.closure"].browse(action["res_id"])
        # One record of each company-bound model, in the first company.
        cls.records = {
            record._name: record
            for record in (
                cls.site,
                cls.task.piece_ids[0],
                cls.task.piece_ids[0].event_ids[0],
                cls.task.piece_ids.event_ids.proof_id,
                cls.key,
                cls.key.movement_ids,
                cls.shift,
                cls.log,
                cls.closure,
                cls.closure.line_ids,
                cls.closure.notice_ids,
                cls.task,
                cls.task.sale_order_id,
                cls.site.project_id,
            )
        }
        cls.company_2 = cls.env["res.company"].create({"name": "Second conciergerie"})
        cls.env.user.company_ids = [Command.link(cls.company_2.id)]
        cls.counter_2 = cls._new_user("counter", cls.company_2, login="counter_2")
        cls.manager_2 = cls._new_user("manager", cls.company_2, login="manager_2")
        cls.administrator_2 = cls._new_user(
            "administrator", cls.company_2, login="administrator_2"
        )
        cls.portal_2 = cls._plain_user(
            "base.group_portal", "portal_2", company=cls.company_2
        )
        cls.site_of_2 = cls.env["conciergerie.site"].create(
            {
                "name": "Second company's counter",
                "code": "SEC",
                "company_id": cls.company_2.id,
                "resource_calendar_id": cls.company_2.resource_calendar_id.id,
            }
        )

    @classmethod
    def _plain_user(cls, group, login=None, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login or group.replace(".", "_"),
            groups=group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _own_models(cls):
        return sorted(
            name
            for name, model in cls.env.registry.items()
            if name.startswith("conciergerie.")
            and not model._abstract
            and model._original_module == "conciergerie_base"
        )


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    """What each role may do, model by model."""

    def test_every_model_is_listed(self):
        self.assertEqual(
            self._own_models(), sorted(RIGHTS), "add the new model to RIGHTS"
        )

    def test_every_model_has_access_rights_and_a_company_rule(self):
        access = self.env["ir.model.access"].sudo()
        rules = self.env["ir.rule"].sudo()
        for name in self._own_models():
            with self.subTest(model=name):
                model = self.env[name]
                lines = access.search([("model_id.model", "=", name)])
                self.assertTrue(lines)
                self.assertTrue(all(lines.mapped("group_id")), "never for everybody")
                if "company_id" in model._fields and not model._transient:
                    self.assertTrue(
                        rules.search_count(
                            [
                                ("model_id.model", "=", name),
                                ("groups", "=", False),
                                ("domain_force", "like", "company_id"),
                            ]
                        ),
                        "a rule keeps companies apart",
                    )
                elif not model._transient:
                    self.assertIn(name, SHARED)

    def test_operations(self):
        for name, row in RIGHTS.items():
            for role, allowed in zip(ROLES, row, strict=True):
                model = self.env[name].with_user(self.users[role])
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=name, role=role, operation=operation):
                        self.assertEqual(model.has_access(operation), letter in allowed)

    def test_operations_on_records(self):
        """The record rules of the own company refuse nothing that is granted."""
        for name, row in RIGHTS.items():
            if name not in self.records:
                continue
            record = self.records[name]
            for role, allowed in zip(ROLES, row, strict=True):
                own = record.with_user(self.users[role])
                if name == "conciergerie.shift" and role == "counter":
                    self.assertEqual(own.user_id, self.counter, "it plans its own")
                for letter, operation in OPERATIONS.items():
                    if operation == "create":
                        continue
                    with self.subTest(model=name, role=role, operation=operation):
                        self.assertEqual(own.has_access(operation), letter in allowed)

    def test_request_is_changed_by_the_counter_only(self):
        """An accountant has core's project rights, and reads requests only."""
        ready = self.env["project.task.type"]._stage_of_step("ready")
        other = self._new_request(self.copies)
        for role in ("accountant", "internal", "portal", "public"):
            task = other.with_user(self.users[role])
            for function in (
                lambda task=task: task.write({"name": "Changed"}),
                lambda task=task: task.write({"stage_id": ready.id}),
                lambda task=task: task.action_mark_ready(),
                lambda task=task: task.action_hand_over(),
                lambda task=task: task.action_renew_tracking_link(),
                lambda task=task: task.unlink(),
                lambda task=task: task.create(
                    {"name": "New", "project_id": self.site.project_id.id}
                ),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    function()
            self.assertEqual(other.step, "todo")
        self.assertEqual(
            self.task.with_user(self.users["accountant"]).reference,
            self.task.reference,
        )

    def test_accountant_works_with_the_numbers_of_accounts(self):
        """Core shows them, and the books, to who may see accounting features."""
        account = self.company_data["default_account_revenue"]
        name = account.with_user(self.accountant).display_name
        self.assertEqual(name, f"{account.code} {account.name}")
        menus = self.env["ir.ui.menu"].with_user(self.accountant)._visible_menu_ids()
        self.assertIn(self.env.ref("account.menu_action_account_form").id, menus)

    def test_settings_are_for_the_administrator(self):
        for role in ("counter", "manager", "accountant", "internal"):
            user = self.users[role]
            with self.assertRaises(AccessError):
                self.company.with_user(user).conciergerie_liability_limit = 1.0

    def test_stages_cannot_be_changed_by_anybody(self):
        stage = self.env["project.task.type"]._stage_of_step("ready")
        for role in ROLES:
            own = stage.with_user(self.users[role])
            for function in (
                own.action_archive,
                own.unlink,
                lambda own=own: own.write({"step": "todo"}),
            ):
                with self.subTest(role=role), self.assertRaises(UserError):
                    function()
        self.assertTrue(stage.exists() and stage.active)

    def test_colleagues_of_other_departments(self):
        """Who only sells or only works on projects keeps her screens."""
        for group, models in (
            ("sales_team.group_sale_salesman", ("crm.lead", "sale.order")),
            ("project.group_project_user", ("project.task",)),
        ):
            user = new_test_user(
                self.env,
                login=f"other_{group}",
                groups=f"base.group_user,{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            lead = self.env["crm.lead"].create(
                {"name": "Prospect", "user_id": user.id, "type": "opportunity"}
            )
            records = {
                "crm.lead": lead,
                "sale.order": self.task.sale_order_id.copy({"user_id": user.id}),
                "project.task": self.task,
            }
            for record in (*(records[name] for name in models), self.beneficiary):
                with self.subTest(group=group, model=record._name):
                    own = self.env(user=user)[record._name].browse(record.ids)
                    Form(own.with_context(allowed_company_ids=self.company.ids))

    def test_portal_reads_nothing_of_a_request(self):
        portal = self.users["portal"]
        self.task.partner_id = portal.partner_id
        self.task.message_subscribe(portal.partner_id.ids)
        self.site.project_id.message_subscribe(portal.partner_id.ids)
        for record in self.records.values():
            own = record.with_user(portal)
            if record._name == "sale.order":
                continue  # her own order is core's page
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                own.read(["display_name"])
        self.assertFalse(self.task.with_user(portal).search([]))
