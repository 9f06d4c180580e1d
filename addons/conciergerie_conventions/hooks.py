# Rights of OCA that the addon narrows to reading; OCA gives all four.
NARROWED_ACCESS = (
    "membership.access_product_membership_manager",
    "membership.access_membership_membership_line_partner_manager",
    "membership.access_membership_membership_category_partner_manager",
)


def post_init_hook(env):
    """Prepare the companies that exist already; what each part needs is its own."""
    companies = env["res.company"].search([("chart_template", "=", "fr")])
    companies._set_membership_account()


def uninstall_hook(env):
    """Leave a database that works without the addon.

    Drop our triggers, and give OCA's membership its own rights back.
    """
    env["conciergerie.copay.use"]._drop_triggers()
    for xmlid in NARROWED_ACCESS:
        if access := env.ref(xmlid, raise_if_not_found=False):
            access.write({"perm_write": True, "perm_create": True, "perm_unlink": True})
