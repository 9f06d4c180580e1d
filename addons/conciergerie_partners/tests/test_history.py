import os
from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .history_settle import HistoryCase

STEPS = int(os.environ.get("CONCIERGERIE_HISTORY_STEPS", "200"))
SEED = os.environ.get("CONCIERGERIE_HISTORY_SEED")
LENGTH = 40
# Named as often as it happens.
ACTIONS = (
    *("sell",) * 6,
    *("pay",) * 5,
    *("refund",) * 3,
    *("settle",) * 4,
    *("pay_out",) * 3,
    *("reverse",) * 2,
    *("declare",) * 2,
    *("receive_bill",) * 2,
    "pay_referral",
    *("transfer",) * 2,
    *("direct",) * 2,
    *("take_back",) * 4,
    "loose_credit",
    "use_credit",
    "unmatch",
    "change_terms",
    *("charge",) * 2,
    "take_back_entered",
)


class Forget(Exception):
    """Ends the savepoint of a history."""


@tagged("post_install", "-at_install")
class TestHistory(HistoryCase):
    """Random sales, payments, refunds, statements and payouts, in random order.

    After every step the six invariants of the ledger hold to the cent against a model
    of it in plain Python.
    """

    def _cents(self, query, *values):
        self.env.cr.execute(query, values)
        return [
            tuple(
                round(v * 100) if type(v) is float or hasattr(v, "quantize") else v
                for v in row
            )
            for row in self.env.cr.fetchall()
        ]

    def _check(self, again):
        """Compare everything; sometimes whether deriving again adds nothing."""
        derive = self.env["conciergerie.due.entry"]._derive
        derive(self.company)
        if again:
            self.assertEqual(
                derive(self.company), 0, "invariant 5: deriving again adds entries"
            )
        facts = self._facts()
        self.ledger.derive(facts)
        self._check_lines()
        self._check_entries()
        self._check_bonuses()
        self._check_others()
        self._check_statements()
        self._check_bills()
        self._check_books(facts)

    def _check_lines(self):
        """Invariants 2 and 4: a commission line for each line, its terms frozen."""
        found = self._cents(
            "SELECT COALESCE(move_line_id, -referral_id), provider_id, mode, base,"
            " rate::text::numeric / 100, price_total, commission_amount"
            " FROM conciergerie_commission_line WHERE company_id = %s ORDER BY 1",
            self.company.id,
        )
        expected = sorted(
            (
                line.key,
                line.provider,
                line.terms.mode,
                line.terms.base,
                line.terms.rate,
                line.price,
                line.commission,
            )
            for line in self.ledger.lines()
        )
        self.assertEqual(found, expected, "invariant 2 or 4: commission lines")

    def _check_entries(self):
        """Invariants 5, 3 and 6: what became due, when, and who has claimed it."""
        found = self._cents(
            "SELECT COALESCE(line.move_line_id, -line.referral_id), entry.date,"
            " entry.statement_id, SUM(entry.collected_amount),"
            " SUM(entry.direct_amount), SUM(entry.commission_amount)"
            " FROM conciergerie_due_entry entry"
            " JOIN conciergerie_commission_line line ON line.id = entry.line_id"
            " WHERE entry.company_id = %s GROUP BY 1, 2, 3",
            self.company.id,
        )
        sums = {}
        for line, day, *amounts, statement in self.ledger.entries:
            old = sums.get((line, day, statement), (0, 0, 0))
            sums[line, day, statement] = tuple(map(sum, zip(old, amounts, strict=True)))
        expected = [key + amounts for key, amounts in sums.items()]
        # Sorted by text, since an open entry has no statement.
        self.assertEqual(
            sorted(found, key=str),
            sorted(expected, key=str),
            "invariant 5 (amounts), 3 or 6 (statements): due entries",
        )

    def _check_others(self):
        """Invariants 3 and 6: what was entered is settled once, as it was entered."""
        found = self._cents(
            "SELECT provider_id, date, COALESCE(collected_amount, 0),"
            " COALESCE(commission_amount, 0), COALESCE(charge_amount, 0), statement_id"
            " FROM conciergerie_due_entry"
            " WHERE company_id = %s AND kind IN ('opening', 'charge')",
            self.company.id,
        )
        expected = [tuple(other) for other in self.ledger.others]
        self.assertEqual(
            sorted(found, key=str),
            sorted(expected, key=str),
            "invariant 3 or 6: what was charged or taken over",
        )

    def _check_bonuses(self):
        """Invariant 3: one more entry of the statement, and nowhere else."""
        found = self._cents(
            "SELECT statement_id, commission_amount FROM conciergerie_due_entry"
            " WHERE company_id = %s AND kind = 'bonus' ORDER BY 1",
            self.company.id,
        )
        expected = sorted(self.ledger.given.items())
        self.assertEqual(found, expected, "invariant 3: bonus on the turnover")

    def _check_statements(self):
        """Invariants 3 and 4: the sum of its entries, its VAT rounded once; frozen."""
        found = self._cents(
            "SELECT id, provider_id, collected_amount, direct_amount,"
            " commission_untaxed, commission_total, net_amount,"
            " COALESCE(charge_amount, 0), COALESCE(sold_amount, 0),"
            " COALESCE(purchase_amount, 0), COALESCE(correction_amount, 0),"
            " referral_amount, referral_commission, commission_tax"
            " FROM conciergerie_statement WHERE company_id = %s ORDER BY id",
            self.company.id,
        )
        expected = [
            (number, *list(totals.values())[:-1], totals["total"] - totals["untaxed"])
            for number, totals in sorted(self.ledger.statements.items())
        ]
        self.assertEqual(found, expected, "invariant 3 or 4: totals of statements")
        for row in self._cents(
            "SELECT id, opening_balance, payable_amount, date, period_end, due_date,"
            " name, commission_move_id, settlement_move_id, bill_move_id,"
            " correction_move_id, referral_move_id"
            " FROM conciergerie_statement WHERE company_id = %s",
            self.company.id,
        ):
            first = self.frozen.setdefault(row[0], row)
            self.assertEqual(row, first, "invariant 3: a closed statement changed")

    def _check_bills(self):
        """Invariant 3: providers bill what was settled in our name, once."""
        billed = dict(
            self._cents(
                "SELECT commercial_partner_id, -SUM(amount_total_signed)"
                " FROM account_move WHERE state != 'cancel' AND company_id = %s"
                " AND move_type IN ('in_invoice', 'in_refund') GROUP BY 1",
                self.company.id,
            )
        )
        for provider in self.providers:
            self.assertEqual(
                billed.get(provider.id, 0),
                self.ledger.to_bill(provider.id),
                f"invariant 3: bills of {provider.name}",
            )

    def _check_books(self, facts):
        """Invariant 1: the accounts say what the ledger says; nothing is out of it."""
        balances = {
            (account, partner): balance
            for account, partner, balance in self._cents(
                "SELECT account_id, partner_id, SUM(balance)::numeric(16, 2)"
                " FROM account_move_line"
                " WHERE parent_state = 'posted' AND company_id = %s GROUP BY 1, 2",
                self.company.id,
            )
        }
        self.assertEqual(sum(balances.values()), 0, "trial balance")
        for provider in self.principals:
            held = -sum(
                balance
                for (account, _partner), balance in balances.items()
                if account == self.accounts[provider.id]
            )
            self.assertEqual(
                held,
                self.ledger.held(provider.id, facts),
                f"invariant 1: third-party money of {provider.name}",
            )
        for provider in self.providers:
            account = provider.with_company(self.company).property_account_payable_id
            self.assertEqual(
                -balances.get((account.id, provider.id), 0),
                self.ledger.payable(provider.id, facts),
                f"invariant 1: payable to {provider.name}",
            )
            self.assertEqual(
                balances.get((self.receivable.id, provider.id), 0),
                self.ledger.receivable(provider.id, facts),
                f"invariant 1: commission of {provider.name} not offset, or referral",
            )
        account = self.company._get_charge_account()
        charged = -sum(
            balance for (number, _), balance in balances.items() if number == account.id
        )
        expected = sum(s["charged"] for s in self.ledger.statements.values())
        self.assertEqual(charged, expected, "invariant 1: losses charged")
        untaxed = sum(
            s["untaxed"] + s["referral_untaxed"]
            for s in self.ledger.statements.values()
        )
        product = self.company.commission_product_id
        income = product.product_tmpl_id.get_product_accounts()["income"]
        turnover = -sum(
            balance
            for (account, partner), balance in balances.items()
            if account == income.id and partner in self.providers.ids
        )
        self.assertEqual(turnover, untaxed, "invariant 1: commissions in turnover")

    def _run(self, seed):
        """Live a history and forget it."""
        rng = Random(seed)
        done = []
        try:
            with self.env.cr.savepoint():
                self.env.registry.clear_cache()
                self._start()
                for number in range(LENGTH):
                    self.clock += timedelta(days=rng.choice((0, 0, 1, 1, 2, 5)))
                    done.append(rng.choice(ACTIONS))
                    idle = self._act(done[-1], rng) is False
                    if not idle or number == LENGTH - 1:
                        self._check(again=number % 10 == 9)
                raise Forget
        except Forget:
            self.env.invalidate_all(flush=False)
            self.env.registry.clear_cache()
        except Exception as error:
            error.add_note(f"history {seed}, step {len(done)}: {', '.join(done)}")
            raise

    def test_histories(self):
        @settings(
            max_examples=max(STEPS // LENGTH, 1),
            derandomize=True,
            database=None,
            deadline=None,
            # Without shrinking: what fails is told at once, with its steps.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.integers(0, 2**32 - 1))
        def history(seed):
            self._run(seed)

        if SEED:
            self._run(int(SEED))
        else:
            history()
