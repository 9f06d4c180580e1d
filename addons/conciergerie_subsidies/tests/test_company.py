import inspect

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .subsidy_common import SubsidyCommon

ROLES = ("counter", "manager", "accountant", "administrator")
# They name a view, a domain or a document to print and read nothing of the record:
# what opens is read, and refused, by the next call. Rules work on the caller's company.
OPENS_ONLY = {
    "conciergerie.allocation.rule": {"action_apply"},
    "conciergerie.claim": {"action_print_expenses", "action_export_xlsx"},
    "conciergerie.dossier": {
        *("action_view_claims", "action_view_entries", "action_view_instalments"),
        *("action_view_versions", "action_print_plan", "action_view_allocations"),
        *("action_award", "action_amend", "action_de_minimis_statement"),
        "action_propose_entries",
    },
    "conciergerie.financial.report": {"action_print"},
    "conciergerie.instalment": {"action_match"},
    "conciergerie.time.sheet": {"action_print"},
}


@tagged("post_install", "-at_install")
class TestCompany(SubsidyCommon):
    """Money and claims of one company: nothing for the people of another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.strangers = {
            role: cls._new_user(role, company=cls.other, login=f"stranger_{role}")
            for role in ROLES
        }
        cls.employee = cls._new_employee(d2026_01_01=20.0)
        staff = cls._new_line(cls.dossier, "Staff", 5000.0, cls.staff_kind)
        cls._allocate(cls._new_hours(cls.employee, 5.0), staff)
        allocation = cls._allocate(cls._paid_cost(1000.0), cls.line)
        unpaid = cls._cost(cls._new_bill(50.0))
        cls._allocate(unpaid, cls.line)
        claim = cls._new_claim()
        rule = cls.env["conciergerie.allocation.rule"].create(
            {"budget_line_id": cls.line.id, "account_id": cls.expense_account.id}
        )
        instalment = cls.env["conciergerie.instalment"].create(
            {
                "dossier_id": cls.dossier.id,
                "amount": 800.0,
                "expected_date": "2026-12-01",
            }
        )
        item = cls._transfer(800.0)
        instalment.with_user(cls.accountant)._receive(item, 300.0)
        entry = cls.env["conciergerie.subsidy.entry"].create(
            {
                "dossier_id": cls.dossier.id,
                "company_id": cls.company.id,
                "kind": "deferral",
                "period": "2026",
                "date": "2026-12-31",
                "amount": 100.0,
                "debit_account_id": cls.expense_account.id,
                "credit_account_id": item.account_id.id,
            }
        )
        hours = cls.env["conciergerie.volunteer.hours"].create(
            {
                "partner_id": cls.beneficiary.id,
                "company_id": cls.company.id,
                "date": "2026-06-01",
                "hours": 3.0,
                "rate": 12.0,
                "dossier_id": cls.dossier.id,
            }
        )
        report = cls.env["conciergerie.financial.report"].create(
            {"dossier_id": cls.dossier.id}
        )
        cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.beneficiary.id,
                "company_id": cls.company.id,
                "invoice_date": "2026-06-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Copies",
                            "price_unit": 10.0,
                            "account_id": cls.company_data[
                                "default_account_revenue"
                            ].id,
                        }
                    )
                ],
            }
        ).action_post()
        cls.env.flush_all()
        cls.records = [
            *(cls.dossier, cls.line, allocation.cost_id, allocation, claim),
            *(claim.line_ids[0], claim.left_out_ids[0], rule, instalment),
            *(instalment.receipt_ids[0], entry, hours, report, report.line_ids[0]),
            report.indicator_ids[0],
            cls.env["conciergerie.hourly.cost"].search(
                [("employee_id", "=", cls.employee.id)]
            ),
            cls.env["conciergerie.time.sheet"].search(
                [("employee_id", "=", cls.employee.id)]
            ),
            *(
                cls.env[f"conciergerie.{name}"].search(
                    [("company_id", "=", cls.company.id)], limit=1
                )
                for name in ("dossier.position", "budget.comparison", "revenue.mix")
            ),
        ]
        cls.env.flush_all()

    @classmethod
    def _transfer(cls, amount):
        """Money of a funder at the bank: its item on the receivable of aid."""
        account = cls.company.subsidy_receivable_account_id
        line = cls.env["account.bank.statement.line"].create(
            {
                "journal_id": cls.bank.id,
                "date": "2026-12-02",
                "payment_ref": "VIR REGION",
                "amount": amount,
                "counterpart_account_id": account.id,
            }
        )
        return line.move_id.line_ids.filtered(lambda r: r.account_id == account)

    def _as(self, record, user):
        return self.env(user=user, su=False, context={})[record._name].browse(
            record.ids
        )

    def _each(self):
        """Each record as each stranger finds it."""
        for record in self.records:
            self.assertEqual(len(record), 1, record._name)
        return [
            (role, self._as(record, user))
            for record in self.records
            for role, user in self.strangers.items()
        ]

    def test_every_model_is_tried(self):
        kept = {
            model
            for model in self.env.registry
            if self.env[model]._original_module == "conciergerie_subsidies"
            and "company_id" in self.env[model]._fields
            and not self.env[model]._transient
            and not self.env[model]._abstract
        }
        # These are tried in test_rights.
        kept -= {
            *("conciergerie.programme", "conciergerie.award", "conciergerie.deadline"),
            *("conciergerie.budget.version", "conciergerie.budget.version.line"),
            *("conciergerie.dossier.condition", "conciergerie.dossier.paper"),
            "conciergerie.de.minimis.aid",
        }
        self.assertFalse(kept - {record._name for record in self.records})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_records(self):
        for role, own in self._each():
            with self.subTest(model=own._name, role=role):
                with self.assertRaises(AccessError):
                    own.read(["display_name"])
                with self.assertRaises(UserError):
                    own.write({"display_name": "Stolen"})
                with self.assertRaises(UserError):
                    own.unlink()
                if own.browse().has_access("read"):
                    self._assert_not_found(own)

    def _assert_not_found(self, own):
        domain = [("id", "in", own.ids)]
        self.assertFalse(own.search(domain))
        self.assertFalse(own.search_read(domain, ["id"]))
        [row] = own.formatted_read_group(domain, [], ["__count"])
        self.assertEqual(row["__count"], 0)
        self.assertFalse(own.name_search(domain=domain))

    def _methods(self, model):
        """Public methods of this addon that need nothing but a record."""
        for name in dir(type(model)):
            if name.startswith("_"):
                continue
            method = getattr(type(model), name)
            module = getattr(inspect.unwrap(method), "__module__", "") or ""
            if not inspect.isfunction(method) or ".conciergerie_subsidies." not in (
                f"{module}."
            ):
                continue
            wanted = [
                parameter
                for parameter in list(inspect.signature(method).parameters.values())[1:]
                if parameter.default is parameter.empty
                and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            ]
            if not wanted and not getattr(method, "_api_model", False):
                yield name

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.sql_db")
    def test_methods(self):
        """Called by RPC with an id that the caller never read."""
        tried = set()
        for role, own in self._each():
            for name in self._methods(own):
                if name in OPENS_ONLY.get(own._name, ()):
                    continue
                tried.add(name)
                with self.subTest(model=own._name, method=name, role=role):
                    with self.assertRaises(AccessError):
                        call_kw(own.browse(), name, [own.ids], {})
        self.assertGreater(len(tried), 20, tried)
        self.assertIn("action_submit", tried)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_opened_documents(self):
        """What a button opens or prints is refused when it is read."""
        for name in ("claim", "claim_pieces", "time_sheet", "financial_report"):
            model = {
                "time_sheet": "conciergerie.time.sheet",
                "financial_report": "conciergerie.financial.report",
            }.get(name, "conciergerie.claim")
            [record] = (r for r in self.records if r._name == model)
            for user in self.strangers.values():
                report = self.env(user=user, su=False)["ir.actions.report"]
                with self.subTest(report=name, user=user.login):
                    with self.assertRaises(AccessError):
                        report._render_qweb_html(
                            f"conciergerie_subsidies.report_{name}", record.ids
                        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_dialogs(self):
        """A dialog filled by RPC with what belongs to another company."""
        accountant = self.env(user=self.strangers["accountant"], su=False, context={})
        [instalment] = (r for r in self.records if r._name == "conciergerie.instalment")
        [cost] = (r for r in self.records if r._name == "conciergerie.cost")
        item = instalment.receipt_ids.move_line_id
        for model, values, method in (
            (
                "conciergerie.allocation.dialog",
                {
                    "dossier_id": self.dossier.id,
                    "budget_line_id": self.line.id,
                    "line_ids": [Command.create({"cost_id": cost.id})],
                },
                "action_allocate",
            ),
            (
                "conciergerie.subsidy.entry.wizard",
                {"date": "2026-12-31", "dossier_ids": [Command.set(self.dossier.ids)]},
                "action_propose",
            ),
            (
                "conciergerie.instalment.match.wizard",
                {"instalment_id": instalment.id, "move_line_id": item.id},
                "action_match",
            ),
        ):
            with self.subTest(model=model):
                counts = self._counts()
                with self.assertRaises(UserError):
                    getattr(accountant[model].create(values), method)()
                self.env.invalidate_all()
                self.assertEqual(self._counts(), counts)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_de_minimis_register(self):
        """It is read with elevated rights: never for another's company."""
        self.env["conciergerie.de.minimis.aid"].create(
            {
                "company_id": self.company.id,
                "name": "Van",
                "funder_id": self.region.id,
                "date": "2026-05-02",
                "amount": 90_000.0,
            }
        )
        values = {"company_id": self.company.id, "date": "2026-12-31"}
        for role in ("manager", "accountant", "administrator"):
            env = self.env(user=self.strangers[role], su=False, context={})
            statements = env["conciergerie.de.minimis.statement"]
            fields = {
                name: {} for name in ("company_id", "date", "used", "legal_basis")
            }
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    statements.onchange(values, ["company_id", "date"], fields)
                statement = statements.create(values)
                with self.assertRaises(AccessError):
                    statement.read(["used"])
                for report in ("statement", "register"):
                    with self.assertRaises(AccessError):
                        env["ir.actions.report"]._render_qweb_html(
                            f"conciergerie_subsidies.report_de_minimis_{report}",
                            statement.ids,
                        )

    def _counts(self):
        return {record._name: record.sudo().search_count([]) for record in self.records}

    def test_cockpit_and_figures_are_of_her_company(self):
        for role in ("manager", "accountant"):
            own = self._as(self.dossier, self.strangers[role])
            data = own.browse().get_cockpit_data()
            self.assertNotIn(self.dossier.name, str(data))
            self.assertNotIn(self.site.name, str(data))

    def test_costs_are_read_of_her_company(self):
        """The menu of the costs reads the books of the caller's company only."""
        bill = self._new_bill(70.0)
        self._as(self.costs, self.strangers["accountant"]).action_open_costs()
        self.assertFalse(self.costs.sudo().search([("move_id", "=", bill.id)]))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_works_for_both_mixes_nothing(self):
        """A cost of one company never pays for a dossier of the other."""
        both = self.strangers["accountant"]
        both.company_ids = self.company | self.other
        [cost] = (r for r in self.records if r._name == "conciergerie.cost")
        programme = self._new_programme("Other", self.region)
        programme.company_id = False
        dossier = self.env["conciergerie.dossier"].create(
            {
                "name": "Other valley",
                "programme_id": programme.id,
                "company_id": self.other.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
            }
        )
        dossier.write({"awarded_amount": 1000.0, "state": "running"})
        line = self._new_line(dossier, "Other services", 1000.0)
        free = self._cost(self._new_bill(90.0))
        env = self.env(
            user=both,
            su=False,
            context={"allowed_company_ids": (self.company | self.other).ids},
        )
        for wanted in (free, cost):
            with self.subTest(cost=wanted.name), self.assertRaises(UserError):
                env["conciergerie.allocation"].create(
                    {"cost_id": wanted.id, "budget_line_id": line.id, "amount": 10.0}
                )
        self.assertFalse(line.allocation_ids)
        with self.assertRaises(UserError):
            env["conciergerie.allocation.rule"].create(
                {"budget_line_id": line.id, "account_id": self.expense_account.id}
            )
