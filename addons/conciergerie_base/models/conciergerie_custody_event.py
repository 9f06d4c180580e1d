from odoo import api, fields, models

HOLDERS = [
    ("counter", "Counter"),
    ("truck", "Truck"),
    ("provider", "Provider"),
    ("beneficiary", "Beneficiary"),
    ("proxy", "Proxy"),
    ("disposed", "Sold or given away"),
]


class ConciergerieCustodyEvent(models.Model):
    """One change of hands of a piece: append-only, in the database as well."""

    _name = "conciergerie.custody.event"
    _description = "Custody Event"
    _inherit = ["conciergerie.append.only"]
    _order = "id"
    _rec_name = "holder"

    _frozen_columns = ("piece_id", "date", "holder", "site_id", "user_id", "has_proof")

    piece_id = fields.Many2one(
        comodel_name="conciergerie.piece",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    task_id = fields.Many2one(
        related="piece_id.task_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="piece_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    holder = fields.Selection(
        selection=HOLDERS,
        required=True,
        readonly=True,
        string="Received by",
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        ondelete="restrict",
        readonly=True,
        help="Site whose staff received the piece or gave it away.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        ondelete="restrict",
        readonly=True,
        string="Provider or Beneficiary",
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        ondelete="restrict",
        readonly=True,
        default=lambda self: self.env.user,
        string="Recorded by",
    )
    has_proof = fields.Boolean(readonly=True)
    proof_id = fields.Many2one(
        comodel_name="conciergerie.custody.proof",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        # A precomputed request is written at once, and not told to its list of events.
        events.task_id.invalidate_recordset(["custody_event_ids"], flush=False)
        return events

    @api.model
    def _append_only_message(self):
        return self.env._(
            "Custody events are never changed or deleted: they say who had a piece "
            "and when. Record a new event to correct a mistake."
        )


class ConciergerieCustodyProof(models.Model):
    """What proves a hand-over: names, signature, photo.

    Personal data apart from the event, so that it can be erased after the retention
    period while the event stays.
    """

    _name = "conciergerie.custody.proof"
    _description = "Proof of Hand-over"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    receiver_name = fields.Char(help="Who took the pieces: the beneficiary or a proxy.")
    signature = fields.Image(max_width=1024, max_height=512)
    photo = fields.Image(max_width=1024, max_height=1024)
    event_ids = fields.One2many(
        comodel_name="conciergerie.custody.event", inverse_name="proof_id"
    )

    @api.model
    def _cron_erase(self):
        """Erase proofs older than the company's retention period.

        The events stay, and still say that there was a proof.
        """
        for company in self.env["res.company"].search([]):
            months = company.conciergerie_proof_months
            limit = fields.Datetime.subtract(fields.Datetime.now(), months=months)
            domain = [("company_id", "=", company.id), ("create_date", "<", limit)]
            while proofs := self.search(domain, limit=200):
                proofs.unlink()
                self.env["ir.cron"]._commit_progress(len(proofs))
