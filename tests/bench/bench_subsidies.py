"""conciergerie_subsidies: claims over many costs against core's analytic report."""

import datetime

from odoo import Command

from .bench_base import _company

DAY = datetime.date(2026, 3, 1)
LINES = 10


def _bill(env, partner, analytic):
    """Post the bill that is copied: ten lines on an analytic account."""
    account = env["account.account"].search(
        [
            ("account_type", "=", "expense"),
            ("company_ids", "in", env.company.ids),
        ],
        limit=1,
    )
    bill = env["account.move"].create(
        {
            "move_type": "in_invoice",
            "partner_id": partner.id,
            "invoice_date": DAY,
            "date": DAY,
            "ref": "B0",
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": f"Line {number}",
                        "account_id": account.id,
                        "price_unit": 10.0 + number,
                        "tax_ids": [Command.clear()],
                        "analytic_distribution": {str(analytic.id): 100},
                    }
                )
                for number in range(LINES)
            ],
        }
    )
    bill.action_post()
    env.flush_all()
    return bill


def _copies(env, bill, count):
    """Insert copies of a bill with its items, analytic lines, payment and document."""
    values = {"bill": bill.id, "count": count, "company": env.company.id}
    env.cr.execute("SET LOCAL jit = off")
    env.cr.execute(
        """
        CREATE TEMP TABLE bench_bill ON COMMIT DROP AS
        SELECT n, NEXTVAL('account_move_id_seq') AS id
          FROM GENERATE_SERIES(1, %(count)s) n;
        INSERT INTO account_move
        SELECT (JSONB_POPULATE_RECORD(move, JSONB_BUILD_OBJECT(
                   'id', new.id, 'name', 'BENCH/' || new.n, 'ref', 'B' || new.n,
                   'sequence_number', new.n + 1, 'sequence_prefix', 'BENCH/'))).*
          FROM account_move move, bench_bill new WHERE move.id = %(bill)s;
        CREATE TEMP TABLE bench_item ON COMMIT DROP AS
        SELECT item.id AS old_id, new.id AS move_id,
               NEXTVAL('account_move_line_id_seq') AS id
          FROM account_move_line item, bench_bill new WHERE item.move_id = %(bill)s;
        INSERT INTO account_move_line
        SELECT (JSONB_POPULATE_RECORD(item, JSONB_BUILD_OBJECT(
                   'id', new.id, 'move_id', new.move_id))).*
          FROM bench_item new JOIN account_move_line item ON item.id = new.old_id;
        INSERT INTO account_analytic_line
        SELECT (JSONB_POPULATE_RECORD(line, JSONB_BUILD_OBJECT(
                   'id', NEXTVAL('account_analytic_line_id_seq'),
                   'move_line_id', new.id))).*
          FROM bench_item new
          JOIN account_analytic_line line ON line.move_line_id = new.old_id;
        """,
        values,
    )
    for table in ("account_move", "account_move_line", "account_analytic_line"):
        env.cr.execute(f"ANALYZE {table}")


def _pay(env, bill):
    """Pay all copies with one entry, matched item by item, and attach a document."""
    payable = bill.line_ids.filtered(lambda r: r.display_type == "payment_term")
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    entry = env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": bank.id,
            "date": DAY,
            "line_ids": [
                Command.create({"account_id": account.id, "balance": amount})
                for account, amount in (
                    (payable.account_id, 1.0),
                    (bank.default_account_id, -1.0),
                )
            ],
        }
    )
    entry.action_post()
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO account_partial_reconcile
               (debit_move_id, credit_move_id, amount, debit_amount_currency,
                credit_amount_currency, company_id, max_date)
        SELECT %(paid)s, new.id, -item.balance, -item.balance, -item.balance,
               %(company)s, %(day)s
          FROM bench_item new JOIN account_move_line item ON item.id = new.id
         WHERE item.display_type = 'payment_term';
        INSERT INTO ir_attachment (name, res_model, res_id, type, company_id)
        SELECT 'scan', 'account.move', id, 'binary', %(company)s FROM bench_bill;
        ANALYZE account_partial_reconcile;
        ANALYZE ir_attachment;
        """,
        {
            "paid": entry.line_ids.filtered(lambda r: r.balance > 0).id,
            "company": env.company.id,
            "day": DAY,
        },
    )


def _dossier(env, partner, analytic):
    programme = env["conciergerie.programme"].create(
        {"name": "Bench", "funder_id": partner.id, "aid_rate": 80.0}
    )
    dossier = env["conciergerie.dossier"].create(
        {
            "name": "Bench",
            "programme_id": programme.id,
            "company_id": env.company.id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            "analytic_account_id": analytic.id,
        }
    )
    line = env["conciergerie.budget.line"].create(
        {
            "dossier_id": dossier.id,
            "heading_id": env["conciergerie.form.heading"]
            .search([("side", "=", "expense")], limit=1)
            .id,
            "side": "expense",
            "name": "Bench",
            "planned_amount": 9_000_000.0,
        }
    )
    line.awarded_amount = 9_000_000.0
    dossier.write(
        {"awarded_amount": 9_000_000.0, "awarded_rate": 80.0, "state": "running"}
    )
    return dossier, line


def _allocate(env, line, count):
    """Insert allocations of whole costs; the database sums them."""
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO conciergerie_allocation
               (cost_id, budget_line_id, dossier_id, company_id, date, amount, state,
                hour_share)
        SELECT id, %(line)s, %(dossier)s, company_id, date, cap_amount, 'open', 0
          FROM conciergerie_cost WHERE company_id = %(company)s
         ORDER BY id LIMIT %(count)s
        """,
        {
            "line": line.id,
            "dossier": line.dossier_id.id,
            "company": env.company.id,
            "count": count,
        },
    )
    env.cr.execute("ANALYZE conciergerie_allocation")
    env.cr.execute("ANALYZE conciergerie_cost")


