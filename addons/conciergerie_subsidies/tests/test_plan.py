from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import SubsidiesCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25")
class TestPlan(SubsidiesCommon):
    """The financing plan: flat rates and shares (CASES D2), headings, versions."""

    def _flat(self, rate, base, lines, **values):
        programme = self._new_programme(flat_rate=rate, flat_rate_base=base)
        dossier = self._new_dossier(programme_id=programme.id, lines=lines, **values)
        dossier.action_propose_flat_line()
        return dossier

    def _staff_and_other(self):
        return [self._cost("64_wages", 24000.0), self._cost("61_rent", 10000.0)]

    def test_flat_rate_of_staff(self):
        dossier = self._flat(15.0, "staff", self._staff_and_other())
        flat = dossier.expense_line_ids.filtered("is_flat")
        self.assertEqual(flat.planned_amount, 3600.0)
        self.assertEqual(dossier.total_cost, 37600.0)
        self.assertEqual(dossier.eligible_cost, 37600.0)
        shares = dossier._plan_shares()
        self.assertEqual(shares["public"], 30080.0)
        self.assertEqual(shares["aid"], 24064.0)
        self.assertEqual(shares["other_public"], 6016.0)
        self.assertEqual(shares["own"], 7520.0)

    def test_flat_rate_of_direct_costs(self):
        dossier = self._flat(7.0, "direct", self._staff_and_other())
        self.assertEqual(dossier.eligible_cost, 36380.0)

    def test_flat_rate_of_staff_for_all_else(self):
        dossier = self._flat(40.0, "staff_all", [self._cost("64_wages", 24000.0)])
        self.assertEqual(dossier.eligible_cost, 33600.0)
        self.assertEqual(dossier.total_cost, 33600.0)

    def test_for_all_else_other_costs_are_refused(self):
        dossier = self._flat(40.0, "staff_all", self._staff_and_other())
        self.assertEqual(dossier.eligible_cost, 33600.0)
        check = self._check(dossier, "flat_rate")
        self.assertFalse(check["ok"])
        self.assertEqual(check["figures"]["others"], 10000.0)

    def test_flat_line_follows(self):
        dossier = self._flat(15.0, "staff", self._staff_and_other())
        staff = dossier.expense_line_ids.filtered(
            lambda line: line.expense_kind_id.code == "staff"
        )
        staff.planned_amount = 20000.0
        flat = dossier.expense_line_ids.filtered("is_flat")
        self.assertEqual(flat.planned_amount, 3000.0)
        staff.unlink()
        self.assertEqual(flat.planned_amount, 0.0)

    def test_flat_line_follows_in_the_form(self):
        dossier = self._flat(15.0, "staff", self._staff_and_other())
        with Form(dossier) as form:
            with form.expense_line_ids.edit(1) as line:
                line.planned_amount = 10000.0
            flat = [
                values["planned_amount"]
                for values in form.expense_line_ids._records
                if values["is_flat"]
            ]
            self.assertEqual(flat, [1500.0])

    def test_flat_rate_rounds_half_up(self):
        dossier = self._flat(15.0, "staff", [self._cost("64_wages", 0.7)])
        flat = dossier.expense_line_ids.filtered("is_flat")
        self.assertEqual(flat.planned_amount, 0.11)  # 0.105

    def test_indirect_costs_are_no_base(self):
        lines = self._staff_and_other() + [self._cost("indirect_fixed", 5000.0)]
        dossier = self._flat(7.0, "direct", lines)
        self.assertEqual(dossier.flat_amount, 2380.0)

    def test_proposed_resources(self):
        dossier = self._flat(15.0, "staff", self._staff_and_other())
        dossier.action_propose_resources()
        lines = dossier.resource_line_ids
        self.assertEqual(
            [
                (
                    line.heading_id.code or line.heading_id.name,
                    line.planned_amount,
                    line.is_public,
                    line.is_own,
                )
                for line in lines
            ],
            [
                ("74", 6016.0, True, False),
                ("Fonds européens (FSE, FEDER, etc.)", 24064.0, True, False),
                ("Ressources propres affectées au projet", 7520.0, False, True),
            ],
        )
        self.assertEqual(dossier.requested_amount, 24064.0)
        self.assertFalse(dossier.plan_gap)
        # Again: nothing twice; a cost more is one's own share.
        dossier.action_propose_resources()
        self.assertEqual(len(dossier.resource_line_ids), 3)
        dossier.budget_line_ids.create(
            {**self._cost("62_travel", 80.0), "dossier_id": dossier.id}
        )
        dossier.action_propose_resources()
        own = dossier.resource_line_ids.filtered("is_own")
        self.assertEqual(own.planned_amount, 7600.0)
        dossier.action_file()

    def test_nothing_to_propose_without_expenses(self):
        with self.assertRaisesRegex(UserError, "Enter the expenses"):
            self._new_dossier().action_propose_resources()
        with self.assertRaisesRegex(UserError, "no flat rate"):
            self._new_dossier().action_propose_flat_line()

    def test_in_kind_apart(self):
        dossier = self._balanced()
        dossier.budget_line_ids.create(
            [
                {**self._cost("864", 4800.0), "dossier_id": dossier.id},
                {
                    **self._resource(4000.0, code="875", is_own=False),
                    "dossier_id": dossier.id,
                },
            ]
        )
        self.assertEqual(dossier.total_cost, 37600.0)
        self.assertEqual(dossier.eligible_cost, 37600.0)
        self.assertEqual(dossier.in_kind_cost, 4800.0)
        check = self._check(dossier, "in_kind")
        self.assertFalse(check["ok"])
        self._assert_refused(UserError, [4800.0, 4000.0], dossier.action_file)
        dossier.resource_line_ids.filtered("in_kind").planned_amount = 4800.0
        dossier.action_file()

    def test_kinds_left_out(self):
        self.leader.expense_kind_ids = self.kinds["staff"]
        dossier = self._balanced()
        self.assertEqual(dossier.total_cost, 37600.0)
        self.assertEqual(dossier.eligible_cost, 24000.0)
        check = self._check(dossier, "kinds")
        self.assertFalse(check["ok"])
        self.assertFalse(check["blocking"])
        self.assertEqual(check["figures"]["amount"], 13600.0)

    def test_co_funder_shares_the_plan(self):
        main = self._balanced()
        regional = self._new_programme(
            name="Region", funder_id=self.region.id, aid_rate=16.0
        )
        cofunder = self._new_dossier(
            programme_id=regional.id,
            main_dossier_id=main.id,
            requested_amount=6016.0,
        )
        self.assertEqual(cofunder.total_cost, 37600.0)
        self.assertEqual(cofunder.proposed_amount, 6016.0)
        self.assertEqual(cofunder.asked_in_plan, 6016.0)
        main.expense_line_ids[0].planned_amount += 100.0
        self.assertEqual(cofunder.total_cost, 37700.0)
        self.assertEqual(main.cofunding_ids, cofunder)

    def test_versions_are_kept(self):
        dossier = self._balanced()
        dossier.action_file()
        version = dossier.version_ids
        self.assertEqual(version.kind, "filed")
        self.assertEqual(version.date, self._date("2026-11-25"))
        rows = [
            (row.side, row.heading_id.name, row.amount)
            for row in version.line_ids.sorted()
        ]
        self.assertEqual(
            rows,
            [
                ("expense", "Locations", 13600.0),
                ("expense", "Rémunération des personnels", 24000.0),
                ("resource", "Conseil(s) régional(aux)", 6016.0),
                ("resource", "Fonds européens (FSE, FEDER, etc.)", 24064.0),
                ("resource", "Ressources propres affectées au projet", 7520.0),
            ],
        )
        dossier.invalidate_recordset()
        version.invalidate_recordset()
        self.assertEqual(dossier.budget_line_ids[1].filed_amount, 24000.0)
        version_sudo = version.sudo()
        for record in (version_sudo, version_sudo.line_ids[0]):
            with self.assertRaisesRegex(UserError, "never changed"):
                record.unlink()
        with self.assertRaisesRegex(UserError, "never changed"):
            version_sudo.line_ids[0].amount = 1.0
        # The plan may change until the award; the version does not move.
        dossier.budget_line_ids[1].planned_amount = 1.0
        self.assertEqual(version.line_ids[1].amount, 24000.0)

    def test_headings_of_the_form(self):
        """The rows of the form, in its order, with its number and version as data."""
        headings = self.env["conciergerie.form.heading"].search(
            [("form_number", "=", "12156")]
        )
        self.assertEqual(set(headings.mapped("form_version")), {"06"})
        codes = [h.code for h in headings if h.side == "expense" and not h.parent_id]
        self.assertEqual(
            codes,
            ["60", "61", "62", "63", "64", "65", "66", "67", "68", "69", False, "86"],
        )
        codes = [h.code for h in headings if h.side == "resource" and not h.parent_id]
        self.assertEqual(
            codes,
            ["70", "73", "74", "75", "76", "77", "78", "79", False, "87"],
        )
