def post_init_hook(env):
    """Charge on commissions the VAT of the company's sales; accountants may change."""
    for company in env["res.company"].search([("chart_template", "!=", False)]):
        company.commission_tax_id = company.account_sale_tax_id


def uninstall_hook(env):
    """Drop the triggers that keep the ledger unchangeable."""
    for model in (
        "conciergerie.commission.line",
        "conciergerie.due.entry",
        "conciergerie.provider.document",
        "conciergerie.provider.document.line",
    ):
        env[model]._drop_triggers()