def world(costs, allocated, proposed=False):
    """Costs on an analytic account, paid and proved, and a dossier that has some.

    :param proposed: with a claim of them that waits for its submission
    """

    def make(env):
        env, partner = _company(env)
        plan = env["account.analytic.plan"].search([], limit=1)
        analytic = env["account.analytic.account"].create(
            {"name": "Bench", "plan_id": plan.id, "company_id": env.company.id}
        )
        bill = _bill(env, partner, analytic)
        _copies(env, bill, costs // LINES - 1)
        _pay(env, bill)
        dossier, line = _dossier(env, partner, analytic)
        env["conciergerie.cost"]._refresh(env.company)
        _allocate(env, line, allocated)
        if proposed:
            _claim(env).action_propose()

    return make


def _claim(env):
    """A draft claim of the dossier, its company the only one allowed."""
    dossier = env["conciergerie.dossier"].search([("name", "=", "Bench")])
    env = env(context={"allowed_company_ids": dossier.company_id.ids, "lang": "en_US"})
    return env["conciergerie.claim"].create({"dossier_id": dossier.id})


def proposal(costs):
    """Read the books and propose what can be claimed of many costs."""

    def prepare(env):
        claim = _claim(env)

        def work():
            claim.action_propose()
            assert claim.left_out_count + claim.line_count == costs

        return work

    return prepare


def submission(count):
    """Submit a claim of many allocations: read again, checked, frozen."""

    def prepare(env):
        claim = env["conciergerie.claim"].search([("dossier_id.name", "=", "Bench")])
        company_ids = claim.company_id.ids
        claim = claim.with_context(allowed_company_ids=company_ids, lang="en_US")

        def work():
            claim.action_submit()
            # The bill that was copied is not paid.
            assert claim.line_count == count - LINES

        return work

    return prepare


def report(count):
    """Core's analytic report over as many lines: grouped, and its list read."""

    def prepare(env):
        lines = env["account.analytic.line"]
        analytic = env["account.analytic.account"].search([("name", "=", "Bench")])
        domain = [("account_id", "=", analytic.id)]
        names = ["date", "name", "partner_id", "general_account_id", "amount"]

        def work():
            groups = lines.formatted_read_group(
                domain,
                ["general_account_id", "date:month", "partner_id"],
                ["amount:sum", "__count"],
            )
            assert sum(group["__count"] for group in groups) == count
            assert len(lines.search_read(domain, names)) == count

        return work

    return prepare


def bench(compare):
    """A claim is two buttons, each a transaction of its own: proposed, submitted."""
    for count in (2_000, 20_000):
        with compare.world(world(count, count)):
            compare(
                f"claim of {count:,} proposed / analytic report",
                proposal(count),
                report(count),
                repeat=3,
            )
        with compare.world(world(count, count, proposed=True)):
            compare(
                f"claim of {count:,} submitted / report",
                submission(count),
                report(count),
                repeat=3,
            )
    with compare.world(world(50_000, 20_000)):
        compare(
            "what can be claimed, 50,000 costs / report",
            proposal(50_000),
            report(50_000),
            repeat=3,
        )
