def uninstall_hook(env):
    """Drop the triggers that keep append-only records unchangeable; free the leads.

    The ORM removes the tables; the functions behind the triggers are ours alone.
    """
    for name in ("conciergerie.custody.event", "conciergerie.key.movement"):
        env[name]._drop_triggers()
    env["crm.team"]._remove_shipped()
