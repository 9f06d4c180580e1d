def post_init_hook(env):
    """Set what core leaves otherwise: the account of services, people's data.

    Services are booked on 706 where the French chart is (core's default is 707,
    goods). Core sends the addresses of prospects to an outside service by itself:
    they leave the house when somebody decides so, in the settings of CRM.
    """
    parameters = env["ir.config_parameter"]
    if not parameters.get_param("crm.iap.lead.enrich.setting"):
        parameters.set_param("crm.iap.lead.enrich.setting", "manual")
    companies = env["res.company"].search([("chart_template", "=", "fr")])
    companies._set_service_account()


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
