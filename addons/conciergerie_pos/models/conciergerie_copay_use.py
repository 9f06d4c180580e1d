from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ConciergerieCopayUse(models.Model):
    """A line that the till has sold is a use as a line of an invoice is."""

    _inherit = "conciergerie.copay.use"

    pos_line_id = fields.Many2one(
        comodel_name="pos.order.line",
        string="Line of the Ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    pos_order_id = fields.Many2one(
        comodel_name="pos.order",
        string="Ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    above_amount = fields.Monetary(
        string="Above the Ceiling",
        readonly=True,
        help="The part that a ticket without network promised, and that no rule or "
        "ceiling gave any more: the payer may refuse it.",
    )

    _pos_line_once = models.UniqueIndex(
        "(pos_line_id, convention_id, COALESCE(refunded_use_id, 0)) "
        "WHERE pos_line_id IS NOT NULL"
    )

    def _payer_items(self):
        """Add the items that the payments of tickets have put on the payers."""
        items = super()._payer_items()
        tickets = self.pos_order_id
        if not tickets:
            return items
        conventions = {(use.pos_order_id, use.convention_id) for use in self}
        payments = tickets.payment_ids.filtered(
            lambda p: (p.pos_order_id, p.copay_convention_id) in conventions
        )
        return items | payments._copay_items()


class ConciergerieCopayStatement(models.Model):
    _inherit = "conciergerie.copay.statement"

    @api.model
    def _open_domain(self, company, period_end, conventions=None):
        """Leave what a session has sold to the next statement until it is closed.

        Its closing entry is what the payer owes: before, there is nothing to pay.
        """
        return super()._open_domain(company, period_end, conventions) & (
            Domain("pos_order_id", "=", False)
            | Domain("pos_order_id.session_id.state", "=", "closed")
        )


class ConciergerieConventionResult(models.Model):
    _inherit = "conciergerie.convention.result"

    _depends = {
        "conciergerie.copay.use": ["pos_line_id"],
        "pos.order.line": ["sale_order_line_id"],
        "project.task": ["pos_line_id"],
    }

    @property
    def _requests_query_parts(self):
        """Add the requests of what tickets sold, or settled of an order."""
        return [
            *super()._requests_query_parts,
            SQL(
                """
                SELECT sold.convention_id, task.id AS task_id
                  FROM conciergerie_copay_use sold
                  JOIN project_task task ON task.pos_line_id = sold.pos_line_id
                 WHERE sold.refunded_use_id IS NULL
                """
            ),
            SQL(
                """
                SELECT sold.convention_id, task.id AS task_id
                  FROM conciergerie_copay_use sold
                  JOIN pos_order_line line ON line.id = sold.pos_line_id
                  JOIN project_task task ON task.sale_line_id = line.sale_order_line_id
                 WHERE sold.refunded_use_id IS NULL
                """
            ),
        ]
