from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# Nobody types these: the account's own actions write them.
STATED = ("confirmed_on", "confirmed_by_id", "number_changed_on")
TO_CONFIRM = "conciergerie_partners.mail_activity_type_confirm_account"
# Core takes either for the number.
NUMBER = ("acc_number", "sanitized_acc_number")
# By these a payout goes elsewhere.
REDIRECTING = (*NUMBER, "partner_id", "allow_out_payment", "sequence", "active")


class ResPartnerBank(models.Model):
    """An account changed lately needs a manager's word before money goes there."""

    _inherit = "res.partner.bank"

    number_changed_on = fields.Datetime(
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When this account was entered, or changed last in a way that could send "
        "a payout elsewhere.",
    )
    confirmed_on = fields.Datetime(
        readonly=True, copy=False, string="Confirmed by a Manager on"
    )
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, string="Confirmed by"
    )

    def write(self, vals):
        """What could send a payout elsewhere takes a manager's word away.

        A new number always does; another order, owner, trust or archiving does unless
        a manager makes it.

        :raise UserError: somebody types the confirmation or the day of the change
        """
        if not self.env.su and any(name in vals for name in STATED):
            raise UserError(
                self.env._(
                    "The confirmation of an account number is not typed: a manager "
                    "presses “Confirm the account number” on the bank account."
                )
            )
        watched = NUMBER if self._is_trusted_user() else REDIRECTING
        changed = self._changed_by(vals, [name for name in watched if name in vals])
        if changed:
            changed._mark_changed()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in STATED:
                vals.pop(name, None)
        return super().create(vals_list)

    @api.model
    def _is_trusted_user(self):
        return self.env.su or self.env.user.has_group("conciergerie_base.group_manager")

    def _changed_by(self, vals, names):
        """Return the accounts of which values really change one of the fields."""

        def _new_value(bank, name):
            field = bank._fields[name]
            return field.convert_to_record(
                field.convert_to_cache(vals[name], bank), bank
            )

        return self.filtered(
            lambda bank: any(bank[name] != _new_value(bank, name) for name in names)
        )

    def _mark_changed(self):
        """Take back the confirmation, and hold the owners' other unconfirmed accounts.

        Else one that was put aside early would be paid as soon as this one is held.
        """
        self.check_access("write")
        others_sudo = self.sudo().partner_id.bank_ids.filtered(
            lambda bank: not bank.confirmed_on
        )
        (self.sudo() | others_sudo).write(
            {
                "number_changed_on": fields.Datetime.now(),
                "confirmed_on": False,
                "confirmed_by_id": False,
            }
        )

    def _is_fresh(self, company):
        """Whether the number was changed too lately to pay without a confirmation.

        :param company: ``res.company`` whose setting gives the number of days
        """
        self.ensure_one()
        if self.confirmed_on or not self.number_changed_on:
            return False
        limit = fields.Datetime.now() - timedelta(days=company.bank_account_hold_days)
        return self.number_changed_on > limit

    def _to_pay_on(self):
        """Return the account to propose: a confirmed one, else the oldest unchanged.

        The order that users drag counts among confirmed accounts only, so that one
        added later does not come first by it.
        """
        active = self.filtered("active")
        confirmed = active.filtered("confirmed_on").sorted(lambda b: (b.sequence, b.id))
        unconfirmed = (active - confirmed).sorted(
            lambda b: (b.number_changed_on or b.create_date, b.id)
        )
        return (confirmed | unconfirmed)[:1]

    def _ask_confirmation(self, company):
        """Give a manager of a company the task to confirm the account, once.

        It is the provider's manager in the agreement, else one of the managers.
        """
        partner_sudo = self.partner_id.sudo()
        if not partner_sudo or partner_sudo.activity_search([TO_CONFIRM]):
            return
        managers_sudo = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    (
                        "all_group_ids",
                        "in",
                        self.env.ref("conciergerie_base.group_manager").ids,
                    ),
                    ("company_ids", "in", company.ids),
                ]
            )
        )
        agreements_sudo = partner_sudo.provider_agreement_ids.filtered(
            lambda agreement: agreement.company_id == company
        )
        first_sudo = managers_sudo.sorted(
            lambda user: (
                user not in agreements_sudo.user_id,
                user.has_group("conciergerie_base.group_administrator"),
                user.id,
            )
        )[:1]
        partner_sudo.activity_schedule(
            TO_CONFIRM,
            summary=self.env._("Confirm the account number %s", self.acc_number),
            note=self.env._(
                "A payout waits for it. Check the number with the provider by "
                "telephone, then press “Confirm the account number” on its form, page "
                "“Invoicing”."
            ),
            user_id=(first_sudo or self.env.user).id,
        )

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
            bank_sudo.partner_id.activity_unlink([TO_CONFIRM])
            bank_sudo.partner_id.message_post(
                body=self.env._(
                    "The account %(number)s is confirmed by %(user)s.",
                    number=bank_sudo.acc_number,
                    user=self.env.user.name,
                )
            )
