def uninstall_hook(env):
    """Drop the triggers that keep the ledger unchangeable."""
    for model in ("conciergerie.commission.line", "conciergerie.due.entry"):
        env[model]._drop_triggers()
