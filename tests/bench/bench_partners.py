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
            RETURNING id, company_id, provider_id, agreement_id
        )
        INSERT INTO conciergerie_due_entry
               (kind, line_id, company_id, provider_id, agreement_id, mode, base, date,
                collected_amount, direct_amount, commission_amount)
        SELECT 'sale', id, company_id, provider_id, agreement_id, 'mandate', 'all_in',
               DATE '2026-01-06', 10, 0, 1.5
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
            assert (
                sum(t["mandate"]["collected"] for t in totals.values()) == entries * 10
            )

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


def _copies(env, record, source, **values):
    """Insert copies of a record, one for each row of a source; return their ids.

    :param str source: query named ``src``
    :param values: SQL of the columns that differ
    """
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name != 'id' AND is_generated = 'NEVER'",
        [record._table],
    )
    columns = [name for (name,) in env.cr.fetchall()]
    names = ", ".join(f'"{name}"' for name in columns)
    selected = ", ".join(values.get(name, f'pattern."{name}"') for name in columns)
    env.cr.execute(
        f"INSERT INTO {record._table} ({names}) SELECT {selected}"
        f" FROM {record._table} pattern, ({source}) src"
        f" WHERE pattern.id = {record.id} RETURNING id"
    )
    ids = [number for (number,) in env.cr.fetchall()]
    env.cr.execute(f"ANALYZE {record._table}")
    return ids


def commission_oca(agents, lines):
    """OCA's settlement of the commissions of as many invoice lines.

    One invoice is posted by the addon; the others are copies of its rows.
    """

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
        first = agents_made[0]
        agent_values = {"agent_id": first.id, "commission_id": commission.id}
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-01-05",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": 10.0,
                            "agent_ids": [Command.create(agent_values)],
                        }
                    )
                ],
            }
        )
        move.action_post()
        env.flush_all()
        line = move.invoice_line_ids
        each = lines // agents
        numbers = f"SELECT UNNEST(ARRAY{agents_made.ids[1:]}) AS agent"
        moves = _copies(env, move, numbers, name="'BENCH/' || src.agent")
        pairs = (
            f"SELECT UNNEST(ARRAY{agents_made.ids}) AS agent,"
            f" UNNEST(ARRAY{[move.id, *moves]}) AS move"
        )
        # The first invoice has one line already.
        series = f"GENERATE_SERIES(1, {each}) number"
        _copies(
            env,
            line,
            f"SELECT * FROM ({pairs}) pair, {series}"
            f" WHERE number > 1 OR move != {move.id}",
            move_id="src.move",
        )
        _copies(
            env,
            line.agent_ids,
            f"SELECT pair.agent, pair.move, line.id AS line FROM ({pairs}) pair"
            f" JOIN account_move_line line ON line.move_id = pair.move"
            f" WHERE line.display_type = 'product' AND line.id != {line.id}",
            object_id="src.line",
            agent_id="src.agent",
            invoice_id="src.move",
        )
        env.invalidate_all()
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
        things=("provider", 10, 1),
    )
    # Nothing of bare Odoo is measured after this: the peer's database gets OCA's addon.
    setup_db.modules(compare.databases["peer"], install=[PEER])
    compare(
        "claim 100,000 of 200 / OCA settles 10,000 of 200",
        claim(200, 100_000),
        commission_oca(200, 10_000),
        repeat=1,
        things=("line", 100_000, 10_000),
    )
