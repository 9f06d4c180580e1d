def post_init_hook(env):
    """Set what core leaves otherwise: the account of services, people's data.

    Services are booked on 706 where the French chart is (core's default is 707,
    goods). Core sends the addresses of prospects to an outside service by itself:
    they leave the house when somebody decides so, in the settings of CRM.
    """
    parameters = env["ir.config_parameter"]
    if not parameters.get_param("crm.iap.lead.enrich.setting"):
        parameters.set_param("crm.iap.lead.enrich.setting", "manual")
    category = env.ref("conciergerie_base.product_category_service")
    for company in env["res.company"].search([("chart_template", "=", "fr")]):
        account = (
            env["account.account"]
            .with_company(company)
            .search(
                [("code", "=", "706000"), ("company_ids", "in", company.id)], limit=1
            )
        )
        if account:
            category.with_company(company).property_account_income_categ_id = account


def uninstall_hook(env):
    """Leave a database that works: drop our triggers, keep what tasks and leads use.

    The ORM removes the tables; the functions behind the triggers are ours alone. The
    requests stay as tasks, in their stages.
    """
    for name in ("conciergerie.custody.event", "conciergerie.key.movement"):
        env[name]._drop_triggers()
    env["crm.team"]._remove_shipped()
    env["ir.model.data"].search(
        [("module", "=", "conciergerie_base"), ("model", "=", "project.task.type")]
    ).unlink()
