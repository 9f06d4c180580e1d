from odoo import api, fields, models

KINDS = [
    ("entrusted", "Entrusted by the owner"),
    ("out", "Taken out"),
    ("back", "Back at the counter"),
    ("lost", "Reported lost"),
    ("returned", "Returned to the owner"),
]


class ConciergerieKeyMovement(models.Model):
    """One change of hands of a customer's keys: append-only."""

    _name = "conciergerie.key.movement"
    _description = "Movement of Keys"
    _inherit = ["conciergerie.append.only"]
    _order = "id desc"
    _rec_name = "kind"

    _frozen_columns = (
        "key_id",
        "date",
        "kind",
        "site_id",
        "user_id",
        "holder_user_id",
        "due_back",
        "has_proof",
    )

    key_id = fields.Many2one(
        comodel_name="conciergerie.key",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="key_id.company_id", store=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        readonly=True,
        ondelete="restrict",
        string="Recorded by",
    )
    holder_user_id = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict", string="Colleague"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        string="Owner or Provider",
    )
    task_id = fields.Many2one(
        comodel_name="project.task",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        string="Request",
    )
    due_back = fields.Date(readonly=True, string="Expected Back")
    # Free text may hold a name: it is left out of what is frozen, so that it can be
    # erased when its owner asks for it.
    reason = fields.Char(readonly=True)
    has_proof = fields.Boolean(readonly=True, string="Signed")
    proof_id = fields.Many2one(
        comodel_name="conciergerie.custody.proof",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    @api.model
    def _append_only_message(self):
        return self.env._(
            "The register of keys is never changed or deleted: it says who had them "
            "and when. Record what happened next instead."
        )
