def migrate(cr, version):
    """Every due entry was a sale until now: fill what it took from its line.

    Filled here, in one statement, rather than computed record by record.
    """
    cr.execute(
        """
        ALTER TABLE conciergerie_due_entry
            ADD COLUMN IF NOT EXISTS kind varchar,
            ADD COLUMN IF NOT EXISTS agreement_id integer,
            ADD COLUMN IF NOT EXISTS base varchar
        """
    )
    cr.execute(
        """
        UPDATE conciergerie_due_entry entry
           SET kind = 'sale', agreement_id = line.agreement_id, base = line.base
          FROM conciergerie_commission_line line
         WHERE line.id = entry.line_id AND entry.kind IS NULL
        """
    )
