"""Many rows like one, for worlds that the ORM would take half an hour to make."""

from odoo.tools import SQL


def copies(record, count, **values):
    """Insert rows equal to that of a record, and return them.

    :param record: one record; what its table does not hold is not copied
    :param count: number of rows
    :param values: SQL of columns that differ, in which ``n`` counts from 1
    """
    env = record.env
    env.flush_all()
    columns = [
        field.name
        for field in record._fields.values()
        if field.store and field.column_type and field.name not in ("id", *values)
    ]
    query = SQL(
        "INSERT INTO %(table)s (%(names)s) SELECT %(values)s"
        " FROM %(table)s source, generate_series(1, %(count)s) n"
        " WHERE source.id = %(id)s RETURNING id",
        table=SQL.identifier(record._table),
        names=SQL(", ").join(SQL.identifier(name) for name in [*columns, *values]),
        values=SQL(", ").join(
            [*(SQL.identifier("source", name) for name in columns), *values.values()]
        ),
        count=count,
        id=record.id,
    )
    ids = [row[0] for row in env.execute_query(query)]
    env.invalidate_all()
    return record.browse(ids)


def numbered(text):
    """SQL of a text followed by the number of the row."""
    return SQL("%s || ' ' || n", text)


def nth(records):
    """SQL of the id of the record that is as far along as the row, round and round."""
    return SQL("(%s)[1 + (n - 1) %% %s]", records.ids, len(records))


def products_like(product, count, name):
    """Copy a product with its template, taxes and the offers of its providers."""
    template = product.product_tmpl_id
    templates = copies(
        template, count, name=SQL("jsonb_build_object('en_US', %s)", numbered(name))
    )
    copies(product, count, product_tmpl_id=nth(templates))
    for offer in template.seller_ids:
        # For whatever variant: the copies have one of their own.
        anyone = {"product_tmpl_id": nth(templates), "product_id": SQL("NULL::int")}
        copies(offer, count, **anyone)
    for field in ("taxes_id", "supplier_taxes_id"):
        relation = template._fields[field]
        product.env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(ours)s, %(theirs)s)"
                " SELECT copy, %(theirs)s FROM %(table)s, unnest(%(copies)s) copy"
                " WHERE %(ours)s = %(id)s",
                table=SQL.identifier(relation.relation),
                ours=SQL.identifier(relation.column1),
                theirs=SQL.identifier(relation.column2),
                copies=templates.ids,
                id=template.id,
            )
        )
    product.env.invalidate_all()
    return templates


def people_like(person, count, name):
    """Copy a contact that has no company of its own."""
    people = copies(person, count, name=numbered(name), complete_name=numbered(name))
    person.env.cr.execute(
        SQL(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id IN %s",
            tuple(people.ids),
        )
    )
    person.env.invalidate_all()
    return people
