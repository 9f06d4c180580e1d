def post_init_hook(env):
    """Prepare the companies and tills that exist already."""
    env["res.company"].search([])._set_down_payment_account()
    env["product.template"].search(
        [("is_conciergerie_service", "=", True)]
    ).available_in_pos = True


def uninstall_hook(env):
    """Leave a database that works without the addon."""
    env["conciergerie.pos.seal"]._drop_triggers()
