import re

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .fee_common import FeeCommon


@tagged("post_install", "-at_install")
class TestScreens(FeeCommon):
    """What a user found wrong on the screens of conventions, statements and people."""

    def _action(self, name):
        return self.env["ir.actions.act_window"]._for_xml_id(
            f"conciergerie_conventions.{name}"
        )

    # ------------------------------------------------------------------
    # Conventions
    # ------------------------------------------------------------------

    def test_every_convention_that_lives_is_in_the_list(self):
        """The filters of the list leave out none but those that ended."""
        coming = self._fee_convention(
            self._fee("flat"), day="2026-02-01", start_date="2026-12-01"
        )
        self.assertEqual(coming.state, "signed")
        running = self._fee_convention(self._fee("flat"), payer=self.town)
        draft = self._new_convention(sign=False)
        action = self._action("contract_contract_action_convention")
        wanted = {
            name.removeprefix("search_default_")
            for name, value in safe_eval(action["context"]).items()
            if name.startswith("search_default_") and value
        }
        view = self.env.ref(
            "conciergerie_conventions.contract_contract_view_search_convention"
        )
        arch = self.env["contract.contract"].get_view(view.id, "search")["arch"]
        domains = [
            Domain(safe_eval(domain))
            for name, domain in re.findall(r'name="(\w+)"[^>]* domain="([^"]+)"', arch)
            if name in wanted
        ]
        self.assertEqual(len(domains), len(wanted))
        found = self.env["contract.contract"].search(Domain.OR(domains))
        self.assertLessEqual(coming | running | draft, found)

    def test_a_rule_begins_with_its_convention(self):
        """A new convention is for later, or back-dated: not from today on."""
        form = Form(
            self.env["contract.contract"]
            .with_user(self.manager)
            .with_context(default_is_convention=True, default_contract_type="sale"),
            "conciergerie_conventions.contract_contract_view_form_convention",
        )
        form.name = "For next year"
        form.convention_kind = "employer"
        form.partner_id = self.employer
        form.start_date = "2027-01-01"
        with form.copay_rule_ids.new() as rule:
            rule.share = 50.0
        convention = form.save()
        self.assertEqual(str(convention.copay_rule_ids.date_from), "2027-01-01")
        convention.start_date = "2026-01-01"
        convention.action_propose()
        convention.action_sign()
        with (
            freeze_time("2026-11-05"),
            Form(
                convention,
                "conciergerie_conventions.contract_contract_view_form_convention",
            ) as form,
            form.copay_rule_ids.new() as rule,
        ):
            rule.share = 20.0
        self.assertEqual(
            str(convention.copay_rule_ids.sorted("id")[-1].date_from), "2026-11-05"
        )

    def test_nothing_to_invoice_has_no_button(self):
        """Of a convention that ended, once its last invoice is made."""
        convention = self._fee_convention(self._fee("flat"))
        with freeze_time("2026-01-31"):
            convention.action_end()
        self.assertTrue(convention.fee_left)
        self._invoice(convention, "2026-02-02")
        self.assertFalse(convention.fee_left)
        arch = self.env["contract.contract"].with_user(self.accountant)
        arch = arch.get_view(
            self.env.ref(
                "conciergerie_conventions.contract_contract_view_form_convention"
            ).id,
            "form",
        )["arch"]
        button = re.search(r'<button name="recurring_create_invoice"[^>]*', arch)
        hidden = re.search(r'invisible="([^"]+)"', button.group()).group(1)
        for ended, state in ((convention, "ended"), (None, "running")):
            values = {
                "state": state,
                "recurring_next_date": convention.recurring_next_date,
                "fee_left": ended and ended.fee_left,
                "can_invoice_left": bool(ended and ended.can_invoice_left),
            }
            self.assertEqual(bool(safe_eval(hidden, values)), bool(ended))

    def test_phones_show_people_and_shares(self):
        """A list within a form becomes cards there: of the words, not of a number."""
        for model, shown in (
            ("conciergerie.entitlement", "partner_id"),
            ("conciergerie.copay.rule", "share"),
            ("conciergerie.fee.price", "price"),
            ("conciergerie.fee.step", "from_uses"),
            ("contract.line", "fee_kind"),
        ):
            views = self.env["ir.ui.view"].search(
                [("model", "=", model), ("type", "=", "kanban")]
            )
            with self.subTest(model=model):
                self.assertIn(f'name="{shown}"', views[-1:].arch)

    # ------------------------------------------------------------------
    # Statements
    # ------------------------------------------------------------------

    def test_the_dialog_keeps_its_lines_when_it_refuses(self):
        """A browser sends nothing of what is only read: it is computed again."""
        convention = self._new_convention()
        self.env["conciergerie.copay.use"].sudo().create(
            {
                "convention_id": convention.id,
                "company_id": self.company.id,
                "payer_id": self.employer.id,
                "partner_id": self.beneficiary.id,
                "product_id": self.ironing.id,
                "date": "2026-02-10",
                "quantity": 1,
                "share_amount": 5.0,
            }
        )
        form = Form(
            self.env["conciergerie.copay.settlement.wizard"].with_user(self.accountant),
            "conciergerie_conventions.conciergerie_copay_settlement_wizard_view_form",
        )
        form.period_end = "2026-02-15"
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "ends with a month"):
            wizard.action_settle()
        self.assertFalse(wizard.is_empty)
        line = wizard.line_ids.filtered(lambda li: li.convention_id == convention)
        self.assertEqual((line.use_count, line.share_amount), (1, 5.0))

    def test_the_accountant_finds_the_dialog_on_the_list(self):
        wizard = self._action("conciergerie_copay_settlement_wizard_action")["id"]
        for kind in ("list", "kanban"):
            statements = self.env["conciergerie.copay.statement"]
            for user, there in ((self.accountant, True), (self.manager, False)):
                arch = statements.with_user(user).get_view(None, kind)["arch"]
                self.assertEqual(f'name="{wizard}"' in arch, there, (kind, user.name))

    # ------------------------------------------------------------------
    # In French
    # ------------------------------------------------------------------

    def test_french_numbers_and_colons(self):
        french = {"lang": "fr_FR"}
        self.env["res.lang"]._activate_lang("fr_FR")
        self.employer.lang = "fr_FR"
        convention = self._fee_convention(self._fee("head", 6.5), day="2026-06-01")
        people = self._people(convention, 2, "2026-06-01")
        self._invoice(convention, "2026-07-01")
        people[0].date_to = "2026-06-15"
        correction = self._invoice(convention, "2026-08-01").invoice_line_ids[0].name
        self.assertRegex(correction, r"\b9,75\D+13,00")
        rule = self.env["conciergerie.copay.rule"].new({"share": 12.5})
        self.assertIn(
            "12,5\N{NO-BREAK SPACE}%", rule.with_context(**french)._short_words()
        )
        order_line = self.env["sale.order.line"].with_context(**french)
        order_line = order_line.new({"order_id": self.env["sale.order"].new({})})
        self.assertIn(
            f"{self.employer.name}\N{NO-BREAK SPACE}: ",
            order_line._copay_sentence({self.employer: 10.0}),
        )
        wizard = self.env["conciergerie.entitlement.import"].with_context(**french)
        wizard = wizard.create({"convention_id": convention.id, "text": "Lou Blanc"})
        wizard.action_preview()
        self.assertRegex(wizard.summary, r"\w\N{NO-BREAK SPACE}: 1\b")
        dialog = (
            self.env["conciergerie.indexation"]
            .with_context(**french)
            .create(
                {
                    "index_name": "SYNTEC",
                    "index_old": 120.5,
                    "index_new": 123.4,
                    "date_from": "2027-01-01",
                    "convention_ids": convention.ids,
                }
            )
        )
        dialog.action_confirm()
        body = convention.message_ids[0].body
        self.assertIn("120,5", body)
        self.assertRegex(body, r"6,50\D+6,66")
