from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import ConventionsCommon


class StatementCase(ConventionsCommon):
    """Uses made by hand: what books them has its own tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention()
        cls.employer.lang = "en_US"
        cls.people = cls.env["res.partner"].create(
            [{"name": f"Person {n}", "company_id": cls.company.id} for n in range(8)]
        )

    @classmethod
    def _new_use(cls, person, service, share, day="2026-10-05", **values):
        """Record a use and the entry that makes its payer owe the share."""
        convention = values.pop("convention", cls.convention)
        customer = cls.company_data["default_account_receivable"]
        payer = convention.commercial_partner_id
        transfer = cls.env["account.move"].create(
            {
                "date": day,
                "is_neutral_transfer": True,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": customer.id,
                            "partner_id": partner.id,
                            "balance": balance,
                            "copay_convention_id": partner == payer and convention.id,
                            "date_maturity": "2026-11-30",
                        }
                    )
                    for partner, balance in ((person, -share), (payer, share))
                ],
            }
        )
        transfer.action_post()
        return (
            cls.env["conciergerie.copay.use"]
            .sudo()
            .create(
                {
                    "convention_id": convention.id,
                    "company_id": cls.company.id,
                    "payer_id": payer.id,
                    "partner_id": person.id,
                    "product_id": service.id,
                    "date": day,
                    "quantity": 1 if share > 0 else -1,
                    "price_total": 2 * share,
                    "share_amount": share,
                    "transfer_move_id": transfer.id,
                    **values,
                }
            )
        )

    def _settle(self, period_end="2026-10-31", user=None):
        return (
            self.env["conciergerie.copay.statement"]
            .with_user(user or self.accountant)
            ._settle(self.company, fields.Date.to_date(period_end))
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-03")
class TestCopayStatement(StatementCase):
    """Counts and amounts for the payer, never who bought what (case C2)."""

    def _rows(self, statement):
        return [
            (line.product_id.name, line.use_count, line.share_amount)
            for line in statement.line_ids
        ]

    def test_services_with_few_people_are_merged(self):
        for person in self.people[:6]:
            self._new_use(person, self.ironing, 6.0)
        for person in self.people[:5]:
            self._new_use(person, self.alteration, 9.0)
        self._new_use(self.people[6], self.copies, 3.0)
        statement = self._settle()
        # Copies have one person behind them; with the service that has the fewest
        # people of the others, six.
        self.assertEqual(
            self._rows(statement), [("Ironing", 6, 36.0), (False, 6, 48.0)]
        )
        self.assertEqual(
            (statement.people_count, statement.use_count, statement.share_amount),
            (7, 12, 84.0),
        )

    def test_nothing_is_had_by_subtraction(self):
        """One service with enough people, one with too few: no breakdown at all."""
        for person in self.people[:6]:
            self._new_use(person, self.ironing, 6.0)
        self._new_use(self.people[6], self.copies, 3.0)
        statement = self._settle()
        self.assertEqual(self._rows(statement), [])
        self.assertEqual(statement.share_amount, 39.0)

    def test_few_people_get_the_total_only(self):
        self._new_use(self.people[0], self.ironing, 6.0)
        self._new_use(self.people[0], self.ironing, 4.5)
        statement = self._settle()
        self.assertEqual(self._rows(statement), [])
        self.assertEqual(
            (statement.people_count, statement.use_count, statement.share_amount),
            (1, 2, 10.5),
        )

    def test_every_service_with_enough_people_is_shown(self):
        for person in self.people[:5]:
            self._new_use(person, self.ironing, 6.0)
            self._new_use(person, self.copies, 3.0)
        statement = self._settle()
        self.assertEqual(
            self._rows(statement), [("Copies", 5, 15.0), ("Ironing", 5, 30.0)]
        )

    def test_given_back_is_no_use(self):
        use = self._new_use(self.people[0], self.ironing, 6.0)
        self._new_use(self.people[1], self.ironing, 6.0)
        self._new_use(
            self.people[0], self.ironing, -6.0, "2026-10-20", refunded_use_id=use.id
        )
        statement = self._settle()
        self.assertEqual(
            (statement.people_count, statement.use_count, statement.share_amount),
            (1, 1, 6.0),
        )

    def test_once_only_and_late_ones_in_the_next(self):
        self._new_use(self.people[0], self.ironing, 6.0)
        first = self._settle()
        self.assertFalse(self._settle())
        self._new_use(self.people[1], self.ironing, 7.0, "2026-10-30")
        second = self._settle()
        self.assertEqual((first.share_amount, second.share_amount), (6.0, 7.0))

    def test_it_never_changes(self):
        self._new_use(self.people[0], self.ironing, 6.0)
        statement = self._settle().sudo()
        with self.assertRaisesRegex(UserError, "never changes"):
            statement.share_amount = 5.0
        with self.assertRaisesRegex(UserError, "is kept"):
            statement.unlink()

    def test_paid_in_part_then_in_full(self):
        self._new_use(self.people[0], self.ironing, 6.0)
        self._new_use(self.people[1], self.ironing, 10.0)
        use = self._new_use(self.people[1], self.ironing, -2.0, "2026-10-20")
        statement = self._settle()
        self.assertEqual((statement.amount_open, use.statement_id), (14.0, statement))
        for amount, state, left in ((5.0, "partial", 9.0), (9.0, "paid", 0.0)):
            action = statement.action_pay()
            wizard = (
                self.env["account.payment.register"]
                .with_user(self.accountant)
                .with_context(**action["context"])
                .create({"amount": amount, "journal_id": self.bank.id})
            )
            wizard.action_create_payments()
            statement.invalidate_recordset()
            self.assertEqual(
                (statement.payment_state, statement.amount_open), (state, left)
            )
        with self.assertRaisesRegex(UserError, "nothing left to receive"):
            statement.action_pay()

    def test_a_month_of_refunds_is_in_their_favour(self):
        self._new_use(self.people[0], self.ironing, -6.0)
        statement = self._settle()
        self.assertEqual(statement.payment_state, "credit")
        html = self._print(statement)
        self.assertIn("in your favour", html)

    def test_the_period_is_over(self):
        with self.assertRaisesRegex(UserError, "when it is over"):
            self._settle("2026-11-03")

    def _print(self, statement):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_conventions.report_copay_statement", statement.ids
        )
        return html.decode()

    def test_the_page_names_nobody(self):
        for person in self.people[:5]:
            use = self._new_use(person, self.ironing, 6.0, "2026-10-17")
        statement = self._settle()
        html = self._print(statement)
        self.assertRegex(html, "30[.,]00")
        for told in (
            *self.people.mapped("name"),
            "10/17",
            "17/10",
            use.transfer_move_id.name,
        ):
            self.assertNotIn(told, html)

    def test_wizard_says_why_nothing(self):
        other = self._new_convention(payer=self.town, convention_kind="commune")
        self._new_use(self.people[0], self.ironing, 6.0)
        wizard = (
            self.env["conciergerie.copay.settlement.wizard"]
            .with_user(self.accountant)
            .create({})
        )
        self.assertEqual(wizard.period_end, fields.Date.to_date("2026-10-31"))
        reasons = {
            line.convention_id: (line.share_amount, line.reason)
            for line in wizard.line_ids
        }
        self.assertEqual(reasons[self.convention], (6.0, False))
        self.assertIn("nothing was taken in charge", reasons[other][1])
        statements = self.env["conciergerie.copay.statement"].search(
            wizard.action_settle()["domain"]
        )
        self.assertEqual(statements.convention_id, self.convention)
        with self.assertRaisesRegex(UserError, "Nothing is left to list"):
            wizard.action_settle()

    def test_sent_by_mail_or_refused_with_the_name(self):
        self._new_use(self.people[0], self.ironing, 6.0)
        statement = self._settle()
        with self.assertRaisesRegex(UserError, "Biscuiterie du Val"):
            statement.action_send()
        self.employer.email = "hr@val.example"
        statement.action_send()
        mail = self.env["mail.mail"].search([("model", "=", statement._name)], limit=1)
        self.assertIn(statement.name, mail.subject)
        self.assertTrue(statement.sent_date)

    def test_by_itself_each_month(self):
        self.company.copay_settles_by_itself = True
        self._new_use(self.people[0], self.ironing, 6.0)
        cron = self.env.ref("conciergerie_conventions.ir_cron_copay_statement")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        made = self.env["conciergerie.copay.statement"].search(
            [("convention_id", "=", self.convention.id)]
        )
        self.assertEqual(made.period_end, fields.Date.to_date("2026-10-31"))

    def test_who_may_not(self):
        self._new_use(self.people[0], self.ironing, 6.0)
        statement = self._settle()
        with self.assertRaises(AccessError):
            statement.with_user(self.counter).read(["share_amount"])
        with self.assertRaises(AccessError):
            self.env["conciergerie.copay.settlement.wizard"].with_user(
                self.counter
            ).create({})
        other = self._setup_company_of_its_own()
        with self.assertRaises(AccessError):
            statement.with_user(other).read(["share_amount"])

    def _setup_company_of_its_own(self):
        company = self.env["res.company"].create({"name": "Another conciergerie"})
        return self._new_user("accountant", company, login="accountant_elsewhere")

    def test_queries_do_not_grow_with_uses(self):
        for person in self.people[:2]:
            self._new_use(person, self.ironing, 6.0)
        self._settle()
        few = self._count_queries()
        for _turn in range(4):
            for person in self.people:
                self._new_use(person, self.ironing, 6.0)
        many = self._count_queries()
        self.assertLessEqual(many, few + 2)

    def _count_queries(self):
        self._new_use(self.people[0], self.copies, 3.0)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._settle()
        return self.env.cr.sql_log_count - start
