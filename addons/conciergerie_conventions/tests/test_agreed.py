from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .fee_common import FeeCommon


@tagged("post_install", "-at_install")
class TestAgreed(FeeCommon):
    """What was agreed stays, by RPC too; what changes is told; how a fee ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._fee_convention(
            cls._fee("flat", 100.0), rules=[{"share": 50.0}]
        ).with_user(cls.manager)

    def _said(self):
        return " ".join(self.convention.message_ids.mapped("body"))

    # ------------------------------------------------------------------
    # Steps, parties, dates
    # ------------------------------------------------------------------

    def test_a_state_is_written_by_no_client(self):
        draft = self._new_convention(payer=self.town, sign=False)
        draft = draft.with_user(self.manager)
        for convention, state in (
            (draft, "running"),
            (draft, "proposed"),
            (self.convention, "draft"),
            (self.convention, "ended"),
        ):
            with (
                self.subTest(was=convention.state, state=state),
                self.assertRaisesRegex(UserError, "by its buttons only"),
            ):
                convention.write({"state": state})
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            draft.with_context(convention_step=True).write({"state": "running"})
        values = {"partner_id": self.town.id, "state": "running", "name": "Made"}
        values.update(is_convention=True, convention_kind="commune")
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            draft.create(values)
        values.pop("state")
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            draft.with_context(default_state="running").create(values)
        self.assertEqual(draft.create(values).state, "draft")

    def test_the_payer_stays_once_it_was_proposed(self):
        for values in (
            {"partner_id": self.town.id},
            {"convention_kind": "commune"},
            {"is_convention": False},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "who pays in it stays"),
            ):
                self.convention.write(values)
        # What a form sends again is no change.
        self.convention.write({"partner_id": self.employer.id})
        draft = self._new_convention(payer=self.town, sign=False)
        draft.with_user(self.manager).partner_id = self.employer
        self.assertEqual(draft.partner_id, self.employer)

    def test_what_ended_covers_nobody_again(self):
        with freeze_time("2026-03-31"):
            self.convention.action_end()
        for values in ({"term_end": "2030-12-31"}, {"start_date": "2020-01-01"}):
            with self.assertRaisesRegex(UserError, "its dates stay"):
                self.convention.write(values)

    # ------------------------------------------------------------------
    # Told
    # ------------------------------------------------------------------

    def test_what_changes_after_the_signature_is_told(self):
        rule, fee = self.convention.copay_rule_ids, self.convention.contract_line_ids
        rule.share = 80.0
        self.assertIn("50 % of the price", self._said())
        self.assertIn("→ All services covered: 80 % of the price", self._said())
        fee.specific_price = 120.0
        self.assertRegex(
            self._said(), r"100[.,]00.* before VAT.*→.*120[.,]00.* before VAT"
        )
        count = len(self.convention.message_ids)
        rule.share = 80.0
        fee.specific_price = 120.0
        self.assertEqual(len(self.convention.message_ids), count)
        rule.unlink()
        self.assertIn("→ nothing", self._said())

    def test_a_draft_is_changed_in_silence(self):
        draft = self._new_convention(payer=self.town, sign=False)
        count = len(draft.message_ids)
        draft.copay_rule_ids.share = 20.0
        self.assertEqual(len(draft.message_ids), count)

    # ------------------------------------------------------------------
    # What was used is not deleted
    # ------------------------------------------------------------------

    def test_an_invoiced_fee_is_not_deleted(self):
        self._invoice(self.convention.sudo(), "2026-02-01")
        fee = self.convention.contract_line_ids
        with self.assertRaisesRegex(UserError, "is invoiced until 31/01/2026"):
            fee.unlink()

    def test_a_used_rule_is_not_deleted(self):
        rule = self.convention.copay_rule_ids
        use = self._use(self.convention, "2026-02-10")
        self.env.cr.execute(
            "UPDATE conciergerie_copay_use SET rule_id = %s WHERE id = %s",
            (rule.id, use.id),
        )
        use.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "give it a last day"):
            rule.unlink()
        rule.date_to = "2026-12-31"

    # ------------------------------------------------------------------
    # A fee with a last day
    # ------------------------------------------------------------------

    def test_a_fee_ends_and_another_follows(self):
        """Flat until March, by head from April on; then the convention ends."""
        self._people(self.convention.sudo(), 3, "2026-04-01")
        self._invoice(self.convention.sudo(), "2026-02-28")
        with Form(
            self.convention.contract_line_ids,
            "conciergerie_conventions.contract_line_view_form_fee",
        ) as form:
            form.date_end = "2026-03-31"
        self.env["contract.line"].with_user(self.manager).create(
            {
                "contract_id": self.convention.id,
                **self._fee("head", 5.0, date_start="2026-04-01"),
            }
        )
        with freeze_time("2026-05-10"):
            words = self.convention._fee_in_words()
        self.assertEqual(len(words), 2, words)
        self.assertIn("for each person and month", words[0])
        made = self._invoice(self.convention.sudo(), "2026-05-02")
        self.assertEqual(
            self._figures(made),
            [("2026-03-31", [(1, 100.0)]), ("2026-04-30", [(3, 5.0)])],
        )
        with freeze_time("2026-05-31"):
            self.convention.action_end()
        flat = self.convention.contract_line_ids.filtered(
            lambda line: line.fee_kind == "flat"
        )
        self.assertEqual(str(flat.date_end), "2026-03-31")
        made = self._invoice(self.convention.sudo(), "2026-06-02")
        self.assertEqual(self._figures(made), [("2026-05-31", [(3, 5.0)])])

    # ------------------------------------------------------------------
    # With VAT or before it
    # ------------------------------------------------------------------

    def test_words_say_what_the_invoice_does_about_vat(self):
        """The usual taxes of a conciergerie are included in the price."""
        line = self.convention.contract_line_ids.sudo()
        money = line.currency_id.format(100.0)
        for included, words, kind, untaxed, total in (
            ("tax_excluded", f"{money} before VAT", "before VAT", 100.0, 120.0),
            ("tax_included", f"{money} VAT included", "VAT included", 83.33, 100.0),
        ):
            with self.subTest(included=included):
                self.vat_20.price_include_override = included
                self.fee_product.taxes_id = self.vat_20
                self.env.invalidate_all()
                self.assertIn(words, line._fee_in_words())
                self.assertEqual(line.fee_vat, kind)
                self.convention.invalidate_recordset()
                month = "02" if included == "tax_excluded" else "03"
                made = self._invoice(self.convention.sudo(), f"2026-{month}-01")
                self.assertEqual(
                    (made.amount_untaxed, made.amount_total), (untaxed, total)
                )
        self.fee_product.taxes_id = False
        self.env.invalidate_all()
        self.assertNotIn("VAT", line._fee_in_words())
        self.assertEqual(line.fee_vat, "no VAT")
