from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PosPaymentMethod(models.Model):
    """The share of a payer, taken as a payment: never chosen by hand."""

    _inherit = "pos.payment.method"

    is_copay = fields.Boolean(
        string="Taken in Charge",
        help="For what employers, communes and landlords take in charge: the till adds "
        "it by itself, with the payer; it is no button on the payment screen.",
    )

    @api.constrains("is_copay", "journal_id", "split_transactions")
    def _check_copay(self):
        for method in self.filtered("is_copay"):
            if method.journal_id or not method.split_transactions:
                raise ValidationError(
                    self.env._(
                        "%s is what payers take in charge: it has no journal, since "
                        "nothing is received at the till, and identifies the customer.",
                        method.name,
                    )
                )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "is_copay"]


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _conciergerie_payment_methods_vals(self):
        """Return the payment methods that set-up gives a till.

        :return: list of values of ``pos.payment.method``; a method that exists in the
            company with the same ``is_copay`` and name is taken as it is
        """
        return [
            {
                "name": self.env._("Taken in charge"),
                "is_copay": True,
                "split_transactions": True,
                "journal_id": False,
                "company_id": self.company_id.id,
                "sequence": 90,
            }
        ]
