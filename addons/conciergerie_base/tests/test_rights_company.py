from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .test_rights import SHARED, RightsCase


@tagged("post_install", "-at_install")
class TestCompanySeparation(RightsCase):
    """Nothing of one company reaches the people of another."""

    def _strangers(self):
        return self.counter_2 | self.manager_2 | self.administrator_2 | self.portal_2

    def _as(self, record, user):
        """Return the record as another user sees it, with her own companies."""
        return self.env(user=user, context={})[record._name].browse(record.ids)

    def test_every_company_model_is_tried(self):
        missing = set(self._own_models()) - set(SHARED) - set(self.records)
        self.assertFalse(
            [name for name in missing if not self.env[name]._transient],
            "add a record of the new model to the set-up",
        )

    def test_records(self):
        for record in self.records.values():
            for user in self._strangers():
                own = self._as(record, user)
                with self.subTest(model=record._name, user=user.login):
                    with self.assertRaises(AccessError):
                        own.read(["display_name"])
                    with self.assertRaises(AccessError):
                        own.write({"display_name": "Stolen"})
                    with self.assertRaises(AccessError):
                        own.unlink()
                    if not own.browse().has_access("read"):
                        continue
                    domain = [("id", "in", record.ids)]
                    self.assertFalse(own.search(domain))
                    self.assertFalse(own.with_context(active_test=False).search(domain))
                    self.assertEqual(own.search_count(domain), 0)
                    self.assertFalse(own._read_group(domain, [], ["__count"])[0][0])
                    self.assertFalse(own.name_search("", domain))

    def test_forged_company(self):
        for user in self._strangers():
            forged = self._as(self.task, user).with_context(
                allowed_company_ids=self.company.ids
            )
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                forged.read(["name"])

    def test_new_contacts(self):
        """Beneficiaries are of the company that registers them; providers of all."""
        for action, company in (
            ("res_partner_action_beneficiary", self.company),
            ("res_partner_action_provider", self.env["res.company"]),
        ):
            action = self.env.ref(f"conciergerie_base.{action}")
            context = {
                **safe_eval(action.context),
                "allowed_company_ids": [self.company.id],
            }
            partner_model = self.env["res.partner"].with_user(self.counter)
            partner = partner_model.with_context(**context).create({"name": "New"})
            self.assertEqual(partner.company_id, company)

    def test_scanning_finds_nothing(self):
        piece = self._as(self.env["conciergerie.piece"], self.counter_2)
        label = self.task.piece_ids[0].label
        self.assertFalse(piece.action_open_code(label))
        self.assertFalse(piece.action_open_code(self.task.reference))
        with self.assertRaisesRegex(UserError, "No piece carries the label"):
            piece._get_by_label(label)

    def test_dialogs_with_ids_of_another_company(self):
        env = self.env(user=self.counter_2, context={"lang": "en_US"})
        piece = self.task.piece_ids[1]
        step = self.task.step
        collect = {"task_ids": [Command.set(self.task.ids)]}
        custody = {
            "operation": "hand_over",
            "task_ids": [Command.set(self.task.ids)],
            "line_ids": [Command.create({"piece_id": piece.id})],
        }
        reason = {
            "task_ids": [Command.set(self.task.ids)],
            "operation": "cancel",
            "reason": "Mine now",
        }
        for model, values in (
            ("conciergerie.collect.wizard", collect),
            ("conciergerie.custody.wizard", custody),
            ("conciergerie.custody.wizard", {**custody, "operation": "deposit"}),
            ("conciergerie.reason.wizard", reason),
            ("conciergerie.reason.wizard", {**reason, "operation": "problem"}),
        ):
            with self.subTest(model=model, operation=values.get("operation")):
                with self.assertRaises(UserError):
                    env[model].create(values).action_confirm()
        with self.assertRaises(UserError):
            env["conciergerie.request.wizard"].create(
                {
                    "site_id": self.site.id,
                    "new_name": "Intruder",
                    "service_id": self.paperwork.id,
                }
            ).action_create_and_open()
        self.assertEqual(self.task.step, step)
        self.assertEqual(piece.holder, "counter")

    def test_dialogs_tell_nothing_of_another_company(self):
        env = self.env(user=self.counter_2, context={"lang": "en_US"})
        for create in (env["conciergerie.collect.wizard"].create, self._new_dialog):
            with self.assertRaises(AccessError):
                wizard = create({"task_ids": [Command.set(self.task.ids)]})
                wizard.read(["amount_total", "partner_id", "amount_to_invoice"])

    def _new_dialog(self, values):
        """Return what the form computes before it is saved."""
        dialog = self.env(user=self.counter_2, context={"lang": "en_US"})[
            "conciergerie.collect.wizard"
        ]
        result = dialog.onchange(
            values, ["task_ids"], {"amount_total": {}, "partner_id": {"fields": {}}}
        )
        if not result["value"].get("amount_total"):
            message = "nothing was told"
            raise AccessError(message)
        return dialog.browse()

    def test_user_of_both_companies(self):
        """Who works for both sees what the chosen companies have."""
        both = self._new_user("counter", login="both")
        both.company_ids = [Command.link(self.company_2.id)]
        task = self._as(self.task, both)
        only_2 = task.with_context(allowed_company_ids=self.company_2.ids)
        self.assertFalse(only_2.search([("id", "=", task.id)]))
        self.assertTrue(
            task.with_context(
                allowed_company_ids=(self.company_2 | self.company).ids
            ).search([("id", "=", task.id)])
        )
