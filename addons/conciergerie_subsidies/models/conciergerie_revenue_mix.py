from odoo import fields, models
from odoo.tools import SQL


class ConciergerieRevenueMix(models.Model):
    """Own revenue beside public money, by site and day of the books. Read only.

    Accounts of class 7, less what goes to dedicated funds: money of third parties is
    never in it. Aid is what is
    booked for a dossier or on 74; its site is that of the analytic distribution.
    """

    _name = "conciergerie.revenue.mix"
    _description = "Own Revenue and Public Money"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "account_id"
    _depends = {
        "account.account": ["code_store"],
        "account.move.line": [
            *("account_id", "analytic_distribution", "balance", "company_id"),
            *("date", "move_id", "parent_state"),
        ],
        "conciergerie.dossier": ["funder_id"],
        "conciergerie.site": ["project_id"],
        "conciergerie.subsidy.entry": ["dossier_id", "move_id", "reversal_move_id"],
        "project.project": ["account_id"],
        "res.partner": ["is_public_funder"],
    }

    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        readonly=True,
        help="Empty: the books name no site.",
    )
    account_id = fields.Many2one(comodel_name="account.account", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        selection=[
            ("own", "Own revenue"),
            ("member", "Members' fees"),
            ("gift", "Gifts"),
            ("public", "Public money"),
            ("private", "Private aid"),
            ("other", "Other income"),
        ],
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        """One row for each journal item and site; what no site has is a row too."""
        return SQL(
            """
            WITH site_account AS (
                SELECT site.id AS site_id, project.account_id::text AS account
                  FROM conciergerie_site site
                  JOIN project_project project ON project.id = site.project_id
                 WHERE project.account_id IS NOT NULL
            ), aid AS (
                SELECT move.id AS move_id,
                       BOOL_OR(COALESCE(funder.is_public_funder, TRUE)) AS is_public
                  FROM conciergerie_subsidy_entry entry
                  JOIN account_move move
                    ON move.id IN (entry.move_id, entry.reversal_move_id)
                  JOIN conciergerie_dossier dossier ON dossier.id = entry.dossier_id
                  LEFT JOIN res_partner funder ON funder.id = dossier.funder_id
                 GROUP BY move.id
            ), income AS (
                SELECT line.id, line.company_id, line.account_id, line.date,
                       -line.balance AS amount, line.analytic_distribution,
                       line.move_id,
                       account.code_store
                           ->> split_part(company.parent_path, '/', 1) AS code
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_company company ON company.id = line.company_id
                 WHERE line.parent_state = 'posted' AND line.balance != 0
            )
            SELECT ROW_NUMBER() OVER (ORDER BY income.id, part.site_id) AS id,
                   income.company_id, company.currency_id, part.site_id,
                   income.account_id, income.date,
                   CASE WHEN aid.is_public THEN 'public'
                        WHEN NOT aid.is_public THEN 'private'
                        WHEN income.code LIKE '74%%' THEN 'public'
                        WHEN income.code LIKE '756%%' THEN 'member'
                        WHEN income.code LIKE '754%%' OR income.code LIKE '7582%%'
                            THEN 'gift'
                        WHEN income.code LIKE '70%%' THEN 'own'
                        ELSE 'other' END AS kind,
                   ROUND(income.amount * part.share, 2) AS amount
              FROM income
              JOIN res_company company ON company.id = income.company_id
              LEFT JOIN aid ON aid.move_id = income.move_id
             CROSS JOIN LATERAL (
                   WITH share AS (
                       SELECT site.site_id, SUM(part.value::numeric) / 100 AS share
                         FROM jsonb_each_text(
                              COALESCE(income.analytic_distribution, '{}'::jsonb)
                              ) AS part(key, value)
                         JOIN site_account site
                           ON site.account = ANY(string_to_array(part.key, ','))
                        GROUP BY site.site_id
                   )
                   SELECT site_id, share FROM share
                    UNION ALL
                   SELECT NULL, 1 - COALESCE((SELECT SUM(share) FROM share), 0)
                   ) part
             -- What is carried to dedicated funds (689) is income of the year that uses
             -- it (789): counted in both, it would be there twice.
             WHERE (income.code LIKE '7%%' OR income.code LIKE '689%%')
               AND part.share != 0
            """
        )
