"""Let two processes of Odoo do something at once.

Each has its snapshot of the database before either changes anything: the worst case,
which threads or cursors of one process would not show.
"""

from concurrent.futures import ThreadPoolExecutor

# What the scripts of both begin with. `meet` may be called again: the two wait for
# each other every time.
MEET = """
import logging, pathlib, time
from odoo.service.model import retrying

# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
mine, other, rounds = {mine!r}, {other!r}, []


def meet(act):
    rounds.append(act)
    env["res.company"].search_count([])
    pathlib.Path(mine + str(len(rounds))).touch()
    deadline = time.monotonic() + 60
    while not pathlib.Path(other + str(len(rounds))).exists():
        assert time.monotonic() < deadline, "the other process did not come"
        time.sleep(0.01)
    print("given:", str(retrying(act, env)).replace("\\n", " "))
    env.cr.commit()
"""

# A ticket of one line, as a till sends it. `shares` are what `copay_open` gives.
TICKET = """
import uuid
from odoo import fields


def ticket(till, product, price, shares=(), token=None, line=None, **values):
    methods = till.payment_method_ids
    rows = [(methods.filtered("is_copay"), row["amount"], row["key"]) for row in shares]
    left = price - sum(row["amount"] for row in shares)
    rows.append((methods.filtered("is_cash_count"), left, 0))
    sold = {
        "uuid": line or str(uuid.uuid4()), "product_id": product.id, "qty": 1,
        "price_unit": price, "price_subtotal": price, "price_subtotal_incl": price,
        "tax_ids": [],
    }
    return {
        "uuid": token or str(uuid.uuid4()), "name": "Order", "state": "paid",
        "session_id": till.current_session_id.id, "company_id": till.company_id.id,
        "user_id": till.env.uid, "to_invoice": False,
        "date_order": fields.Datetime.to_string(fields.Datetime.now()),
        "amount_total": price, "amount_tax": 0.0, "amount_paid": price,
        "amount_return": 0.0, "last_order_preparation_change": "{}",
        "lines": [(0, 0, sold)],
        "payment_ids": [
            (0, 0, {"payment_method_id": m.id, "amount": amount, "copay_key": key})
            for m, amount, key in rows
        ],
        **values,
    }
"""

# Two tills of a site with their cash, opened by a counter user.
TILLS = """
site = env["conciergerie.site"].search([], limit=1) or env["conciergerie.site"].create(
    {"name": "Val", "code": "VAL"}
)
user = env["res.users"].create(
    {
        "name": "Concierge of the tills",
        "login": "tills",
        "group_ids": [(4, env.ref("conciergerie_base.group_counter").id)],
    }
)
site.user_ids += user
for number in range(2):
    journal = env["account.journal"].create(
        {"name": "Cash %s" % number, "code": "RACE%s" % number, "type": "cash"}
    )
    method = env["pos.payment.method"].create(
        {"name": "Cash %s" % number, "journal_id": journal.id}
    )
    till = env["pos.config"].create({"name": "Till %s" % number, "site_id": site.id})
    values = till._conciergerie_payment_methods_vals()
    till.payment_method_ids = method + method.create(
        [vals for vals in values if vals.get("is_copay")]
    )
    till = till.with_user(user)
    till.open_ui()
    till.current_session_id.set_opening_control(0, None)
env.cr.commit()
"""


def race(odoo, name, tmp_path, script):
    """Let two processes run a script at once; return what each was given, sorted.

    :param str script: calls ``meet`` with a function that is tried again as a request
        of a till is; ``number`` is 0 in one process, 1 in the other
    """
    places = [f"{tmp_path}/{number} " for number in range(2)]

    def run(number):
        head = MEET.format(mine=places[number], other=places[1 - number])
        return odoo(
            *("shell", "-d", name, "--no-http"),
            script=f"{head}\nnumber = {number}\n{script}",
        )

    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(run, range(2)))
    return sorted(
        line.split("given: ")[1]
        for output in outputs
        for line in output.splitlines()
        if "given: " in line
    )
