from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartnerBank(models.Model):
    """An account changed lately needs a manager's word before money goes there."""

    _inherit = "res.partner.bank"

    number_changed_on = fields.Datetime(
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When this account number was entered or changed last.",
    )
    confirmed_on = fields.Datetime(
        readonly=True, copy=False, string="Confirmed by a Manager on"
    )
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, string="Confirmed by"
    )

    def write(self, vals):
        if "acc_number" in vals:
            changed = self.filtered(lambda b: b.acc_number != vals["acc_number"])
            super(ResPartnerBank, changed).write(
                {
                    "number_changed_on": fields.Datetime.now(),
                    "confirmed_on": False,
                    "confirmed_by_id": False,
                }
            )
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in ("confirmed_on", "confirmed_by_id", "number_changed_on"):
                vals.pop(name, None)
        return super().create(vals_list)

    def _is_fresh(self, company):
        """Whether the number was changed too lately to pay without a confirmation.

        :param company: ``res.company`` whose setting gives the number of days
        """
        self.ensure_one()
        if self.confirmed_on or not self.number_changed_on:
            return False
        limit = fields.Datetime.now() - timedelta(days=company.bank_account_hold_days)
        return self.number_changed_on > limit

    def action_confirm_number(self):
        """Confirm account numbers, checked with the providers by another way.

        :raise UserError: the user is no manager
        """
        self.check_access("read")
        if not self.env.user.has_group("conciergerie_base.group_manager"):
            raise UserError(
                self.env._(
                    "A manager confirms a new account number, once it is checked with "
                    "the provider by telephone."
                )
            )
        for bank_sudo in self.sudo():
            bank_sudo.write(
                {
                    "confirmed_on": fields.Datetime.now(),
                    "confirmed_by_id": self.env.uid,
                    "allow_out_payment": True,
                }
            )
            bank_sudo.partner_id.message_post(
                body=self.env._(
                    "The account %(number)s is confirmed by %(user)s.",
                    number=bank_sudo.acc_number,
                    user=self.env.user.name,
                )
            )
