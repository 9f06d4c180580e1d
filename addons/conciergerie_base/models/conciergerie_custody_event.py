from odoo import api, fields, models
from odoo.exceptions import UserError

HOLDERS = [
    ("counter", "Counter"),
    ("truck", "Truck"),
    ("provider", "Provider"),
    ("beneficiary", "Beneficiary"),
    ("proxy", "Proxy"),
]

# What a custody event states. `partner_id` is left out, since merging two contacts
# rewrites it, and `proof_id`, since proofs are erased after the retention period.
FROZEN_COLUMNS = ("piece_id", "date", "holder", "site_id", "user_id", "has_proof")


class ConciergerieCustodyEvent(models.Model):
    """One change of hands of a piece: append-only, in the database as well."""

    _name = "conciergerie.custody.event"
    _description = "Custody Event"
    _order = "id"
    _rec_name = "holder"

    piece_id = fields.Many2one(
        comodel_name="conciergerie.piece",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    task_id = fields.Many2one(related="piece_id.task_id", store=True, index=True)
    company_id = fields.Many2one(related="piece_id.company_id", store=True, index=True)
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

    def init(self):
        """Refuse in the database any change of what an event states.

        The trigger names columns and compares values, so that adding a column or
        rewriting a row with equal values (an upgrade) still passes.
        """
        columns = ", ".join(FROZEN_COLUMNS)
        old = ", ".join(f"OLD.{column}" for column in FROZEN_COLUMNS)
        new = ", ".join(f"NEW.{column}" for column in FROZEN_COLUMNS)
        self.env.cr.execute(f"""
            CREATE OR REPLACE FUNCTION conciergerie_custody_event_frozen()
            RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'custody events are append-only (event %)', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS conciergerie_custody_event_no_update
                ON conciergerie_custody_event;
            CREATE TRIGGER conciergerie_custody_event_no_update
                BEFORE UPDATE OF {columns} ON conciergerie_custody_event
                FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new}))
                EXECUTE FUNCTION conciergerie_custody_event_frozen();
            DROP TRIGGER IF EXISTS conciergerie_custody_event_no_delete
                ON conciergerie_custody_event;
            CREATE TRIGGER conciergerie_custody_event_no_delete
                BEFORE DELETE ON conciergerie_custody_event
                FOR EACH ROW EXECUTE FUNCTION conciergerie_custody_event_frozen();
        """)

    @api.model
    def _drop_triggers(self):
        self.env.cr.execute(
            "DROP FUNCTION IF EXISTS conciergerie_custody_event_frozen() CASCADE"
        )

    def write(self, vals):
        frozen = vals.keys() & set(FROZEN_COLUMNS)
        for event in self:
            for fname in frozen:
                field = self._fields[fname]
                if event[fname] != field.convert_to_record(
                    field.convert_to_cache(vals[fname], event), event
                ):
                    raise UserError(self._append_only_message())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self._append_only_message())

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
