from odoo import models
from odoo.tools import SQL


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _create_date_range_seq(self, date):
        """Let two users number the first document of a year at the same time.

        Both would make the year's range, and the second be refused. Touching the
        sequence makes the database fail the second one's transaction instead, which
        Odoo then tries again.
        """
        self.env.cr.execute(
            SQL("UPDATE ir_sequence SET write_date = write_date WHERE id = %s", self.id)
        )
        return super()._create_date_range_seq(date)
