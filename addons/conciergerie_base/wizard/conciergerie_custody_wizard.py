from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConciergerieCustodyWizard(models.TransientModel):
    """Dialog in which pieces change hands, by ticking or by scanning them."""

    _name = "conciergerie.custody.wizard"
    _description = "Change of Hands"

    operation = fields.Selection(
        selection=[
            ("deposit", "Register the drop-off"),
            ("receive", "Receive from the provider"),
            ("hand_over", "Hand over"),
        ],
        required=True,
    )
    task_ids = fields.Many2many(
        comodel_name="project.task", string="Requests", required=True
    )
    piece_count = fields.Integer(string="Pieces")
    scan = fields.Char(
        string="Scan a Label",
        help="Scan the labels one after the other, or type one and press Enter.",
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.custody.wizard.line", inverse_name="wizard_id"
    )
    selected_count = fields.Integer(compute="_compute_selected_count")
    is_proxy = fields.Boolean(
        string="Taken by Somebody Else",
        help="The person at the counter is not the beneficiary.",
    )
    receiver_name = fields.Char(string="Name of the Person")
    signature = fields.Image(max_width=1024, max_height=512)

    @api.depends("line_ids.selected")
    def _compute_selected_count(self):
        for wizard in self:
            wizard.selected_count = len(wizard.line_ids.filtered("selected"))

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        task_ids = self.env.context.get("default_task_ids") or []
        tasks = self.env["project.task"].browse(task_ids)
        operation = values.get("operation")
        if operation == "deposit":
            values["piece_count"] = sum(tasks.mapped("expected_piece_count")) or 1
        elif "line_ids" in fields:
            holders = ("provider",) if operation == "receive" else ("counter", "truck")
            values["line_ids"] = [
                Command.create({"piece_id": piece.id, "selected": True})
                for piece in tasks.piece_ids
                if piece.holder in holders
            ]
        return values

    @api.onchange("scan")
    def _onchange_scan(self):
        """Tick the scanned piece. The first scan unticks what was ticked by default,
        so that scanning two pieces out of three hands over two."""
        label = (self.scan or "").strip()
        self.scan = False
        if not label:
            return None
        try:
            piece = self.env["conciergerie.piece"]._get_by_label(label)
            line = self.line_ids.filtered(lambda ln: ln.piece_id == piece)
            if not line:
                raise UserError(
                    self.env._(
                        "Piece %(label)s is not in this list: %(where)s.",
                        label=piece.display_name,
                        where=piece._holder_sentence(),
                    )
                )
            if line.scanned:
                raise UserError(
                    self.env._("Piece %s was already scanned.", piece.label)
                )
        except UserError as error:
            return {
                "warning": {
                    # No dialog: it would swallow the next scan.
                    "type": "notification",
                    "title": self.env._("Label %s", label),
                    "message": str(error),
                }
            }
        if not any(self.line_ids.mapped("scanned")):
            self.line_ids.selected = False
        line.selected = line.scanned = True
        return None

    def action_confirm(self):
        self.ensure_one()
        pieces = self.line_ids.filtered("selected").piece_id
        if self.operation == "deposit":
            self.task_ids.ensure_one()._deposit(self.piece_count)
            return {
                "type": "ir.actions.client",
                "tag": "conciergerie_actions",
                "params": {
                    "actions": [
                        self.task_ids.action_print_ticket(),
                        {"type": "ir.actions.act_window_close"},
                    ]
                },
            }
        if not pieces:
            raise UserError(
                self.env._("Tick or scan at least one piece, or close this window.")
            )
        tasks = pieces.task_id
        if self.operation == "receive":
            tasks._receive_pieces(pieces)
        else:
            tasks._hand_over(
                pieces,
                receiver_name=self.receiver_name,
                is_proxy=self.is_proxy,
                proof={"signature": self.signature},
            )
        return {"type": "ir.actions.act_window_close"}


class ConciergerieCustodyWizardLine(models.TransientModel):
    _name = "conciergerie.custody.wizard.line"
    _description = "Piece that Changes Hands"

    wizard_id = fields.Many2one(
        comodel_name="conciergerie.custody.wizard", required=True, ondelete="cascade"
    )
    piece_id = fields.Many2one(
        comodel_name="conciergerie.piece", required=True, ondelete="cascade"
    )
    label = fields.Char(related="piece_id.label")
    description = fields.Char(related="piece_id.description")
    rack = fields.Char(related="piece_id.rack")
    holder = fields.Selection(related="piece_id.holder")
    selected = fields.Boolean(default=True, string="Take")
    scanned = fields.Boolean()
