"""Fill a database with a little of everything of the ledger, for an archive.

For the archives of this folder, see README.md. Run by `odoo shell`, before small.py;
invented names only.
"""

env = env(context={**env.context, "lang": "fr_FR"})  # noqa: F821
company = env.company
provider_audience = env.ref("conciergerie_base.audience_provider")


def new_provider(name):
    return env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "audience_ids": [(4, provider_audience.id)],
            "bank_ids": [(0, 0, {"acc_number": "FR7630006000011234567890189"})],
        }
    )


def new_service(name, price, provider, **values):
    return env["product.product"].create(
        {
            "name": name,
            "list_price": price,
            "is_conciergerie_service": True,
            "seller_ids": [(0, 0, {"partner_id": provider.id, "delay": 2})],
            **values,
        }
    )


def new_agreement(provider, code, *terms, **values):
    agreement = env["agreement"].create(
        {
            "name": f"Convention {provider.name}",
            "code": code,
            "partner_id": provider.id,
            "company_id": company.id,
            "is_provider_agreement": True,
            "legal_basis": "agent",
            "start_date": "2026-01-01",
            "term_ids": [
                (0, 0, {"date_from": "2026-01-01", "provider_vat_rate": 20.0, **term})
                for term in terms
            ],
            **values,
        }
    )
    agreement.action_propose()
    agreement.action_sign()
    return agreement


def sell(service, provider, price, date, paid=None, amount=None):
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": date,
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": service.id,
                        "provider_id": provider.id,
                        "price_unit": price,
                    },
                )
            ],
        }
    )
    invoice.action_post()
    if paid:
        pay(invoice, paid, amount)
    return invoice


def pay(moves, date, amount=None):
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=moves.ids
    )
    values = {"payment_date": date, "journal_id": bank.id}
    if amount:
        values["amount"] = amount
    wizard.create(values)._create_payments()


def settle(until, providers=None):
    day = env["conciergerie.statement"]._fields["date"].to_date(until)
    return env["conciergerie.statement"]._settle(company, day, providers, date=day)


def pay_out(statement):
    action = statement.action_pay()
    env["account.payment.register"].with_context(**action["context"]).create(
        {"journal_id": bank.id, "payment_date": statement.due_date}
    )._create_payments()


bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
)
bank.outbound_payment_method_line_ids.payment_account_id = (
    bank.outbound_payment_method_line_ids.payment_account_id[:1]
    or bank.default_account_id
)
customer = env["res.partner"].create({"name": "Cliente d'essai"})
laundry = new_provider("Pressing du Pont")
cobbler = new_provider("Cordonnerie du Bourg")
cleaner = new_provider("Nettoyage du Moulin")
plumber = new_provider("Plomberie du Val")
ironing = new_service("Repassage", 12.0, laundry, needs_deposit=True)
soles = new_service("Ressemelage", 30.0, cobbler)
rugs = new_service("Tapis", 40.0, cleaner)
taps = new_service("Robinet", 120.0, plumber)
mandate = {"mode": "mandate", "base": "all_in", "rate": 15.0}
new_agreement(
    laundry,
    "PRESSING",
    {**mandate, "band_ids": [(0, 0, {"rate": 15}), (0, 0, {"amount_from": 200})]},
)
new_agreement(cobbler, "CORDO", {**mandate, "base": "net", "rate": 12.0})
new_agreement(
    cleaner, "TAPIS", {**mandate, "mode": "own_name"}, billing_mandate_date="2026-01-01"
)
new_agreement(plumber, "PLOMB", {**mandate, "mode": "referral", "base": "net"})

# January: settled and paid out. February: settled and taken back. March: still open.
sell(ironing, laundry, 100.0, "2026-01-05", paid="2026-01-06")
refunded = sell(soles, cobbler, 64.9, "2026-01-07", paid="2026-01-08")
sell(rugs, cleaner, 40.0, "2026-01-09", paid="2026-01-10")
january = settle("2026-01-31")
for statement in january.filtered("payable_amount"):
    pay_out(statement)
sell(ironing, laundry, 60.0, "2026-02-03", paid="2026-02-04", amount=20.0)
sell(soles, cobbler, 33.35, "2026-02-05", paid="2026-02-06")
credit = refunded._reverse_moves([{"invoice_date": "2026-02-10", "date": "2026-02-10"}])
credit.action_post()
pay(credit, "2026-02-11")
february = settle("2026-02-28")
february.filtered(lambda s: s.provider_id == laundry)._reverse()
sell(ironing, laundry, 48.0, "2026-03-03", paid="2026-03-04")
sell(ironing, laundry, 17.5, "2026-03-05")
declared = env["conciergerie.referral"].create(
    [
        {
            "provider_id": plumber.id,
            "product_id": taps.id,
            "date": "2026-02-12",
            "declaration_date": "2026-02-13",
            "price_total": 120.0,
        },
        {
            "provider_id": plumber.id,
            "product_id": taps.id,
            "date": "2026-03-12",
            "price_total": 90.0,
        },
    ]
)
declared[0].action_check()
settle("2026-03-31", plumber)
env["conciergerie.due.entry"]._derive(company)

# Requests with pieces: one at the provider, one damaged there.
site = env["conciergerie.site"].create(
    {"name": "Comptoir du Val", "code": "VAL", "company_id": company.id}
)
for number in range(2):
    wizard = env["conciergerie.request.wizard"].create(
        {
            "site_id": site.id,
            "partner_id": customer.id,
            "service_id": ironing.id,
            "piece_count": 2,
        }
    )
    task = wizard._create_request()
    task.action_send_to_provider()
    if number:
        task._report_problem("Brûlée au fer", "damaged")
        task.write({"compensation_by": "provider", "compensation_amount": 20.0})

for model in ("commission.line", "due.entry", "statement", "referral"):
    name = f"conciergerie.{model}"
    print(name, env[name].search_count([]))
