from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .copay_common import PosCopayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestMembershipTicket(PosCopayCommon):
    """A membership sold at the till: dates, account 756, refund, members' prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._set_membership_account()
        cls.membership = cls.env["product.product"].create(
            {
                "name": "Yearly membership",
                "list_price": 15.0,
                "membership": True,
                "membership_period": "rolling",
                "taxes_id": [],
                "categ_id": cls.env.ref(
                    "conciergerie_conventions.product_category_membership"
                ).id,
            }
        )
        cls.members_pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Members",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": cls.copies.product_tmpl_id.id,
                            "compute_price": "percentage",
                            "percent_price": 20.0,
                        }
                    )
                ],
            }
        )
        cls.company.members_pricelist_id = cls.members_pricelist

    def _memberships(self, partner=None):
        return self.env["membership.membership_line"].search(
            [("partner_id", "=", (partner or self.beneficiary).id)], order="id"
        )

    def _days(self):
        return [
            (m.date_from, m.date_to, m.state, m.member_price)
            for m in self._memberships()
        ]

    def test_sold_and_booked_on_756(self):
        order = self._sell(self._line(self.membership))
        self.assertEqual(
            self._days(), [(date(2026, 11, 10), date(2027, 11, 9), "paid", 15.0)]
        )
        self.assertEqual(self._memberships().company_id, self.company)
        self.assertIn(
            self.beneficiary,
            self.beneficiary._members_on(self.company, date(2026, 11, 10)),
        )
        self.assertFalse(self._uses(order), "no share of a membership")
        entry = self._close()
        till = self.company.account_default_pos_receivable_account_id.code[:6]
        self.assertEqual(
            self._entry(entry),
            sorted([(till, "", 15.0, 0.0), ("756000", "", 0.0, 15.0)]),
        )

    def test_sent_twice_is_one_membership(self):
        ticket = self._pay(
            self._ticket([self._line(self.membership)], self.beneficiary)
        )
        order = self._send(ticket)
        self.assertEqual(self._send(ticket), order)
        order._book_memberships()
        self.assertEqual(len(self._memberships()), 1)

    def test_renewed_before_its_end(self):
        self._sell(self._line(self.membership))
        self._sell(self._line(self.membership, qty=2))
        self.assertEqual(
            [days[:2] for days in self._days()],
            [
                (date(2026, 11, 10), date(2027, 11, 9)),
                (date(2027, 11, 10), date(2029, 11, 9)),
            ],
        )

    def test_sold_to_nobody(self):
        ticket = self._pay(self._ticket([self._line(self.membership)]))
        with self.assertRaisesRegex(UserError, "choose the customer"):
            self._send(ticket)

    def test_refund_gives_it_back(self):
        order = self._sell(self._line(self.membership))
        self._refund(order)
        self.assertEqual(self._memberships().state, "canceled")
        self.assertFalse(self.beneficiary._members_on(self.company, date(2026, 11, 10)))

    def test_refund_of_a_part_ends_it_that_day(self):
        order = self._sell(self._line(self.membership, qty=2))
        self._refund(order, (order.lines, 1))
        membership = self._memberships()
        self.assertEqual(
            (membership.state, membership.date_cancel), ("paid", date(2026, 11, 10))
        )
        self._refund(order, (order.lines, 1))
        self.assertEqual(membership.state, "canceled")

    def test_invoice_of_the_ticket_makes_no_second_one(self):
        self._sell(self._line(self.membership), to_invoice=True)
        self.assertEqual(len(self._memberships()), 1)
        self._close()
        self._open()
        order = self._sell(self._line(self.membership))
        self._close(cash=0.0)
        self._as_cashier(order).with_context(
            generate_pdf=False
        ).action_pos_order_invoice()
        self.assertEqual(len(self._memberships()), 2)

    def test_credit_note_of_the_back_office(self):
        """Of the ticket's invoice: whole it ends it, of a part from that day."""
        order = self._sell(
            self._line(self.membership, qty=2), self._line(self.copies), to_invoice=True
        )
        membership = self._memberships()
        other = order.account_move._reverse_moves(
            [{"invoice_date": date(2026, 11, 19)}]
        )
        other.invoice_line_ids.filtered(
            lambda line: line.product_id == self.membership
        ).unlink()
        other.action_post()
        self.assertEqual((membership.state, membership.date_cancel), ("paid", False))
        for state in ("paid", "canceled"):
            note = order.account_move._reverse_moves(
                [{"invoice_date": date(2026, 11, 20)}]
            )
            kept = note.invoice_line_ids.filtered(
                lambda line: line.product_id == self.membership
            )
            (note.invoice_line_ids - kept).unlink()
            kept.quantity = 1
            note.action_post()
            self.assertEqual(
                (membership.state, membership.date_cancel), (state, date(2026, 11, 20))
            )
        self.assertFalse(self.beneficiary._members_on(self.company, date(2026, 11, 21)))

    def test_what_the_till_is_told(self):
        person = self._as_cashier(self.till).copay_person(self.beneficiary.id)
        self.assertEqual(
            (person["member_until"], person["pricelist_id"]), (False, False)
        )
        self._sell(self._line(self.membership))
        person = self._as_cashier(self.till).copay_person(self.beneficiary.id)
        self.assertEqual(
            (person["member_until"], person["pricelist_id"]),
            ("2027-11-09", self.members_pricelist.id),
        )
        loaded = self.till.current_session_id.with_user(self.counter).load_data(
            ["pos.preset", "product.pricelist"]
        )
        self.assertIn(
            self.members_pricelist.id,
            [row["id"] for row in loaded["product.pricelist"]],
        )

    def test_till_is_told_in_a_constant_number_of_queries(self):
        payers = self.env["res.partner"].create(
            [{"name": f"Works {n}", "is_company": True} for n in range(4)]
        )
        till = self._as_cashier(self.till)
        counts = []
        for payer in payers:
            convention = self._new_convention(
                payer, rules=[{"share": 10.0, "cap_year": 25.0, "cap_month": 5.0}]
            )
            self._entitle(convention)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            told = till.copay_person(self.beneficiary.id)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(told["conventions"]), 4)
        self.assertEqual(
            told["conventions"][0]["rules"][0]["words"], "10 % of all services"
        )
        self.assertLessEqual(max(counts[1:]), min(counts[1:]) + 1, counts)
