from odoo import api, fields, models
from odoo.exceptions import ValidationError

REMITTANCES = [
    ("cheque", "Cheque"),
    ("cesu", "CESU"),
    ("voucher", "Gift voucher"),
]


class PosPaymentMethod(models.Model):
    """Means of payment that are paper until somebody takes them to the bank."""

    _inherit = "pos.payment.method"

    remittance = fields.Selection(
        selection=REMITTANCES,
        string="Remitted as",
        help="What is taken this way waits in the drawer until a deposit slip takes it "
        "to the bank or to its issuer.",
    )

    @api.constrains("remittance", "journal_id", "outstanding_account_id")
    def _check_remittance(self):
        for method in self.filtered("remittance"):
            account = method.outstanding_account_id
            if method.journal_id.type != "bank" or not account.reconcile:
                raise ValidationError(
                    self.env._(
                        "%s waits for a deposit slip: give it the journal of the bank "
                        "and an outstanding account that allows reconciliation, for "
                        "instance 5112 for cheques.",
                        method.name,
                    )
                )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "remittance"]
