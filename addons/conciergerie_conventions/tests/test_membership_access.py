from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..hooks import NARROWED_ACCESS, uninstall_hook
from .membership_common import MembershipCommon

GUARDED = (
    "product.template",
    "product.product",
    "contract.contract",
    "contract.line",
    "contract.template",
    "contract.template.line",
    "membership.membership_line",
    "membership.membership_category",
)


@tagged("post_install", "-at_install")
class TestMembershipAccess(MembershipCommon):
    """OCA's rights, narrowed: a volunteer changes neither prices nor conventions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention()
        cls.line = cls.lines._book_sale(
            cls.beneficiary, cls.membership, cls.company, cls._today(), 15.0
        ).sudo(False)
        company = {"company_id": cls.company.id, "company_ids": cls.company.ids}
        cls.internal = new_test_user(
            cls.env, "internal", groups="base.group_user", **company
        )
        cls.portal = new_test_user(
            cls.env, "portal_member", groups="base.group_portal", **company
        )

    def test_nobody_below_changes_them(self):
        for user in self.counter | self.internal | self.portal:
            for model in GUARDED:
                for operation in ("write", "create", "unlink"):
                    with self.subTest(user=user.login, model=model, what=operation):
                        self.assertFalse(
                            self.env[model].with_user(user).has_access(operation)
                        )

    def test_by_rpc(self):
        for user in self.counter | self.internal | self.portal:
            for record, values in (
                (self.copies, {"list_price": 1.0}),
                (self.copies.product_tmpl_id, {"list_price": 1.0}),
                (self.membership, {"list_price": 0.0}),
                (self.convention, {"term_end": "2030-01-01"}),
                (self.line, {"date_to": "2030-01-01"}),
            ):
                with self.subTest(user=user.login, record=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).write(values)
                    with self.assertRaises(AccessError):
                        record.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.lines.with_user(user).create(
                    {
                        "partner_id": self.spouse().id,
                        "membership_id": self.membership.id,
                        "date_from": "2026-01-01",
                        "date_to": "2030-01-01",
                        "state": "free",
                    }
                )

    def spouse(self):
        return self.env["res.partner"].create({"name": "Sacha Morel"})

    def test_not_through_the_contact(self):
        """The contact is the counter's to change, its memberships are not."""
        with self.assertRaises(AccessError):
            self.beneficiary.with_user(self.counter).write(
                {
                    "member_line_ids": [
                        Command.update(self.line.id, {"date_to": "2030-01-01"})
                    ]
                }
            )

    def test_portal_reads_no_membership(self):
        with self.assertRaises(AccessError):
            self.line.with_user(self.portal).read(["date_to"])

    def test_other_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Other valley"})
        manager = self._new_user("manager", company=other, login="other_manager")
        found = self.lines.with_user(manager).search([("id", "=", self.line.id)])
        self.assertFalse(found)

    def test_who_should_can(self):
        self.line.with_user(self.manager).date_to = "2030-01-01"
        self.membership.with_user(self.manager).list_price = 16.0
        self.env["membership.membership_category"].with_user(self.manager).create(
            {"name": "Founders"}
        )
        # An invoice makes the line for who has no right on contacts.
        move = (
            self.env["account.move"]
            .with_user(self.accountant)
            .with_company(self.company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.spouse().id,
                    "invoice_line_ids": [
                        Command.create({"product_id": self.membership.id})
                    ],
                }
            )
        )
        move.action_post()
        self.assertEqual(
            move.invoice_line_ids.membership_line_ids.mapped("state"), ["invoiced"]
        )

    def test_uninstall_gives_oca_its_rights_back(self):
        for xmlid in NARROWED_ACCESS:
            self.assertFalse(self.env.ref(xmlid).perm_write)
        uninstall_hook(self.env)
        for xmlid in NARROWED_ACCESS:
            access = self.env.ref(xmlid)
            self.assertTrue(
                access.perm_write and access.perm_create and access.perm_unlink
            )
