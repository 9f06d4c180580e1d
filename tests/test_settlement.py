"""Two users settle the same providers at once, in real transactions."""

import threading
from functools import partial

from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.service.model import retrying

SALES = """
env = env(context={**env.context, "lang": "en_US"})
audience = env.ref("conciergerie_base.audience_provider")
provider = env["res.partner"].create(
    {"name": "Laundry", "is_company": True, "audience_ids": [(4, audience.id)]}
)
service = env["product.product"].create(
    {
        "name": "Ironing",
        "list_price": 12.0,
        "is_conciergerie_service": True,
        "seller_ids": [(0, 0, {"partner_id": provider.id, "delay": 1})],
    }
)
agreement = env["agreement"].create(
    {
        "name": "Mandate",
        "code": "RACE",
        "partner_id": provider.id,
        "company_id": env.company.id,
        "is_provider_agreement": True,
        "legal_basis": "agent",
        "start_date": "2026-01-01",
        "term_ids": [
            (0, 0, {"mode": "mandate", "rate": 15.0, "date_from": "2026-01-01"})
        ],
    }
)
agreement.action_propose()
agreement.action_sign()
customer = env["res.partner"].create({"name": "Customer"})
journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
for number in range(6):
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": "2026-01-05",
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": service.id,
                        "provider_id": provider.id,
                        "price_unit": 10.0 + number,
                    },
                )
            ],
        }
    )
    invoice.action_post()
    dialog = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    values = {"journal_id": journal.id, "payment_date": "2026-01-06"}
    dialog.create(values)._create_payments()
env["conciergerie.due.entry"]._derive(env.company)
env.cr.commit()
"""


def test_two_users_settle_at_once(databases, odoo, query):
    name = databases("conciergerie_settlement")
    odoo("shell", "-d", name, "--no-http", script=SALES)
    registry = Registry(name)
    together = threading.Barrier(2, timeout=60)
    made, problems = [], []

    def settle():
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"lang": "en_US"})
            # Both transactions have their snapshot before either claims anything.
            env["conciergerie.due.entry"].search_count([])
            together.wait()
            day = fields.Date.to_date("2026-01-31")
            job = partial(
                env["conciergerie.statement"]._settle, env.company, day, date=day
            )
            try:
                made.append(len(retrying(job, env)))
            except Exception as error:
                problems.append(error)

    threads = [threading.Thread(target=settle) for _user in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not problems
    assert sorted(made) == [0, 1], "one makes the statement, the other finds nothing"
    rows = query(
        name,
        "SELECT statement_id, count(*), sum(collected_amount)"
        " FROM conciergerie_due_entry GROUP BY statement_id",
    )
    assert len(rows) == 1 and rows[0][0] is not None
    assert rows[0][1:] == (6, 75)
    moves = query(
        name, "SELECT count(*) FROM account_move WHERE ref LIKE %s", "REL/2026/%"
    )
    assert moves == [(2,)], "one commission invoice and one settlement entry"
