from odoo import api, models
from odoo.exceptions import UserError


class ProjectTask(models.Model):
    """Acts that nobody pays for, recorded in one tap: they are counted, no more."""

    _inherit = "project.task"

    @api.model
    def pos_record_act(self, config_id, product_id, partner_id=False, uuid=""):
        """Record a non-market act that was done at the counter.

        :param int config_id: id of the till, whose site counts it
        :param int product_id: the service
        :param int partner_id: for whom; nobody in particular if empty
        :param str uuid: number of the act, so that it is counted once
        :return: the reference of the closed request
        :raise UserError: a service that is paid for, or a till without a site
        """
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        done = self.env["conciergerie.pos.hand.over"]._known(uuid)
        if done:
            return done.task_ids[:1].reference
        site = config.site_id
        if not site:
            raise UserError(
                self.env._(
                    "%s belongs to no site: choose one in its settings.", config.name
                )
            )
        service = self.env["product.product"].browse(int(product_id)).exists()
        if service not in self._pos_acts(config):
            raise UserError(
                self.env._(
                    "%s is not an act of this counter that is free of charge.",
                    service.display_name or product_id,
                )
            )
        task = self.create(
            {
                "name": service.name,
                "project_id": site.sudo().project_id.id,
                "service_id": service.id,
                "partner_id": int(partner_id) if partner_id else False,
            }
        )
        task._hand_over()
        self.env["conciergerie.pos.hand.over"]._remember(config, {"uuid": uuid}, task)
        return task.reference

    @api.model
    def _pos_acts(self, config):
        """Return the services that a till records in one tap: free, nothing to keep."""
        return (
            self.env["product.product"]
            .search(
                [
                    ("is_conciergerie_service", "=", True),
                    ("is_market", "=", False),
                    ("needs_deposit", "=", False),
                    ("company_id", "in", (False, config.company_id.id)),
                ],
                order="name",
            )
            .filtered(lambda p: not p.site_ids or config.site_id in p.site_ids)
        )
