from odoo import Command
from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.query_count import QueryCount

from .subsidy_common import SubsidyCommon


@tagged("post_install", "-at_install")
class TestPosting(QueryCount, SubsidyCommon):
    def test_what_no_dossier_knows_is_posted_as_without_dossiers(self):
        """Neither costs nor receipts are looked for in entries just made."""
        journal = self.company_data["default_journal_misc"]
        with self._count() as queries:
            move = self.env["account.move"].create(
                {
                    "journal_id": journal.id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "debit": max(amount, 0.0),
                                "credit": max(-amount, 0.0),
                            }
                        )
                        for account, amount in (
                            (self.expense_account, 10.0),
                            (self.company_data["default_account_receivable"], -10.0),
                        )
                    ],
                }
            )
            move.action_post()
        self.assertEqual(move.state, "posted")
        tables = ("conciergerie_instalment_receipt", "conciergerie_cost")
        asked = [query for query in queries if any(t in query for t in tables)]
        self.assertFalse(asked)
