from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_rights import RightsCase


@tagged("post_install", "-at_install")
class TestRightsRpc(RightsCase, HttpCase):
    """The same through the door that a browser uses."""

    def _call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def _assert_refused(self, model, method, *args, **kwargs):
        with mute_logger("odoo.http"), self.assertRaises(Exception) as error:
            self._call(model, method, *args, **kwargs)
        self.assertRegex(
            str(error.exception), "AccessError|UserError|access|ValidationError"
        )

    def _login(self, user):
        user.sudo().password = "a long enough password"
        self.authenticate(user.login, "a long enough password")

    def test_stranger(self):
        self._login(self.counter_2)
        for record in self.records.values():
            name, ids = record._name, record.ids
            self._assert_refused(name, "read", ids, ["display_name"])
            self.assertEqual(
                self._call(name, "search_read", [["id", "in", ids]], ["id"]), []
            )
            self._assert_refused(
                name,
                "read",
                ids,
                ["display_name"],
                context={"allowed_company_ids": self.company.ids},
            )
        self._assert_refused("project.task", "action_mark_ready", self.task.ids)
        self._assert_refused(
            "project.task", "write", self.task.ids, {"description": "x"}
        )

    def test_forged_step(self):
        self._login(self.counter)
        task = self._new_request(self.copies)
        stage = self.env["project.task.type"]._stage_of_step("cancelled")
        for context in (
            {"conciergerie_step": True},
            {"conciergerie_step": "TRANSITION", "mail_notrack": True},
        ):
            for values in ({"stage_id": stage.id}, {"step": "ready"}):
                self._assert_refused(
                    "project.task", "write", task.ids, values, context=context
                )
        self.assertEqual(task.step, "todo")

    def test_private_methods(self):
        self._login(self.counter)
        for model, method in (
            ("project.task", "_set_step"),
            ("project.task", "_hand_over"),
            ("project.task", "_record"),
            ("conciergerie.piece", "_move"),
            ("conciergerie.custody.event", "_drop_triggers"),
        ):
            self._assert_refused(model, method, self.task.ids)

    def test_custody_cannot_be_forged(self):
        self._login(self.users["administrator"])
        piece = self.task.piece_ids[1]
        event = piece.event_ids[0]
        self._assert_refused(
            "conciergerie.custody.event",
            "create",
            [
                {
                    "piece_id": piece.id,
                    "holder": "beneficiary",
                    "site_id": self.site.id,
                    "user_id": self.counter.id,
                }
            ],
        )
        self._assert_refused(event._name, "write", event.ids, {"holder": "proxy"})
        self._assert_refused(event._name, "unlink", event.ids)
        self._assert_refused(piece._name, "unlink", piece.ids)
        self._assert_refused(
            piece._name,
            "create",
            [{"task_id": self.task.id, "number": 9, "label": "FAKE-9"}],
        )
        for values in (
            {"label": "FAKE-1"},
            {"task_id": self._new_request(self.copies).id},
            {"holder": "beneficiary"},
            {"holder_partner_id": self.cobbler.id},
            {"holder_since": "2020-01-01 00:00:00"},
            {"event_ids": [[5, 0, 0]]},
        ):
            self._assert_refused(piece._name, "write", piece.ids, values)
        piece.invalidate_recordset()
        self.assertEqual(piece.holder, "counter")

    def test_portal_user(self):
        portal = self.users["portal"]
        self.task.partner_id = portal.partner_id
        self._login(portal)
        for record in self.records.values():
            if record._name == "sale.order":
                continue
            with mute_logger("odoo.http"):
                self._assert_refused(record._name, "read", record.ids, ["display_name"])
        for field in ("tracking_token", "reference", "reason", "piece_ids"):
            self._assert_refused("project.task", "read", self.task.ids, [field])
