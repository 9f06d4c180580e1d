from odoo import api, fields, models
from odoo.tools import SQL


class ConciergeriePosClaim(models.Model):
    """One row for each thing that a till may send more than once.

    The first transaction to write the row does the work. A search before a creation
    would not do: two calls at once do not see each other, and the unique index then
    raises an error that nobody retries. Here the loser waits; if the winner has just
    committed, PostgreSQL refuses to serialize, Odoo runs the call again, and it finds
    what the winner made.
    """

    _name = "conciergerie.pos.claim"
    _description = "Received from a Till"
    _log_access = False

    uuid = fields.Char(required=True, readonly=True)

    _uuid_unique = models.UniqueIndex("(uuid)", "This was received already.")

    @api.model
    def _claim(self, uuids):
        """Claim identifiers that a till gave to what it sends.

        :param uuids: list of str
        :return: set of those that nobody had claimed before
        """
        if not uuids:
            return set()
        rows = SQL(", ").join(SQL("(%s)", uuid) for uuid in sorted(set(uuids)))
        self.env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (uuid) VALUES %(rows)s"
                " ON CONFLICT DO NOTHING RETURNING uuid",
                table=SQL.identifier(self._table),
                rows=rows,
            )
        )
        return {uuid for (uuid,) in self.env.cr.fetchall()}
