import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .history_acts import HistoryCase

# Each step checks the whole ledger: a long run is shorter here than elsewhere.
STEPS = min(int(os.environ.get("CONCIERGERIE_HISTORY_STEPS", "200")), 1000)
LENGTH = 40
# Named as often as it happens.
ACTIONS = (
    *("sell",) * 6,
    *("pay",) * 5,
    *("refund",) * 3,
    *("settle",) * 3,
    *("pay_out",) * 3,
    *("transfer",) * 2,
    *("direct",) * 2,
    *("take_back",) * 4,
    "loose_credit",
    "use_credit",
    "unmatch",
    "change_terms",
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

    def _check(self):
        derive = self.env["conciergerie.due.entry"]._derive
        derive(self.company)
        self.assertEqual(
            derive(self.company), 0, "invariant 5: deriving again adds entries"
        )
        facts = self._facts()
        self.ledger.derive(facts)
        self._check_lines()
        self._check_entries()
        self._check_statements()
        self._check_books(facts)

    def _check_lines(self):
        """Invariants 2 and 4: a commission line for each line, its terms frozen."""
        found = self._cents(
            "SELECT move_line_id, provider_id, mode, base, rate::text::numeric / 100,"
            " price_total, commission_amount FROM conciergerie_commission_line"
            " WHERE company_id = %s ORDER BY move_line_id",
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
            "SELECT line.move_line_id, entry.date, entry.statement_id,"
            " SUM(entry.collected_amount), SUM(entry.direct_amount),"
            " SUM(entry.commission_amount) FROM conciergerie_due_entry entry"
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

    def _check_statements(self):
        """Invariants 3 and 4: the sum of its entries, its VAT rounded once; frozen."""
        found = self._cents(
            "SELECT id, provider_id, collected_amount, direct_amount,"
            " commission_untaxed, commission_total, net_amount, commission_tax"
            " FROM conciergerie_statement WHERE company_id = %s ORDER BY id",
            self.company.id,
        )
        expected = [
            (number, *totals.values(), totals["total"] - totals["untaxed"])
            for number, totals in sorted(self.ledger.statements.items())
        ]
        self.assertEqual(found, expected, "invariant 3 or 4: totals of statements")
        for row in self._cents(
            "SELECT id, opening_balance, payable_amount, date, period_end, due_date,"
            " name, commission_move_id, settlement_move_id"
            " FROM conciergerie_statement WHERE company_id = %s",
            self.company.id,
        ):
            first = self.frozen.setdefault(row[0], row)
            self.assertEqual(row, first, "invariant 3: a closed statement changed")

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
        untaxed = 0
        for provider in self.providers:
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
            account = provider.with_company(self.company).property_account_payable_id
            self.assertEqual(
                -balances.get((account.id, provider.id), 0),
                self.ledger.payable(provider.id, facts),
                f"invariant 1: payable to {provider.name}",
            )
            self.assertEqual(
                balances.get((self.receivable.id, provider.id), 0),
                0,
                f"invariant 1: commission of {provider.name} not offset",
            )
        untaxed = sum(s["untaxed"] for s in self.ledger.statements.values())
        product = self.company.commission_product_id
        income = product.product_tmpl_id.get_product_accounts()["income"]
        turnover = -sum(
            balance
            for (account, partner), balance in balances.items()
            if account == income.id and partner in self.providers.ids
        )
        self.assertEqual(turnover, untaxed, "invariant 1: commissions in turnover")

    def _run(self, moves):
        """Live a history and forget it."""
        try:
            with self.env.cr.savepoint():
                self.env.registry.clear_cache()
                self._start()
                for number, (action, seed) in enumerate(moves):
                    try:
                        self._act(action, seed)
                        self._check()
                    except Exception as error:
                        error.add_note(f"at step {number}: {action} {seed}")
                        raise
                raise Forget
        except Forget:
            self.env.invalidate_all(flush=False)
            self.env.registry.clear_cache()

    def test_histories(self):
        @settings(
            max_examples=max(STEPS // LENGTH, 1),
            derandomize=True,
            database=None,
            deadline=None,
            # Without shrinking: what fails is told at once, with its moves.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.lists(
                st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2**32 - 1)),
                min_size=LENGTH,
                max_size=LENGTH,
            )
        )
        def history(moves):
            self._run(moves)

        history()
