from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# Wrong codes that one user may type in an hour.
MAX_WRONG_AN_HOUR = 10


class ConciergerieCodeAttempt(models.Model):
    """A wrong code typed at the counter: who and when, never what.

    Kept so that codes are not guessed; nobody has any right on it.
    """

    _name = "conciergerie.code.attempt"
    _description = "Wrong Code Typed"

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, index=True, ondelete="cascade"
    )

    @api.model
    def _check_rest(self):
        """Refuse one more code of a user who typed too many wrong ones.

        :raise UserError: saying to come back in an hour
        """
        since = fields.Datetime.now() - timedelta(hours=1)
        wrong = self.search_count(
            [("user_id", "=", self.env.uid), ("create_date", ">=", since)],
            limit=MAX_WRONG_AN_HOUR,
        )
        if wrong >= MAX_WRONG_AN_HOUR:
            raise UserError(
                self.env._(
                    "Too many wrong codes: try again in an hour, or ask the manager to "
                    "add the person to the list."
                )
            )

    @api.autovacuum
    def _gc_attempts(self):
        """Forget attempts after a day."""
        before = fields.Datetime.now() - timedelta(days=1)
        self.search([("create_date", "<", before)], limit=10_000).unlink()
