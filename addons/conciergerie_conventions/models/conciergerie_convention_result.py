from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

READERS = "conciergerie_base.group_manager,conciergerie_base.group_accountant"


class ConciergerieConventionResult(models.Model):
    """What a convention brings in a month, and the time it costs. Read only.

    In the company's currency, without VAT. Names nobody.
    """

    _name = "conciergerie.convention.result"
    _description = "Profitability of a Convention"
    _auto = False
    _order = "month desc, convention_id, id"
    _rec_name = "convention_id"
    _depends = {
        "account.analytic.line": ["amount", "date", "project_id", "task_id"],
        "account.move.line": ["balance", "contract_line_id", "date", "display_type"],
        "account.move": ["move_type", "state"],
        "conciergerie.copay.use": ["convention_id", "move_line_id", "share_amount"],
        "contract.contract": ["company_id", "convention_kind", "partner_id"],
        "contract.line": ["contract_id"],
        "project.task": ["sale_line_id"],
    }

    convention_id = fields.Many2one(comodel_name="contract.contract", readonly=True)
    payer_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    convention_kind = fields.Selection(
        selection=lambda self: (
            self.env["contract.contract"]._fields["convention_kind"].selection
        ),
        string="Who Pays",
        readonly=True,
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    month = fields.Date(
        readonly=True,
        help="Of the accounting date for what is invoiced, of the day of the work for "
        "time.",
    )
    fee_amount = fields.Monetary(
        string="Fees",
        readonly=True,
        help="Posted invoices of the fees, without VAT, credit notes deducted.",
    )
    share_amount = fields.Monetary(
        string="Taken in Charge",
        readonly=True,
        help="Shares of the payer, VAT included, less what was given back. For "
        "information: a share pays a sale that is income anyway, so that it is not in "
        "the result.",
    )
    use_count = fields.Integer(
        string="Uses",
        readonly=True,
        help="Lines sold that the convention covers, less those given back whole.",
    )
    people_count = fields.Integer(
        string="People Served",
        readonly=True,
        aggregator="avg",
        help="People with a use left in the month. Several months show their average, "
        "since one person may come in each.",
    )
    hours = fields.Float(
        readonly=True,
        help="Time on the requests whose invoice the convention covers. A request "
        "covered by several conventions counts for each in equal parts. Time counts "
        "once the request is invoiced; a credit note does not take it away.",
    )
    cost_amount = fields.Monetary(
        string="Cost of Time",
        readonly=True,
        help="These hours at the hourly cost of who worked; volunteers may cost 0.",
    )
    result_amount = fields.Monetary(
        string="Result", readonly=True, help="Fees less the cost of time."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH cell AS (
                SELECT sold.convention_id, date_trunc('month', sold.date) AS month,
                       sold.partner_id, sold.product_id,
                       SUM(sold.share_amount) AS share,
                       COUNT(*) FILTER (WHERE sold.refunded_use_id IS NULL)
                       - COUNT(*) FILTER (WHERE sold.quantity = -origin.quantity)
                         AS uses
                  FROM conciergerie_copay_use sold
                  LEFT JOIN conciergerie_copay_use origin
                    ON origin.id = sold.refunded_use_id
                 GROUP BY 1, 2, 3, 4
            ), request AS (
                %(requests)s
            ), payer AS (
                SELECT convention_id, task_id,
                       COUNT(*) OVER (PARTITION BY task_id) AS number
                  FROM request
            ), item AS (
                SELECT fee.contract_id AS convention_id,
                       date_trunc('month', line.date) AS month,
                       -line.balance AS fee, 0.0 AS share, 0 AS uses, 0 AS people,
                       0.0 AS hours, 0.0 AS cost
                  FROM account_move_line line
                  JOIN account_move move
                    ON move.id = line.move_id
                   AND move.move_type IN ('out_invoice', 'out_refund')
                   AND move.state = 'posted'
                  JOIN contract_line fee ON fee.id = line.contract_line_id
                 WHERE line.display_type = 'product'
                 UNION ALL
                SELECT convention_id, month, 0.0, SUM(share), SUM(uses),
                       COUNT(DISTINCT partner_id) FILTER (WHERE uses > 0), 0.0, 0.0
                  FROM cell
                 GROUP BY 1, 2
                 UNION ALL
                SELECT payer.convention_id, date_trunc('month', line.date),
                       0.0, 0.0, 0, 0,
                       line.unit_amount / payer.number, -line.amount / payer.number
                  FROM payer
                  JOIN account_analytic_line line
                    ON line.task_id = payer.task_id AND line.project_id IS NOT NULL
            )
            SELECT convention.id * 10000 + (EXTRACT(YEAR FROM item.month)::int - 1970)
                       * 12 + EXTRACT(MONTH FROM item.month)::int AS id,
                   convention.id AS convention_id,
                   convention.partner_id AS payer_id, convention.convention_kind,
                   convention.company_id, company.currency_id,
                   item.month::date AS month,
                   SUM(fee) AS fee_amount, SUM(share) AS share_amount,
                   SUM(uses)::int AS use_count, SUM(people)::int AS people_count,
                   SUM(hours) AS hours, SUM(cost) AS cost_amount,
                   SUM(fee) - SUM(cost) AS result_amount
              FROM item
              JOIN contract_contract convention
                ON convention.id = item.convention_id AND convention.is_convention
              JOIN res_company company ON company.id = convention.company_id
             GROUP BY convention.id, company.id, item.month
            """,
            requests=SQL(" UNION ").join(self._requests_query_parts),
        )

    @property
    def _requests_query_parts(self):
        """Return the queries of the requests (``convention_id``, ``task_id``) of uses.

        A hook: those of invoiced order lines here; a till adds its own.
        """
        return [
            SQL(
                """
                SELECT DISTINCT sold.convention_id, task.id AS task_id
                  FROM conciergerie_copay_use sold
                  JOIN sale_order_line_invoice_rel rel
                    ON rel.invoice_line_id = sold.move_line_id
                  JOIN project_task task ON task.sale_line_id = rel.order_line_id
                 WHERE sold.refunded_use_id IS NULL
                """
            )
        ]


class ContractContract(models.Model):
    _inherit = "contract.contract"

    result_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Result"
    )
    result_amount = fields.Monetary(
        string="Result of 12 Months",
        compute="_compute_result_amount",
        currency_field="result_currency_id",
        groups=READERS,
        help="Fees less the cost of time, of this month and the eleven before.",
    )

    def _compute_result_amount(self):
        results = dict(
            self.env["conciergerie.convention.result"]._read_group(
                [
                    ("convention_id", "in", self.ids),
                    ("month", ">=", self._first_month_of_result()),
                ],
                ["convention_id"],
                ["result_amount:sum"],
            )
        )
        for contract in self:
            contract.result_amount = results.get(contract, 0.0)

    def _first_month_of_result(self):
        """Return the first day of the eleventh month before this one."""
        month = fields.Date.start_of(fields.Date.context_today(self), "month")
        return month - relativedelta(months=11)

    def action_view_result(self):
        """Open what a convention brought and cost, month by month, for 12 months."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_conventions.conciergerie_convention_result_action"
        )
        action["domain"] = [
            ("convention_id", "=", self.id),
            ("month", ">=", self._first_month_of_result()),
        ]
        action["context"] = {}
        return action
