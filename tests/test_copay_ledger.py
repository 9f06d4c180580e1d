"""Case A22 across the addons: a co-pay on a sale in a provider's name."""

import datetime

import pytest

DAY = datetime.date(2026, 6, 1)


@pytest.fixture
def sale(env):
    """A mandate sale of 30.00 to a person whose employer bears 10.00 of it."""
    env = env(context={**env.context, "lang": "en_US"})
    partners = env["res.partner"].create(
        [
            {
                "name": "Laundry",
                "is_company": True,
                "audience_ids": [
                    (4, env.ref("conciergerie_base.audience_provider").id)
                ],
            },
            {"name": "Biscuit factory", "is_company": True},
            {"name": "Person", "company_id": env.company.id},
        ]
    )
    provider, employer, person = partners
    service = env["product.product"].create(
        {
            "name": "Ironing",
            "list_price": 30.0,
            "is_conciergerie_service": True,
            "seller_ids": [(0, 0, {"partner_id": provider.id, "delay": 1})],
        }
    )
    terms = {"mode": "mandate", "base": "all_in", "rate": 15.0}
    agreement = env["agreement"].create(
        {
            "name": "Mandate",
            "code": "A22",
            "partner_id": provider.id,
            "company_id": env.company.id,
            "is_provider_agreement": True,
            "legal_basis": "agent",
            "start_date": "2026-01-01",
            "term_ids": [(0, 0, {**terms, "date_from": "2026-01-01"})],
        }
    )
    rule = {"share": 50.0, "cap_operation": 10.0, "date_from": "2026-01-01"}
    convention = env["contract.contract"].create(
        {
            "name": "Convention",
            "partner_id": employer.id,
            "company_id": env.company.id,
            "is_convention": True,
            "convention_kind": "employer",
            "start_date": "2026-01-01",
            "copay_rule_ids": [(0, 0, rule)],
            "entitlement_ids": [
                (0, 0, {"partner_id": person.id, "date_from": "2026-01-01"})
            ],
        }
    )
    for document in (agreement, convention):
        document.action_propose()
        document.action_sign()
    line = {"product_id": service.id, "provider_id": provider.id, "price_unit": 30.0}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": person.id,
            "invoice_date": DAY,
            "invoice_line_ids": [(0, 0, line)],
        }
    )
    invoice.action_post()
    return invoice


def pay(action_or_move, amount, date):
    env = action_or_move.env
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=action_or_move.ids
    ).create(
        {"journal_id": journal.id, "amount": amount, "payment_date": date}
    )._create_payments()


def due(*moves):
    """Return (date, collected, commission) of what became due on some documents."""
    env = moves[0].env
    env["conciergerie.due.entry"]._derive(env.company)
    lines = env["account.move"].concat(*moves).commission_line_ids
    entries = env["conciergerie.due.entry"].search([("line_id", "in", lines.ids)])
    return [(str(e.date), e.collected_amount, e.commission_amount) for e in entries]


def employer_pays(env, date):
    """List the month for the payer, and receive what it owes."""
    statement = env["conciergerie.copay.statement"]._settle(
        env.company, datetime.date(2026, 6, 30)
    )
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    context = statement.action_pay()["context"]
    env["account.payment.register"].with_context(**context).create(
        {"journal_id": journal.id, "payment_date": date}
    )._create_payments()
    return statement


def test_due_as_each_one_pays(sale):
    assert sale.amount_residual == 20.0
    assert due(sale) == []
    pay(sale, 20.0, "2026-06-02")
    assert sale.payment_state == "paid"
    assert due(sale) == [("2026-06-02", 20.0, 3.0)]
    statement = employer_pays(sale.env, "2026-07-15")
    assert (statement.share_amount, statement.amount_open) == (10.0, 0.0)
    assert due(sale) == [("2026-06-02", 20.0, 3.0), ("2026-07-15", 10.0, 1.5)]


def test_given_back_before_the_employer_paid(sale):
    pay(sale, 20.0, "2026-06-02")
    note = sale._reverse_moves([{"invoice_date": "2026-06-10", "date": "2026-06-10"}])
    note.action_post()
    assert note.amount_residual == 20.0
    pay(note, 20.0, "2026-06-10")
    entries = due(sale, note)
    assert sum(collected for _date, collected, _commission in entries) == 0.0
    assert sum(commission for _date, _collected, commission in entries) == 0.0
    uses = (sale | note).copay_use_ids
    assert sorted(uses.mapped("share_amount")) == [-10.0, 10.0]


def test_the_providers_account_equals_the_ledger(sale):
    """Invariant 1: what is not collected yet is on the account all the same."""
    provider = sale.invoice_line_ids.provider_id
    pay(sale, 20.0, "2026-06-02")
    assert provider._third_party_balance(sale.company_id) == 30.0
    employer_pays(sale.env, "2026-07-15")
    due(sale)
    settled = sale.env["conciergerie.statement"]._settle(
        sale.company_id, datetime.date(2026, 7, 31), provider, DAY.replace(month=8)
    )
    assert (settled.collected_amount, settled.net_amount) == (30.0, 25.5)
    assert provider._third_party_balance(sale.company_id) == 0.0
