from odoo import fields, models
from odoo.tools import plaintext2html


class ConciergerieSite(models.Model):
    _inherit = "conciergerie.site"

    pos_config_ids = fields.One2many(
        comodel_name="pos.config", inverse_name="site_id", string="Tills"
    )

    def _pos_tell_manager(self, record, summary, note):
        """Give a manager something to sort out that a till could not refuse.

        :param record: what the activity is about, with activities
        :param str summary: one line
        :param str note: what happened; both tickets are named in it
        """
        manager = self.env.ref("conciergerie_base.group_manager")
        team_sudo = self.sudo().user_ids or (
            manager.sudo().all_user_ids.filtered(
                lambda user: record.company_id in user.company_ids
            )
        )
        people = team_sudo.filtered(lambda user: user.active and not user.share).sorted(
            lambda user: (manager not in user.all_group_ids, user.id)
        )
        record.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=plaintext2html(note),
            user_id=people[:1].id or self.env.ref("base.user_admin").id,
        )
