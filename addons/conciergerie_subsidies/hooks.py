# Models whose tables carry a trigger against changes.
APPEND_ONLY = (
    "conciergerie.award",
    "conciergerie.budget.version",
    "conciergerie.budget.version.line",
    "conciergerie.cost",
    "conciergerie.allocation",
    "conciergerie.claim",
    "conciergerie.claim.line",
)


def post_init_hook(env):
    """Prepare the companies that exist already."""
    companies = env["res.company"].search([("chart_template", "=", "fr")])
    companies._set_subsidy_accounts()


def uninstall_hook(env):
    """Leave a database that works without the addon: drop our triggers."""
    for model in APPEND_ONLY:
        env[model]._drop_triggers()
