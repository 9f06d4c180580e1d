def uninstall_hook(env):
    """Drop the triggers that keep custody events unchangeable.

    The ORM removes the table; the function behind the triggers is ours alone.
    """
    env["conciergerie.custody.event"]._drop_triggers()
