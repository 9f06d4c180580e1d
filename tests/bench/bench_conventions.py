"""conciergerie_conventions: invoicing conventions against bare OCA contracts."""

import datetime

import setup_db

from odoo import Command

from .bench_base import _company

PEER = "contract"
DAY = datetime.date(2026, 2, 1)


def _payers(env, count):
    return env["res.partner"].create(
        [{"name": f"Payer {n}", "is_company": True} for n in range(count)]
    )


def _service(env):
    return env["product.product"].create(
        # With the default VAT, as the product of the fee.
        {"name": "Fee", "type": "service", "list_price": 6.5}
    )


def _entitled(env, conventions, people):
    """Insert people on the lists, the same number for each convention.

    A tenth joined on the 16th, another tenth on the 21st: three invoice lines each.
    """
    each = people // len(conventions)
    env.cr.execute(
        """
        WITH person AS (
            INSERT INTO res_partner (name, complete_name, type, active, autopost_bills)
            SELECT 'E' || number, 'E' || number, 'contact', true, 'ask'
              FROM GENERATE_SERIES(1, %(people)s) number
            RETURNING id
        ), numbered AS (
            SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS number FROM person
        ), convention AS (
            SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS number
              FROM contract_contract WHERE id IN %(conventions)s
        )
        INSERT INTO conciergerie_entitlement
               (convention_id, company_id, partner_id, date_from, state, source)
        SELECT convention.id, %(company)s, numbered.id,
               CASE numbered.number %% 10 WHEN 0 THEN DATE '2026-01-16'
                    WHEN 1 THEN DATE '2026-01-21' ELSE DATE '2026-01-01' END,
               'confirmed', 'list'
          FROM numbered JOIN convention
            ON convention.number = numbered.number / %(each)s
        """,
        {
            "people": people,
            "each": each,
            "company": env.company.id,
            "conventions": tuple(conventions.ids),
        },
    )
    env.cr.execute("ANALYZE conciergerie_entitlement")


def conventions(count, people):
    """Invoice a month of conventions with a fee by head."""

    def prepare(env):
        env, _partner = _company(env)
        product = _service(env)
        made = env["contract.contract"].create(
            [
                {
                    "name": f"Convention {payer.id}",
                    "code": f"B{payer.id}",
                    "partner_id": payer.id,
                    "company_id": env.company.id,
                    "is_convention": True,
                    "convention_kind": "employer",
                    "start_date": "2026-01-01",
                    "contract_line_ids": [
                        Command.create(
                            {
                                "name": "Fee for each employee",
                                "product_id": product.id,
                                "fee_kind": "head",
                                "specific_price": 6.5,
                            }
                        )
                    ],
                }
                for payer in _payers(env, count)
            ]
        )
        made.action_propose()
        made.action_sign()
        env.flush_all()
        _entitled(env, made, people)

        def work():
            moves = made._recurring_create_invoice(DAY)
            assert len(moves) == count
            assert len(moves.invoice_line_ids) == 3 * count
            heads = sum(moves.invoice_line_ids.mapped("quantity"))
            assert heads == people

        return work

    return prepare


def contracts(count):
    """Invoice a month of bare contracts with as many invoice lines."""

    def prepare(env):
        env, _partner = _company(env)
        product = _service(env)
        made = env["contract.contract"].create(
            [
                {
                    "name": f"Contract {payer.id}",
                    "code": f"B{payer.id}",
                    "partner_id": payer.id,
                    "company_id": env.company.id,
                    "line_recurrence": True,
                    "contract_line_ids": [
                        Command.create(
                            {
                                "name": "Fee",
                                "product_id": product.id,
                                "quantity": 10,
                                "specific_price": 6.5,
                                "date_start": "2026-01-01",
                                "recurring_rule_type": "monthly",
                                "recurring_interval": 1,
                                "recurring_invoicing_type": "post-paid",
                            }
                        )
                        for _n in range(3)
                    ],
                }
                for payer in _payers(env, count)
            ]
        )
        env.flush_all()

        def work():
            moves = made._recurring_create_invoice(DAY)
            assert len(moves.invoice_line_ids) == 3 * count

        return work

    return prepare


def bench(compare):
    setup_db.modules(compare.databases["peer"], install=[PEER])
    compare(
        "500 conventions, 20,000 people / 5,000 people",
        conventions(500, 20_000),
        conventions(500, 5_000),
        repeat=1,
        peer_with_ours=True,
    )
    compare(
        "500 conventions, 20,000 people / OCA, as many lines",
        conventions(500, 20_000),
        contracts(500),
        repeat=3,
    )
