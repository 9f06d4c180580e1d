from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConciergerieAward(models.Model):
    """What the funder decided: the award, then its amendments; never changed.

    Creating one brings its dossier to the new amount, rate, period and deadlines
    (CASES D14).
    """

    _name = "conciergerie.award"
    _description = "Award"
    _inherit = ["conciergerie.append.only"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _frozen_columns = (
        "dossier_id",
        "kind",
        "date",
        "amount",
        "rate",
        "date_to",
        "claim_until",
        "reference",
        "note",
    )

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=[("award", "Award"), ("amendment", "Amendment")],
        required=True,
        default="award",
    )
    date = fields.Date(string="Decided On", required=True)
    amount = fields.Monetary(string="Aid", required=True)
    rate = fields.Float(
        string="Rate (%)", digits=(6, 2), help="0: the rate of the programme."
    )
    date_to = fields.Date(string="Period Until")
    claim_until = fields.Date(string="Last Claim By")
    reference = fields.Char(help="Number of the decision or of the agreement.")
    note = fields.Char()
    document = fields.Binary(attachment=True)
    document_name = fields.Char()

    @api.depends("kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for award in self:
            award.display_name = f"{kinds.get(award.kind, '')} {award.date or ''}"

    @api.constrains("rate")
    def _check_rate(self):
        for award in self:
            if not 0 <= award.rate <= 100:
                raise ValidationError(
                    self.env._(
                        "%(dossier)s: a rate of %(rate)s %% cannot be; enter it "
                        "between 0 and 100.",
                        dossier=award.dossier_id.display_name,
                        rate=award.dossier_id._short_number(award.rate),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        awards = super().create(vals_list)
        for award in awards:
            dossier = award.dossier_id
            dossier._check_award(award.kind)
            dossier._check_award_figures(award)
            dossier._apply_award(award)
        return awards

    @api.model
    def _append_only_message(self):
        return self.env._(
            "What a funder decided is never changed: record an amendment with its own "
            "date and document."
        )
