from odoo import fields, models
from odoo.tools import SQL


class ConciergerieProviderBalance(models.Model):
    """What we hold for and owe to each provider today, by age. Read only."""

    _name = "conciergerie.provider.balance"
    _description = "Balance of a Provider"
    _auto = False
    _order = "total_amount desc, id"
    _rec_name = "provider_id"

    provider_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    held_amount = fields.Monetary(
        readonly=True,
        string="Held",
        help="On its account of third-party money: sold for it, settled later.",
    )
    not_due_amount = fields.Monetary(readonly=True, string="Not Due Yet")
    late_30_amount = fields.Monetary(readonly=True, string="Late 1–30 Days")
    late_60_amount = fields.Monetary(readonly=True, string="Late 31–60 Days")
    late_90_amount = fields.Monetary(readonly=True, string="Late 61–90 Days")
    late_more_amount = fields.Monetary(readonly=True, string="Late > 90 Days")
    charge_amount = fields.Monetary(
        readonly=True,
        string="To Be Charged",
        help="Losses and damage that its next statement deducts; not in the books yet.",
    )
    credit_amount = fields.Monetary(
        readonly=True, string="It Owes Us", help="Open debits, netted with the next."
    )
    total_amount = fields.Monetary(
        readonly=True, string="We Owe", help="All of it, credits deducted."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH item AS (
                SELECT partner.id AS provider_id, line.company_id,
                       -line.balance AS held, 0.0 AS payable,
                       0.0 AS charge, NULL::date AS due
                  FROM res_partner partner
                 CROSS JOIN LATERAL jsonb_each_text(partner.third_party_account_id)
                            AS account(company, id)
                  JOIN account_move_line line
                    ON line.account_id = account.id::int
                   AND line.company_id = account.company::int
                   AND line.parent_state = 'posted'
                 UNION ALL
                SELECT line.partner_id, line.company_id, 0.0,
                       -line.amount_residual, 0.0,
                       COALESCE(line.date_maturity, line.date)
                  FROM account_move_line line
                  JOIN account_account account
                    ON account.id = line.account_id
                   AND account.account_type = 'liability_payable'
                 WHERE line.parent_state = 'posted'
                   AND line.amount_residual != 0
                   AND EXISTS (
                       SELECT 1 FROM agreement
                        WHERE agreement.is_provider_agreement
                          AND agreement.commercial_partner_id = line.partner_id
                          AND agreement.company_id = line.company_id
                   )
                 UNION ALL
                SELECT entry.provider_id, entry.company_id, 0.0, 0.0,
                       entry.charge_amount, NULL
                  FROM conciergerie_due_entry entry
                 WHERE entry.kind = 'charge' AND entry.statement_id IS NULL
            )
            SELECT MIN(item.provider_id) * 1000 + MIN(item.company_id) AS id,
                   item.provider_id, item.company_id, company.currency_id,
                   SUM(held) AS held_amount, SUM(charge) AS charge_amount,
                   SUM(payable) FILTER (WHERE payable > 0 AND due >= %(today)s)
                       AS not_due_amount,
                   SUM(payable) FILTER (WHERE payable > 0 AND due < %(today)s
                       AND due >= %(today)s - 30) AS late_30_amount,
                   SUM(payable) FILTER (WHERE payable > 0 AND due < %(today)s - 30
                       AND due >= %(today)s - 60) AS late_60_amount,
                   SUM(payable) FILTER (WHERE payable > 0 AND due < %(today)s - 60
                       AND due >= %(today)s - 90) AS late_90_amount,
                   SUM(payable) FILTER (WHERE payable > 0 AND due < %(today)s - 90)
                       AS late_more_amount,
                   SUM(payable) FILTER (WHERE payable < 0) AS credit_amount,
                   SUM(held + payable) AS total_amount
              FROM item
              JOIN res_company company ON company.id = item.company_id
             GROUP BY item.provider_id, item.company_id, company.currency_id
            HAVING SUM(held) != 0 OR SUM(ABS(payable)) != 0 OR SUM(charge) != 0
            """,
            today=fields.Date.context_today(self),
        )
