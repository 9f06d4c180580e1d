from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.query_count import QueryCount

from .pos_common import PosCommon

# The ledger's lines are found, and what they made due is inserted.
LEDGER = 2
# Of receipts and costs, kept by another addon of the suite.
SUBSIDIES = ("conciergerie_instalment_receipt", "conciergerie_cost")


@tagged("post_install", "-at_install")
class TestClosingPerformance(QueryCount, PosCommon):
    def _closing(self, number):
        """Close a session of so many tickets of a provider; return the queries."""
        for _ticket in range(number):
            self._sell(self._line(self.ironing, taxes=self.env["account.tax"]))
        session = self.pos_session
        with self._count() as queries:
            self._close(session)
        self.pos_session = self._open()
        due = self.env["conciergerie.due.entry"].search(
            [("line_id.pos_line_id.order_id.session_id", "=", session.id)]
        )
        self.assertEqual(len(due), number)
        self.assertEqual(due.provider_id, self.laundry)
        return queries

    def test_the_ledger_is_asked_twice_whatever_was_sold(self):
        for number in (2, 12):
            queries = self._closing(number)
            ledger = [
                query
                for query in queries
                if "conciergerie_due_entry" in query
                or "conciergerie_commission_line" in query
            ]
            self.assertEqual(len(ledger), LEDGER, "\n".join(ledger))

    def test_entries_just_made_are_not_looked_for_among_subsidies(self):
        queries = self._closing(2)
        asked = [q for q in queries if any(table in q for table in SUBSIDIES)]
        self.assertEqual(asked, [])
