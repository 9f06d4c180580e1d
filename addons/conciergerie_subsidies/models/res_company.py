from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    undertaking_id = fields.Many2one(
        comodel_name="res.company",
        string="Part of the Undertaking of",
        index="btree_not_null",
        help="Companies that control each other are one undertaking for de minimis "
        "aid: their aid counts together.",
    )
    undertaking_member_ids = fields.One2many(
        comodel_name="res.company", inverse_name="undertaking_id"
    )

    @api.constrains("undertaking_id")
    def _check_undertaking(self):
        for company in self:
            head = company.undertaking_id
            if (
                head == company
                or head.undertaking_id
                or (head and company.undertaking_member_ids)
            ):
                raise ValidationError(
                    self.env._(
                        "%(company)s cannot be part of the undertaking of %(head)s: "
                        "name one head for all the companies of an undertaking.",
                        company=company.name,
                        head=head.name,
                    )
                )

    def _de_minimis_companies(self):
        """Return all companies of the same undertaking, whoever asks."""
        self.ensure_one()
        company_sudo = self.sudo()
        head_sudo = company_sudo.undertaking_id or company_sudo
        return (head_sudo | head_sudo.undertaking_member_ids).sudo(False)
