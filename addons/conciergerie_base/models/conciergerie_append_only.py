from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ConciergerieAppendOnly(models.AbstractModel):
    """Records that state what happened: never changed, never deleted.

    A model that inherits names in ``_frozen_columns`` what a record states, and says
    in ``_append_only_message`` how a mistake is corrected. The ORM refuses with that
    sentence; triggers refuse whatever goes round the ORM. Left out of the columns
    should be contacts, since merging two contacts rewrites them, and links to proofs,
    since proofs are erased after the retention period.
    """

    _name = "conciergerie.append.only"
    _description = "Append-only Records"

    _frozen_columns = ()

    def init(self):
        """Refuse in the database any change of what a record states.

        The trigger names columns and compares values, so that adding a column or
        rewriting a row with equal values (an upgrade) still passes.
        """
        if self._abstract:
            return
        columns = [SQL.identifier(column) for column in self._frozen_columns]
        names = {
            "table": SQL.identifier(self._table),
            "function": SQL.identifier(f"{self._table}_frozen"),
            "no_update": SQL.identifier(f"{self._table}_no_update"),
            "no_delete": SQL.identifier(f"{self._table}_no_delete"),
            "columns": SQL(", ").join(columns),
            "old": SQL(", ").join(SQL("OLD.%s", column) for column in columns),
            "new": SQL(", ").join(SQL("NEW.%s", column) for column in columns),
        }
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(function)s()
                RETURNS trigger AS $$
                BEGIN
                    RAISE EXCEPTION USING
                    MESSAGE = TG_TABLE_NAME || ' is append-only: id ' || OLD.id,
                    ERRCODE = 'integrity_constraint_violation';
                END $$ LANGUAGE plpgsql;
                DROP TRIGGER IF EXISTS %(no_update)s ON %(table)s;
                CREATE TRIGGER %(no_update)s
                    BEFORE UPDATE OF %(columns)s ON %(table)s
                    FOR EACH ROW WHEN ((%(old)s) IS DISTINCT FROM (%(new)s))
                    EXECUTE FUNCTION %(function)s();
                DROP TRIGGER IF EXISTS %(no_delete)s ON %(table)s;
                CREATE TRIGGER %(no_delete)s
                    BEFORE DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(function)s();
                """,
                **names,
            )
        )

    @api.model
    def _drop_triggers(self):
        """Drop the triggers, for the uninstall hook: the ORM drops the table only."""
        function = SQL.identifier(f"{self._table}_frozen")
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", function))

    def write(self, vals):
        frozen = vals.keys() & set(self._frozen_columns)
        for record in self:
            for fname in frozen:
                field = self._fields[fname]
                if record[fname] != field.convert_to_record(
                    field.convert_to_cache(vals[fname], record), record
                ):
                    raise UserError(self._append_only_message())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self._append_only_message())

    @api.model
    def _append_only_message(self):
        return self.env._(
            "This record is never changed or deleted. Record a new one to correct a "
            "mistake."
        )
