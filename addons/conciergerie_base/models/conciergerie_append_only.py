from odoo import api, models
from odoo.exceptions import UserError


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
        table = self._table
        columns = ", ".join(self._frozen_columns)
        old = ", ".join(f"OLD.{column}" for column in self._frozen_columns)
        new = ", ".join(f"NEW.{column}" for column in self._frozen_columns)
        self.env.cr.execute(f"""
            CREATE OR REPLACE FUNCTION {table}_frozen()
            RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION '{table} is append-only (id %)', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS {table}_no_update ON {table};
            CREATE TRIGGER {table}_no_update
                BEFORE UPDATE OF {columns} ON {table}
                FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new}))
                EXECUTE FUNCTION {table}_frozen();
            DROP TRIGGER IF EXISTS {table}_no_delete ON {table};
            CREATE TRIGGER {table}_no_delete
                BEFORE DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {table}_frozen();
        """)

    @api.model
    def _drop_triggers(self):
        """Drop the triggers, for the uninstall hook: the ORM drops the table only."""
        self.env.cr.execute(f"DROP FUNCTION IF EXISTS {self._table}_frozen() CASCADE")

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
