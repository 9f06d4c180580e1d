from odoo import api, models
from odoo.tools import SQL

from .agreement_bonus import BONUS_MODES


class ConciergerieStatement(models.Model):
    """The bonus on the turnover: one due entry of the statement that settles it."""

    _inherit = "conciergerie.statement"

    @api.model
    def _turnovers(self, which):
        """Return the turnover of entries whose agreement gives a bonus, in one query.

        :param which: condition on ``entry``
        :return: list of (statement id, agreement id, turnover with VAT, without the
            provider's VAT, whether something is under a mandate)
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH sold AS (
                    SELECT entry.statement_id, entry.agreement_id,
                           COALESCE(line.provider_vat_rate, 0)::numeric AS vat,
                           SUM(entry.collected_amount + entry.direct_amount) AS amount,
                           BOOL_OR(entry.mode = 'mandate') AS is_mandate
                      FROM conciergerie_due_entry entry
                      JOIN conciergerie_commission_line line
                        ON line.id = entry.line_id
                     WHERE %s AND entry.mode IN %s
                       AND EXISTS (SELECT 1 FROM conciergerie_bonus_band band
                                    WHERE band.agreement_id = entry.agreement_id)
                     GROUP BY 1, 2, 3
                )
                SELECT statement_id, agreement_id, SUM(amount),
                       SUM(amount / (1 + vat / 100)), BOOL_OR(is_mandate)
                  FROM sold GROUP BY 1, 2 ORDER BY 1, 2
                """,
                which,
                BONUS_MODES,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _expected_bonuses(self, entries):
        """Return what each provider's bonus would be, were these entries settled.

        :param entries: ``conciergerie.due.entry``
        :return: dict of ``res.partner`` to the commission, negative for a rebate
        """
        bonuses = {}
        which = SQL("entry.id IN %s", tuple(entries.ids) or (0,))
        for _statement, agreement_id, turnover, net, _mandate in self._turnovers(which):
            agreement = self.env["agreement"].sudo().browse(agreement_id)
            provider = agreement.commercial_partner_id.sudo(self.env.su)
            bonus = agreement._bonus(net, turnover)[2]
            bonuses[provider] = bonuses.get(provider, 0.0) + bonus
        return bonuses

    def _add_bonuses(self):
        """Add the bonus that the agreements give on what was just claimed.

        In one query whatever the number of entries; each agreement of a statement has
        one bonus at most, for its own sales.
        """
        which = SQL("entry.statement_id IN %s", tuple(self.ids) or (0,))
        values = []
        for (
            statement_id,
            agreement_id,
            turnover,
            net,
            mandate,
        ) in self._turnovers(which):
            statement = self.browse(statement_id)
            agreement = self.env["agreement"].sudo().browse(agreement_id)
            amount, rate, bonus = agreement._bonus(net, turnover)
            if statement.currency_id.is_zero(bonus):
                continue
            values.append(
                {
                    "kind": "bonus",
                    "provider_id": statement.provider_id.id,
                    "company_id": statement.company_id.id,
                    "agreement_id": agreement.id,
                    "mode": "mandate" if mandate else "referral",
                    "base": agreement.bonus_base,
                    "date": statement.period_end,
                    "turnover_amount": amount,
                    "rate": rate,
                    "commission_amount": bonus,
                    "statement_id": statement.id,
                }
            )
        self.env["conciergerie.due.entry"].sudo().create(values)

    def _bonus_title(self, entries):
        """Return the heading of the bonus on the printed statement.

        :param entries: the bonuses of this statement
        """
        if self.reversed_statement_id:
            entries = self.reversed_statement_id.due_entry_ids.filtered(
                lambda entry: entry.kind == "bonus"
            )
        if all(entry.commission_amount < 0 for entry in entries):
            return self.env._("Rebate on our commission, by the turnover")
        return self.env._("Additional commission, by the turnover")
