from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ConciergerieDueEntry(models.Model):
    """A thing lost or damaged at the provider, charged on its next statement.

    A compensation, outside the scope of VAT: it pays for no supply (CGI, art. 256, I).
    The books know it by the statement; until then the due entry
    waits, as a declared sale does.
    """

    _inherit = "conciergerie.due.entry"

    charge_amount = fields.Monetary(
        readonly=True,
        string="Charged",
        help="Deducted from what the provider gets, for a loss or damage; no VAT.",
    )
    task_id = fields.Many2one(
        comodel_name="project.task",
        string="Request",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _charge_alone = models.Constraint(
        "CHECK((kind = 'charge') = (COALESCE(charge_amount, 0) != 0)"
        " AND (kind != 'charge' OR (mode IS NULL AND"
        " COALESCE(collected_amount, 0) = 0 AND COALESCE(direct_amount, 0) = 0"
        " AND COALESCE(commission_amount, 0) = 0)))",
        "What is charged for a loss or damage is an entry of its own.",
    )

    def _get_reference(self):
        if self.kind == "charge":
            return self.sudo().task_id.reference or ""
        return super()._get_reference()

    def _vat_wording(self):
        if self.kind == "charge":
            return self.env._("no VAT")
        return super()._vat_wording()

    def _own_row_amount(self):
        if self.kind == "charge":
            return -self.charge_amount
        return super()._own_row_amount()

    def _copy_vals(self, sign):
        return {
            **super()._copy_vals(sign),
            "charge_amount": sign * self.charge_amount,
            "task_id": self.task_id.id,
        }

    @api.model
    def _check_may_charge(self):
        """Refuse whoever may not charge a provider.

        :raise AccessError: for anybody but a manager or an accountant
        """
        user = self.env.user
        if not (
            user.has_group("conciergerie_base.group_manager")
            or user.has_group("conciergerie_base.group_accountant")
        ):
            raise AccessError(
                self.env._("A manager or an accountant charges a provider.")
            )

    @api.model
    def _charge(self, provider, company, amount, reason, task=None, date=None):
        """Charge a provider for a loss or damage, on its next statement.

        :param provider: ``res.partner``
        :param company: ``res.company`` whose statement deducts it
        :param float amount: in the company's currency, without VAT, above nought
        :param str reason: what the provider reads
        :param task: the request where it happened
        :param date: today by default
        :return: the new due entry
        :raise UserError: no amount or reason, no agreement, or no account to credit
        """
        self._check_may_charge()
        provider = provider.commercial_partner_id
        reason = (reason or "").strip()
        currency = company.currency_id
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(
                self.env._("Enter what is charged to %s, above nought.", provider.name)
            )
        if not reason:
            raise UserError(self.env._("Write the reason: %s reads it.", provider.name))
        agreement_sudo = (
            self.env["agreement"]
            .sudo()
            .search(
                [
                    ("is_provider_agreement", "=", True),
                    ("company_id", "=", company.id),
                    ("commercial_partner_id", "=", provider.id),
                    ("state", "in", ("signed", "running", "ended")),
                ],
                order="start_date desc, id desc",
                limit=1,
            )
        )
        if not agreement_sudo:
            raise UserError(
                self.env._(
                    "%s has no agreement here, so no statement to charge it on: make "
                    "the agreement first, or send an invoice.",
                    provider.name,
                )
            )
        company._get_charge_account()
        return (
            self.sudo()
            .create(
                {
                    "kind": "charge",
                    "name": reason,
                    "provider_id": provider.id,
                    "company_id": company.id,
                    "agreement_id": agreement_sudo.id,
                    "date": date or fields.Date.context_today(self),
                    "charge_amount": currency.round(amount),
                    "task_id": task.id if task else False,
                }
            )
            .sudo(self.env.su)
        )

    def _check_may_take_back(self):
        """A charge is taken back by whoever may charge."""
        if self.kind == "charge":
            return self._check_may_charge()
        return super()._check_may_take_back()
