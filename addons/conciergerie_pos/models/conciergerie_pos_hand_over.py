from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConciergeriePosHandOver(models.Model):
    """One hand-over or act without a ticket: known by its uuid, done exactly once.

    One that is paid for comes with its ticket, which is known by its own. Neither name
    nor signature is kept here: these are in the proof, which is erased one day.
    """

    _name = "conciergerie.pos.hand.over"
    _description = "Hand-over at a Till"
    _order = "id desc"
    _rec_name = "uuid"
    _check_company_auto = True

    uuid = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    config_id = fields.Many2one(
        comodel_name="pos.config",
        string="Till",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    task_ids = fields.Many2many(
        comodel_name="project.task", string="Requests", readonly=True
    )
    is_offline = fields.Boolean(
        string="Without Network",
        readonly=True,
        help="It was done while the till had no network and could not be refused.",
    )
    conflict = fields.Text(
        readonly=True, help="What had been done elsewhere in the meantime."
    )

    _uuid_unique = models.UniqueIndex(
        "(uuid)", "This hand-over has been recorded already."
    )

    @api.model
    def _known(self, uuid):
        """Return the hand-over that a till sends again, if it arrived before.

        :raise UserError: it bears no uuid, so that it could not be told apart
        """
        if not uuid or not isinstance(uuid, str):
            raise UserError(self.env._("A hand-over sent by a till bears its number."))
        # Another company's number is known too: the index is of the database.
        return self.sudo().search([("uuid", "=", uuid)], limit=1)

    def _remember(self, config, payload, tasks, conflict=""):
        """Note that something sent by a till was done.

        :param config: ``pos.config``
        :param dict payload: what it sent, with its ``uuid``
        :param tasks: the requests that it was about
        :param str conflict: what had been done elsewhere in the meantime
        """
        return self.sudo().create(
            {
                "uuid": payload["uuid"],
                "company_id": config.company_id.id,
                "config_id": config.id,
                "task_ids": [Command.set(tasks.ids)],
                "is_offline": bool(payload.get("offline")),
                "conflict": conflict,
            }
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("What a till sent is kept: it would be done a second time.")
        )
