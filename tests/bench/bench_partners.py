"""conciergerie_partners: settling against OCA's commissions, posting against core's."""

import datetime

import setup_db

from odoo import Command

from .bench_base import _company, _service

DAY = datetime.date(2026, 1, 31)
PEER = "account_commission_oca"


def _providers(env, count):
    """Providers with a running mandate, made in bulk; and a service they sell."""
    service = _service(env)
    audience = env.ref("conciergerie_base.audience_provider")
    providers = env["res.partner"].create(
        [
            {"name": f"Provider {n}", "audience_ids": [Command.link(audience.id)]}
            for n in range(count)
        ]
    )
    agreements = env["agreement"].create(
        [
            {
                "name": f"Mandate {provider.id}",
                "code": f"B{provider.id}",
                "partner_id": provider.id,
                "company_id": env.company.id,
                "is_provider_agreement": True,
                "legal_basis": "agent",
                "start_date": "2026-01-01",
                "term_ids": [
                    Command.create(
                        {"mode": "mandate", "rate": 15.0, "date_from": "2026-01-01"}
                    )
                ],
            }
            for provider in providers
        ]
    )
    agreements.action_propose()
    agreements.action_sign()
    env.flush_all()
    return providers, agreements, service


def _due_entries(env, agreements, service, count):
    """Insert sales and what became due on them, the same number for each provider."""
    env.cr.execute(
        """
        WITH line AS (
            INSERT INTO conciergerie_commission_line
                   (name, date, company_id, provider_id, agreement_id, product_id,
                    mode, base, rate, price_total, commission_amount, quantity)
            SELECT 'B' || number, DATE '2026-01-05', %(company)s,
                   agreement.commercial_partner_id, agreement.id, %(product)s,
                   'mandate', 'all_in', 15, 10, 1.5, 1
              FROM agreement, GENERATE_SERIES(1, %(each)s) number
             WHERE agreement.id IN %(agreements)s
            RETURNING id, company_id, provider_id
        )
        INSERT INTO conciergerie_due_entry
               (line_id, company_id, provider_id, mode, date, collected_amount,
                direct_amount, commission_amount)
        SELECT id, company_id, provider_id, 'mandate', DATE '2026-01-06', 10, 0, 1.5
          FROM line
        """,
        {
            "company": env.company.id,
            "product": service.id,
            "each": count // len(agreements),
            "agreements": tuple(agreements.ids),
        },
    )
    env.cr.execute("ANALYZE conciergerie_commission_line")
    env.cr.execute("ANALYZE conciergerie_due_entry")


def claim(providers, entries):
    """The claiming and totalling step, without documents."""

    def prepare(env):
        env, _partner = _company(env)
        _partners, agreements, service = _providers(env, providers)
        _due_entries(env, agreements, service, entries)
        statements = env["conciergerie.statement"]

        def work():
            made = statements._claim_ready(env.company, DAY, None, DAY)
            totals = made._entry_totals()
            assert len(totals) == providers
            assert sum(t["collected"] for t in totals.values()) == entries * 10

        return work

    return prepare


def settle(providers, entries):
    """The same with the documents of each provider: invoice and settlement entry."""

    def prepare(env):
        env, _partner = _company(env)
        _partners, agreements, service = _providers(env, providers)
        _due_entries(env, agreements, service, entries)
        made = env["conciergerie.statement"]._claim_ready(env.company, DAY, None, DAY)

        def work():
            for statement in made:
                statement._make_documents()

        return work

    return prepare


def commission_oca(agents, lines):
    """OCA's settlement of the commissions of as many invoice lines."""

    def prepare(env):
        env, partner = _company(env)
        commission = env["commission"].create(
            {"name": "15 %", "fix_qty": 15.0, "invoice_state": "open"}
        )
        agents_made = env["res.partner"].create(
            [
                {"name": f"Agent {n}", "agent": True, "commission_id": commission.id}
                for n in range(agents)
            ]
        )
        product = env["product.product"].create(
            {"name": "Plain", "type": "service", "taxes_id": False}
        )
        each = lines // agents
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-01-05",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "price_unit": 10.0,
                                "agent_ids": [
                                    Command.create(
                                        {
                                            "agent_id": agent.id,
                                            "commission_id": commission.id,
                                        }
                                    )
                                ],
                            }
                        )
                        for _n in range(each)
                    ],
                }
                for agent in agents_made
            ]
        )
        moves.action_post()
        env.flush_all()
        wizard = env["commission.make.settle"].create(
            {
                "date_to": "2026-02-28",
                "settlement_type": "sale_invoice",
                "agent_ids": [Command.set(agents_made.ids)],
            }
        )

        def work():
            wizard.action_settle()
            settlements = env["commission.settlement"].search(
                [("agent_id", "in", agents_made.ids)]
            )
            assert len(settlements.line_ids) == each * agents
            assert settlements.mapped("total")

        return work

    return prepare


def post(lines, provider=False):
    """Post an invoice of so many lines, of a provider's service or of a plain one."""

    def prepare(env):
        env, partner = _company(env)
        values = {}
        if provider:
            providers, _agreements, product = _providers(env, 1)
            values["provider_id"] = providers.id
        else:
            product = env["product.product"].create(
                # With the default VAT, as a service that nobody provides for us.
                {"name": "Plain", "type": "service"}
            )
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-01-05",
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": product.id, "price_unit": 10.0 + n, **values}
                    )
                    for n in range(lines)
                ],
            }
        )
        return lambda: move.browse(move.ids).action_post()

    return prepare


def bench(compare):
    compare("post 100 provider lines / bare Odoo", post(100, True), post(100))
    compare(
        "claim 100,000 entries of 200 / 10,000 of 200",
        claim(200, 100_000),
        claim(200, 10_000),
        repeat=2,
        peer_with_ours=True,
    )
    compare(
        "documents of 10 providers / of 1",
        settle(10, 1000),
        settle(1, 100),
        repeat=2,
        peer_with_ours=True,
    )
    # Nothing of bare Odoo is measured after this: the peer's database gets OCA's addon.
    setup_db.modules(compare.databases["peer"], install=[PEER])
    compare(
        "claim 100,000 of 200 / OCA settles 10,000 of 200",
        claim(200, 100_000),
        commission_oca(200, 10_000),
        repeat=1,
    )
