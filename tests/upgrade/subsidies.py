"""Fill a database with a little of everything of subsidies, for an archive.

For the archives `subsidies-VERSION.tar.xz` of this folder, see README.md. Run by
`odoo shell`, before small.py; invented names only.
"""

env = env(context={**env.context, "lang": "fr_FR"})  # noqa: F821
company = env.company
company.subsidy_association_accounts = True
site = env["conciergerie.site"].create(
    {"name": "Comptoir du Val", "code": "VAL", "company_id": company.id}
)
audience = env.ref("conciergerie_base.audience_funder")
region, foundation, printer, volunteer = env["res.partner"].create(
    [
        {"name": "Région d'essai", "is_company": True, "funder_kind": "region"},
        {"name": "Fondation d'essai", "is_company": True, "funder_kind": "foundation"},
        {"name": "Imprimerie d'essai", "is_company": True},
        {"name": "Bénévole d'essai"},
    ]
)
(region | foundation).audience_ids = [(4, audience.id)]
programme = env["conciergerie.programme"].create(
    {
        "name": "Services en milieu rural",
        "funder_id": region.id,
        "aid_rate": 80.0,
        "legal_basis": "de_minimis",
        "eligible_from_receipt": False,
        "requirement_ids": [(0, 0, {"name": "Statuts"})],
    }
)
dossier = env["conciergerie.dossier"].create(
    {
        "name": "Comptoir 2026",
        "programme_id": programme.id,
        "company_id": company.id,
        "site_id": site.id,
        "date_from": "2026-01-01",
        "date_to": "2026-12-31",
        "requested_amount": 8000.0,
    }
)
lines = {}
for code, side, amount, values in (
    ("60_supplies", "expense", 4000.0, {}),
    ("64_wages", "expense", 6000.0, {}),
    ("74_region", "resource", 8000.0, {"funder_id": region.id}),
    ("own", "resource", 2000.0, {"is_own": True}),
):
    lines[code] = env["conciergerie.budget.line"].create(
        {
            "dossier_id": dossier.id,
            "side": side,
            "heading_id": env.ref(f"conciergerie_subsidies.heading_12156_{code}").id,
            "planned_amount": amount,
            **values,
        }
    )
dossier.paper_ids.document = b"cGFwaWVy"
dossier.write({"state": "instructed"})
env["conciergerie.award"].create(
    {"dossier_id": dossier.id, "kind": "award", "date": "2026-01-10", "amount": 8000.0}
)
dossier.write({"state": "running", "awarded_rate": 80.0})

bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
)
expense = env["account.account"].search(
    [("account_type", "=", "expense"), ("company_ids", "in", company.ids)], limit=1
)


def spend(code, amount, day, paid=True):
    """A bill with its scan, paid, allocated as a whole."""
    bill = env["account.move"].create(
        {
            "move_type": "in_invoice",
            "partner_id": printer.id,
            "invoice_date": day,
            "ref": f"F{day}",
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "name": "Affiches",
                        "account_id": expense.id,
                        "price_unit": amount,
                        "tax_ids": [(5,)],
                    },
                )
            ],
        }
    )
    bill.action_post()
    env["ir.attachment"].create(
        {"name": "f.txt", "res_model": bill._name, "res_id": bill.id, "raw": b"scan"}
    )
    if paid:
        wizard = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard.create({"payment_date": day, "journal_id": bank.id})._create_payments()
    env["conciergerie.cost"]._refresh(company)
    cost = env["conciergerie.cost"].search([("move_id", "=", bill.id)])
    env["conciergerie.allocation"]._allocate(
        [{"cost_id": cost.id, "budget_line_id": lines[code].id}]
    )
    return bill


bank.outbound_payment_method_line_ids.payment_account_id = bank.default_account_id

# A claim cut by the funder and one that waits, a correction between them, a draft.
changed = spend("60_supplies", 1000.0, "2026-02-01")
spend("64_wages", 3000.0, "2026-02-02")
first = env["conciergerie.claim"].create({"dossier_id": dossier.id})
first.action_propose()
first.action_submit()
line = first.line_ids.filtered(lambda row: row.amount == 3000.0)
line.write({"accepted_amount": 2500.0, "cut_reason": "Hors objet"})
first.action_answer()
spend("64_wages", 1500.0, "2026-03-02")
refund = changed._reverse_moves([{"invoice_date": "2026-03-03", "date": "2026-03-03"}])
refund.invoice_line_ids.price_unit = 100.0
refund.action_post()
second = env["conciergerie.claim"].create({"dossier_id": dossier.id})
second.action_propose()
second.action_submit()
spend("60_supplies", 700.0, "2026-04-02")
spend("60_supplies", 300.0, "2026-04-03", paid=False)
env["conciergerie.claim"].create({"dossier_id": dossier.id}).action_propose()

# Hours of the staff and of volunteers; what the books are proposed.
employee = env["hr.employee"].create({"name": "Salariée d'essai"})
env["conciergerie.hourly.cost"].create(
    {
        "employee_id": employee.id,
        "company_id": company.id,
        "date_from": "2026-01-01",
        "annual_cost": 36120.0,
        "hours_base": 1720,
    }
)
env["account.analytic.line"].create(
    {
        "name": "Accueil",
        "employee_id": employee.id,
        "project_id": site.project_id.id,
        "date": "2026-05-04",
        "unit_amount": 7.0,
    }
)
env["conciergerie.volunteer.hours"].create(
    {
        "partner_id": volunteer.id,
        "company_id": company.id,
        "site_id": site.id,
        "date": "2026-05-05",
        "hours": 3.0,
        "rate": 15.0,
        "dossier_id": dossier.id,
    }
)
env["conciergerie.cost"]._refresh(company)
day = dossier._fields["date_to"].to_date("2026-12-31")
entries = env["conciergerie.subsidy.entry"]
entries._propose_receivable(dossier)
entries._propose_volunteers(company, day, dossier)
entries.search([("kind", "=", "receivable")]).action_post()

# One report that the funder has, one that is being written.
signed, draft = env["conciergerie.financial.report"].create(
    [
        {
            "dossier_id": dossier.id,
            "date_to": f"2026-{month}-30",
            "threshold": 1000.0,
            "goals_text": "Un comptoir ouvert",
        }
        for month in ("06", "11")
    ]
)
if signed.gap:
    region_line = signed.line_ids.filtered(
        lambda row: row.budget_line_id == lines["74_region"]
    )
    region_line.actual_amount += signed.gap
signed.action_sign()

for model in ("cost", "allocation", "claim.line", "subsidy.entry", "financial.report"):
    name = f"conciergerie.{model}"
    print(name, env[name].search_count([]))
