"""Two users settle the same providers at once, in two real processes."""

from concurrent.futures import ThreadPoolExecutor

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


# Each process has its snapshot before either claims anything.
SETTLE = """
import logging, pathlib, time
from odoo.service.model import retrying

# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})
env["conciergerie.due.entry"].search_count([])
mine.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other process did not come"
    time.sleep(0.01)
day = fields.Date.to_date("2026-01-31")
company = env.company
print("made:", retrying(
    lambda: len(env["conciergerie.statement"]._settle(company, day, date=day)), env
))
env.cr.commit()
"""


def test_two_users_settle_at_once(databases, odoo, query, tmp_path):
    name = databases("conciergerie_settlement")
    odoo("shell", "-d", name, "--no-http", script=SALES)
    places = [str(tmp_path / "one"), str(tmp_path / "two")]

    def settle(place):
        mine, other = place
        return odoo(
            *("shell", "-d", name, "--no-http"),
            script="from odoo import fields\n" + SETTLE.format(mine=mine, other=other),
        )

    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(settle, (places, places[::-1])))
    made = sorted(
        int(line.split("made: ")[1])
        for output in outputs
        for line in output.splitlines()
        if "made: " in line
    )
    assert made == [0, 1], "one makes the statement, the other finds nothing"
    rows = query(
        name,
        "SELECT count(DISTINCT statement_id), count(statement_id), count(*),"
        " sum(collected_amount) FROM conciergerie_due_entry",
    )
    assert rows == [(1, 6, 6, 75)]
    moves = query(
        name, "SELECT count(*) FROM account_move WHERE ref LIKE %s", "REL/2026/%"
    )
    assert moves == [(2,)], "one commission invoice and one settlement entry"
