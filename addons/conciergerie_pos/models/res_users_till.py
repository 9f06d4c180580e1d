from odoo import api, models, tools
from odoo.exceptions import AccessError


class ResUsers(models.Model):
    """Which tills somebody may open, kept in memory for the rules of tickets."""

    _inherit = "res.users"

    def _till_ids(self):
        """Return the ids of the tills of this person's sites, archived ones included.

        The rules on tickets, their lines and payments ask for each of them: followed
        to the site's team they took a fifth of the time of a sale.
        """
        self.ensure_one()
        return list(self._cached_till_ids(self.id))

    @api.model
    @tools.ormcache("user_id")
    def _cached_till_ids(self, user_id):
        """Return the tills of a person's sites.

        Whatever assigns a person to a site, or a till to one, clears it, and the rules
        that hold it.
        """
        tills_sudo = self.env["pos.config"].sudo().with_context(active_test=False)
        return tuple(tills_sudo.search([("site_id.user_ids", "in", [user_id])]).ids)

    @api.model
    def _get_invalidation_fields(self):
        """Sites written on a person change its tills as the team of a site does."""
        return super()._get_invalidation_fields() | {"conciergerie_site_ids"}


class ConciergerieSite(models.Model):
    _inherit = "conciergerie.site"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"user_ids", "pos_config_ids"}:
            self.env.registry.clear_cache()
        return result


class PosConfig(models.Model):
    _inherit = "pos.config"

    @api.model_create_multi
    def create(self, vals_list):
        tills = super().create(vals_list)
        self.env.registry.clear_cache()
        return tills

    def write(self, vals):
        """Leave where a till stands, and its float, to managers.

        Core lets whoever sells write a till; its site says who sees its tickets.

        :raise AccessError: a counter user writes them
        """
        if (
            vals.keys() & {"site_id", "opening_float"}
            and not self.env.su
            and not self.env.user.has_group("point_of_sale.group_pos_manager")
        ):
            raise AccessError(
                self.env._("A manager chooses the site of a till, and its float.")
            )
        result = super().write(vals)
        if "site_id" in vals:
            self.env.registry.clear_cache()
        return result
