from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .copay_common import PosCopayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestCopayTicket(PosCopayCommon):
    """CASES B2 and C3 at the till: the payments, the uses and the entries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention()
        cls.rule = cls.convention.copay_rule_ids
        cls._entitle(cls.convention)

    def _paid(self, order):
        return [
            (p.payment_method_id.name, p.amount, p.copay_partner_id.name)
            for p in order.payment_ids.sorted("amount")
        ]

    def test_shares_of_b2(self):
        for price, share, rest in (
            (14.0, 7.0, 7.0),
            (30.0, 10.0, 20.0),
            (15.35, 7.68, 7.67),
        ):
            with self.subTest(price=price):
                order = self._sell(self._line(self.mending, price))
                self.assertCountEqual(
                    self._paid(order),
                    [
                        ("Taken in charge", share, self.employer.name),
                        ("Cash", rest, False),
                    ],
                )
                self.assertEqual(order.amount_total, price, "the sale stays whole")
                self.assertEqual(order.lines.copay_amount, share)
                use = self._uses(order)
                self.assertEqual(
                    (use.convention_id, use.payer_id, use.partner_id, use.rule_id),
                    (self.convention, self.employer, self.beneficiary, self.rule),
                )
                self.assertEqual(
                    (use.price_total, use.share_amount, use.quantity, use.site_id),
                    (price, share, 1.0, self.site),
                )
                self.assertEqual(use.pos_line_id, order.lines)
                self.assertEqual(str(use.date), "2026-11-10")

    def test_yearly_ceiling(self):
        self.rule.write({"cap_operation": 0.0, "cap_year": 25.0})
        self.env["conciergerie.copay.ceiling"]._raise(
            self.beneficiary, self.rule.date_from.replace(month=11), {self.rule: 17.0}
        )
        order = self._sell(self._line(self.mending))
        self.assertCountEqual(
            self._paid(order),
            [("Taken in charge", 8.0, self.employer.name), ("Cash", 22.0, False)],
        )
        self.assertEqual(self._ceiling(self.rule), [("2026", 25.0, 0.0)])
        order = self._sell(self._line(self.mending))
        self.assertEqual(self._paid(order), [("Cash", 30.0, False)])
        self.assertEqual(self._uses(order).share_amount, 0.0, "counted all the same")
        self.assertEqual(self._ceiling(self.rule), [("2026", 25.0, 0.0)])

    def test_entry_of_b2(self):
        self._sell(self._line(self.mending))
        entry = self._close()
        receivable = self.employer.property_account_receivable_id.code[:6]
        till = self.company.account_default_pos_receivable_account_id.code[:6]
        self.assertEqual(
            self._entry(entry),
            sorted(
                [
                    (till, "", 20.0, 0.0),
                    (receivable, self.employer.name, 10.0, 0.0),
                    (self.services_account.code[:6], "", 0.0, 25.0),
                    ("445710", "", 0.0, 5.0),
                ]
            ),
        )
        item = entry.line_ids.filtered("copay_pos_payment_id")
        self.assertEqual(item.copay_convention_id, self.convention)
        self.assertNotIn(self.beneficiary.name, item.name)
        self.assertNotIn(self.mending.name, item.name)
        self.assertEqual(str(item.date_maturity), "2026-11-30")

    def test_several_payers_in_order(self):
        town = self._new_convention(
            self.town, payer_rank=20, rules=[{"share": 20.0}], convention_kind="commune"
        )
        self._entitle(town)
        order = self._sell(self._line(self.mending))
        self.assertCountEqual(
            self._paid(order),
            [
                ("Taken in charge", 10.0, self.employer.name),
                ("Taken in charge", 4.0, self.town.name),
                ("Cash", 16.0, False),
            ],
        )
        self.assertEqual(order.lines.copay_amount, 14.0)
        self._close()
        self.assertEqual(self._open_items(self.employer), [10.0])
        self.assertEqual(self._open_items(self.town), [4.0])
        self.assertEqual(self._open_items(self.beneficiary), [])

    def test_one_ceiling_by_sale_for_all_its_lines(self):
        order = self._sell(self._line(self.mending), self._line(self.copies, 6.0))
        self.assertEqual(order.lines.mapped("copay_amount"), [10.0, 0.0])
        self.assertEqual(self._uses(order).mapped("share_amount"), [10.0, 0.0])
        self.assertEqual(len(order.payment_ids), 2)

    def test_sent_twice_is_one_use(self):
        self.rule.cap_year = 100.0
        ticket = self._ticket([self._line(self.mending)], self.beneficiary)
        self._pay(ticket, *self._asked(ticket)["payments"])
        order = self._send(ticket)
        self.assertEqual(self._ceiling(self.rule), [("2026", 10.0, 0.0)])
        self.assertEqual(self._send(ticket), order)
        self.assertEqual(len(self._uses(order)), 1)
        self.assertEqual(self._ceiling(self.rule), [("2026", 10.0, 0.0)])
        order._book_copay()
        self.assertEqual(len(self._uses(order)), 1)

    def test_reserved_then_left(self):
        self.rule.cap_year = 100.0
        ticket = self._ticket([self._line(self.mending)], self.beneficiary)
        self._asked(ticket)
        self.assertEqual(self._ceiling(self.rule), [("2026", 0.0, 10.0)])
        self._as_cashier(self.till).copay_leave(ticket["uuid"])
        self.assertEqual(self._ceiling(self.rule), [("2026", 0.0, 0.0)])

    def test_used_elsewhere_before_payment(self):
        self.rule.write({"cap_operation": 0.0, "cap_year": 10.0})
        ticket = self._ticket([self._line(self.mending)], self.beneficiary)
        shares = self._asked(ticket)["payments"]
        with freeze_time("2026-11-10 10:20:00"):
            other = self._sell(self._line(self.mending))
            self.assertEqual(other.lines.copay_amount, 10.0, "the first one is late")
            self.assertEqual(self._asked(ticket, is_paying=True)["payments"], [])
            with self.assertRaisesRegex(
                UserError, "0.00.*not.*10.00.*open the payment"
            ):
                self._send(self._pay(ticket, *shares))
            order = self._send(self._pay(ticket))
        self.assertEqual(order.lines.copay_amount, 0.0)
        self.assertEqual(self._ceiling(self.rule), [("2026", 10.0, 0.0)])

    def test_a_payment_that_is_being_made_keeps_its_share_for_a_day(self):
        self.rule.write({"cap_operation": 0.0, "cap_year": 10.0})
        ticket = self._ticket([self._line(self.mending)], self.beneficiary)
        shares = self._asked(ticket, is_paying=True)["payments"]
        with freeze_time("2026-11-10 16:00:00"):
            other = self._sell(self._line(self.mending))
            self.assertEqual(other.lines.copay_amount, 0.0)
            order = self._send(self._pay(ticket, *shares))
        self.assertEqual(order.lines.copay_amount, 10.0)

    def test_never_made_by_hand(self):
        stranger = self.env["res.partner"].create({"name": "Alix"})
        for partner, amount, key in (
            (self.beneficiary, 12.0, self.convention.id),
            (self.beneficiary, 10.0, 0),
            (stranger, 10.0, self.convention.id),
            (self.beneficiary, -10.0, self.convention.id),
        ):
            with self.subTest(partner=partner.name, amount=amount, key=key):
                ticket = self._ticket([self._line(self.mending)], partner)
                self._pay(ticket, {"key": key, "name": "X", "amount": amount})
                with self.assertRaises(UserError):
                    self._send(ticket)
        ticket = self._ticket([self._line(self.mending)])
        self._pay(ticket, {"key": self.convention.id, "name": "X", "amount": 10.0})
        with self.assertRaises(UserError):
            self._send(ticket)
        ticket = self._ticket([self._line(self.mending)], self.beneficiary)
        self._pay(ticket)
        ticket["payment_ids"][0][2]["copay_partner_id"] = self.employer.id
        with self.assertRaises(UserError):
            self._send(ticket)

    def test_without_share_the_use_is_counted(self):
        self.rule.cap_year = 100.0
        ticket = self._ticket([self._line(self.mending)], self.beneficiary)
        self._asked(ticket)
        order = self._send(self._pay(ticket))
        self.assertEqual(self._paid(order), [("Cash", 30.0, False)])
        self.assertEqual(self._uses(order).mapped("share_amount"), [0.0])
        self.assertEqual(self._ceiling(self.rule), [("2026", 0.0, 0.0)], "freed")

    def test_what_is_no_market_service_has_no_share(self):
        order = self._sell(self._line(self.paperwork, 5.0))
        self.assertFalse(self._uses(order))

    def test_price_changed_after_the_payment_was_opened(self):
        self.rule.cap_year = 100.0
        ticket = self._ticket([self._line(self.mending)], self.beneficiary)
        shares = self._asked(ticket)["payments"]
        changed = self._ticket([self._line(self.mending, 14.0)], self.beneficiary)
        changed["uuid"] = ticket["uuid"]
        with self.assertRaises(UserError):
            self._send(self._pay(changed, *shares))
        self._send(self._pay(changed, {**shares[0], "amount": 7.0}))
        self.assertEqual(self._ceiling(self.rule), [("2026", 7.0, 0.0)])

    def test_a_settled_order_is_shared_on_the_ticket_only(self):
        """Pick-up: the order shows what the ticket took, and asks nothing more."""
        order = self._as_cashier(self.env["sale.order"]).create(
            {
                "partner_id": self.beneficiary.id,
                "site_id": self.site.id,
                "order_line": [Command.create({"product_id": self.mending.id})],
            }
        )
        order.action_confirm()
        line = order.order_line
        self.assertEqual((order.copay_amount, order.copay_rest), (10.0, 20.0))
        ticket = self._sell(
            self._line(
                self.mending,
                sale_order_line_id=line.id,
                sale_order_origin_id=order.id,
            )
        )
        order = self.env["sale.order"].browse(order.id)
        self.assertEqual(ticket.lines.sale_order_line_id, line)
        self.assertEqual((order.copay_amount, order.copay_rest), (10.0, 20.0))
        self.assertIn(self.employer.name, order.copay_payers)
        self.assertEqual(line._copay_quantity_left(), 0.0)
        self.assertEqual(order.amount_unpaid, 0.0)
        self.assertEqual(len(self._uses(ticket)), 1)
        self._refund(ticket)
        order.invalidate_recordset()
        self.assertEqual(order.copay_amount, 0.0)

    def test_what_an_anonymous_ticket_costs(self):
        """No query of ours where nobody is named; few where nobody pays for her."""
        stranger = self.env["res.partner"].create(
            {"name": "Alix", "company_id": self.company.id}
        )
        counts = {}
        for name, partner in (("warm", stranger), ("nobody", False), ("her", stranger)):
            ticket = self._pay(self._ticket([self._line(self.mending)], partner))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._send(ticket)
            counts[name] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts["her"], counts["nobody"] + 16, counts)

    def test_who_may_ask(self):
        """Shares are asked for at one's own tills, of people one may read."""
        stranger = self._new_user("counter", login="test_counter_elsewhere")
        till = self.till.with_user(stranger).with_company(self.company)
        for ask in (
            lambda: till.copay_person(self.beneficiary.id),
            lambda: till.copay_open("token", self.beneficiary.id, [], 0.0),
            lambda: till.copay_leave("token"),
        ):
            with self.assertRaises(AccessError):
                ask()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        hers = self.env["res.partner"].create(
            {"name": "Of another company", "company_id": elsewhere.id}
        )
        with self.assertRaises(AccessError):
            self._as_cashier(self.till).copay_person(hers.id)
        for name in ("conciergerie.copay.use", "conciergerie.copay.ceiling"):
            with self.assertRaises(AccessError):
                self.env[name].with_user(self.counter).search([])

    def test_time_of_what_a_ticket_sold_is_the_conventions(self):
        order = self._sell(self._line(self.mending))
        project = self.site.project_id
        task = self.env["project.task"].create(
            {"name": "Mending", "project_id": project.id}
        )
        employee = self.env["hr.employee"].sudo().create({"name": "Lou"})
        self.env["account.analytic.line"].sudo().create(
            {
                "name": "Work",
                "project_id": project.id,
                "task_id": task.id,
                "unit_amount": 2.0,
                "employee_id": employee.id,
                "company_id": self.company.id,
            }
        )
        self.env.flush_all()
        # Set by what makes the request of a ticket, and by nobody else.
        self.env.cr.execute(
            "UPDATE project_task SET pos_line_id = %s WHERE id = %s",
            (order.lines.id, task.id),
        )
        rows = self.env["conciergerie.convention.result"].search(
            [("convention_id", "=", self.convention.id)]
        )
        self.assertEqual(sum(rows.mapped("hours")), 2.0)
        self.assertEqual(sum(rows.mapped("share_amount")), 10.0)
