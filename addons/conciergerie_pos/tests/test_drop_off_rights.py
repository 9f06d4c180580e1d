from odoo.exceptions import AccessError
from odoo.tests import tagged

from .drop_off_common import DropOffCase


@tagged("post_install", "-at_install")
class TestDropOffRights(DropOffCase):
    """Who may take things, and that nobody writes what a till recorded."""

    def test_others_are_refused(self):
        cashier = self._new_user("counter", login="test_cashier")
        cashier.group_ids = self.env.ref("base.group_user") | self.env.ref(
            "point_of_sale.group_pos_user"
        )
        for user in (self.accountant, cashier):
            with self.assertRaises(AccessError):
                self._send(self._payload(), user)

    def test_other_company_is_refused(self):
        other = self.setup_other_company()["company"]
        stranger = self._new_user("counter", other, login="test_stranger")
        with self.assertRaises(AccessError):
            self._send(self._payload(), stranger)
        payload = self._payload()
        drop_off = self._send(payload)
        self.assertFalse(
            self.env["conciergerie.drop.off"]
            .with_user(stranger)
            .search([("id", "=", drop_off.id)])
        )
        with self.assertRaises(AccessError):
            drop_off.with_user(stranger).read(["name"])

    def test_nobody_writes_drop_offs(self):
        drop_off = self._send(self._payload())
        for user in (self.counter, self.manager, self.accountant):
            record = drop_off.with_user(user)
            self.assertEqual(record.name, "VAL-T1P1-0001")
            for method, args in (
                ("write", ({"name": "X"},)),
                ("unlink", ()),
                ("create", ([{"name": "X"}],)),
            ):
                with self.assertRaises(AccessError):
                    getattr(record, method)(*args)
            with self.assertRaises(AccessError):
                self.env["conciergerie.pos.claim"].with_user(user).create(
                    {"uuid": "x" * 36}
                )
