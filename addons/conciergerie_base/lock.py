from odoo.exceptions import LockError, UserError


def lock_for_update(records, name=None):
    """Lock records until the end of the transaction, or say who is in the way.

    :param records: records that nobody else may change meanwhile
    :param str name: what the sentence calls them, by default the first one's name
    :raise UserError: somebody else has locked them
    """
    try:
        records.lock_for_update()
    except LockError as error:
        raise UserError(
            records.env._(
                "Somebody else is working on %s just now: try again in a moment.",
                name or records[:1].display_name,
            )
        ) from error
