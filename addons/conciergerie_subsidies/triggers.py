"""Triggers that refuse what goes round the ORM, once a row is frozen."""

from odoo.tools import SQL


def freeze(env, table, columns, condition):
    """Refuse changes of columns, and deletion, of the rows where a condition holds.

    The trigger names columns and compares values, so that an upgrade that rewrites a
    row with equal values still passes.

    :param str table: name of the table
    :param columns: names of the columns that a frozen row keeps
    :param condition: SQL on the row before, as ``OLD.is_frozen``
    """
    identifiers = [SQL.identifier(column) for column in columns]
    env.cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION %(function)s()
            RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION USING
                MESSAGE = TG_TABLE_NAME || ' is frozen: id ' || OLD.id,
                ERRCODE = 'integrity_constraint_violation';
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS %(no_update)s ON %(table)s;
            CREATE TRIGGER %(no_update)s
                BEFORE UPDATE OF %(columns)s ON %(table)s
                FOR EACH ROW
                WHEN (%(condition)s AND (%(old)s) IS DISTINCT FROM (%(new)s))
                EXECUTE FUNCTION %(function)s();
            DROP TRIGGER IF EXISTS %(no_delete)s ON %(table)s;
            CREATE TRIGGER %(no_delete)s
                BEFORE DELETE ON %(table)s
                FOR EACH ROW WHEN (%(condition)s)
                EXECUTE FUNCTION %(function)s();
            """,
            function=SQL.identifier(f"{table}_frozen"),
            table=SQL.identifier(table),
            no_update=SQL.identifier(f"{table}_no_update"),
            no_delete=SQL.identifier(f"{table}_no_delete"),
            columns=SQL(", ").join(identifiers),
            condition=condition,
            old=SQL(", ").join(SQL("OLD.%s", name) for name in identifiers),
            new=SQL(", ").join(SQL("NEW.%s", name) for name in identifiers),
        )
    )


def drop(env, table):
    """Drop the triggers of a table, for the uninstall hook."""
    function = SQL.identifier(f"{table}_frozen")
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", function))
