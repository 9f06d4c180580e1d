from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models import ir_actions_report as core_report

from .conciergerie_custody_event import HOLDERS

AT_SITE = ("counter", "truck")
GONE = ("beneficiary", "proxy", "disposed")


class ConciergeriePiece(models.Model):
    """One thing left at the counter, with its label and its chain of custody."""

    _name = "conciergerie.piece"
    _description = "Deposited Piece"
    _order = "task_id desc, number, id"
    _rec_name = "label"
    _rec_names_search = ["label", "description"]
    _check_company_auto = True

    task_id = fields.Many2one(
        comodel_name="project.task",
        string="Request",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    partner_id = fields.Many2one(related="task_id.partner_id", string="Beneficiary")
    number = fields.Integer(required=True, readonly=True)
    label = fields.Char(required=True, readonly=True, copy=False)
    description = fields.Char(help="What it is: blue jacket, left boot…")
    photo = fields.Image(max_width=1024, max_height=1024)
    photo_128 = fields.Image(
        related="photo", max_width=128, max_height=128, store=True, string="Thumbnail"
    )
    rack = fields.Char(string="Rack Place", help="Where it is at the counter.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    declared_value = fields.Monetary(
        help="What the beneficiary says the piece is worth, printed on the ticket."
    )
    event_ids = fields.One2many(
        comodel_name="conciergerie.custody.event", inverse_name="piece_id"
    )
    holder = fields.Selection(
        selection=HOLDERS, compute="_compute_custody", store=True, index=True
    )
    holder_partner_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_custody",
        store=True,
        index="btree_not_null",
        string="Held by",
    )
    holder_since = fields.Datetime(compute="_compute_custody", store=True)

    _label_unique = models.UniqueIndex(
        "(company_id, label)", "Two pieces cannot carry the same label."
    )

    _declared_value_positive = models.Constraint(
        "CHECK(declared_value >= 0)", "A declared value cannot be negative."
    )

    @api.depends("event_ids")
    def _compute_custody(self):
        """The last event says who has the piece; nothing else does."""
        for piece in self:
            event = piece.event_ids.sorted("id")[-1:]
            piece.holder = event.holder
            piece.holder_partner_id = event.partner_id
            piece.holder_since = event.date

    @api.depends("label", "description")
    def _compute_display_name(self):
        for piece in self:
            piece.display_name = (
                f"{piece.label} {piece.description}"
                if piece.description
                else piece.label
            )

    def write(self, vals):
        """Let staff describe a piece; what identifies it never changes."""
        for fname in vals.keys() & {"task_id", "number", "label", "company_id"}:
            value = self._fields[fname].convert_to_cache(vals[fname], self[:1])
            if any(
                self._fields[fname].convert_to_cache(piece[fname], piece) != value
                for piece in self
            ):
                raise UserError(
                    self.env._("The label and the request of a piece never change.")
                )
        if vals.keys() & {"holder", "holder_partner_id", "holder_since"}:
            raise UserError(
                self.env._(
                    "Who has a piece is what its last change of hands says: hand it "
                    "over or receive it on the request."
                )
            )
        described = [f for f in ("description", "rack", "declared_value") if f in vals]
        before = {piece: [piece[f] for f in described] for piece in self}
        result = super().write(vals)
        self._log_description(described, before)
        return result

    def _log_description(self, fnames, before):
        """Log on the requests what staff changed of their pieces.

        :param fnames: names of the fields that were written
        :param before: dict of each piece to its former values
        """
        lines = {}
        for piece in self:
            for fname, old in zip(fnames, before[piece], strict=True):
                new = piece[fname]
                if old != new:
                    label = self._fields[fname]._description_string(self.env)
                    lines.setdefault(piece.task_id.id, []).append(
                        f"{piece.label}, {label}: {old or '–'} → {new or '–'}"
                    )
        if lines:
            self.env["project.task"].browse(lines)._message_log_batch(
                bodies={task_id: "\n".join(rows) for task_id, rows in lines.items()}
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Piece %(label)s cannot be deleted: its custody is kept. Cancel the "
                "request and hand the piece back instead.",
                label=self[0].label,
            )
        )

    @api.model
    def _get_by_label(self, label):
        """Return the piece that carries a scanned label.

        :param str label: what the scanner read, or what somebody typed
        :raise UserError: no piece of the user's companies carries it
        """
        label = (label or "").strip().upper()
        piece = self.search([("label", "=", label)], limit=1)
        if not piece:
            raise UserError(
                self.env._(
                    "No piece carries the label “%(label)s”. Check that it is one of "
                    "ours and scan it again, or look for the person's name.",
                    label=label,
                )
            )
        return piece

    def _move(self, holder, site, partner=None, proof=None):
        """Record that the pieces changed hands. The only writer of custody events.

        Nobody may create events otherwise: the caller has done the checks of the
        transition, and the user who records is the one who is logged in.

        :param str holder: who has them now, one of ``HOLDERS``
        :param site: ``conciergerie.site`` where it happened
        :param partner: ``res.partner``, the provider or the beneficiary
        :param proof: ``conciergerie.custody.proof`` of a hand-over
        :return: the new ``conciergerie.custody.event`` records
        """
        return self._record_events(
            [piece._prepare_event_vals(holder, site, partner, proof) for piece in self]
        )

    def _prepare_event_vals(self, holder, site, partner=None, proof=None):
        return {
            "piece_id": self.id,
            "holder": holder,
            "site_id": site.id,
            "partner_id": partner.id if partner else False,
            "proof_id": proof.id if proof else False,
            "has_proof": bool(proof),
        }

    def _record_events(self, vals_list):
        """Create events of these pieces, whatever their number, at once."""
        self.check_access("write")
        return self.env["conciergerie.custody.event"].sudo().create(vals_list)

    @api.model
    def action_open_code(self, code):
        """Open what a scanned code stands for: a request, or the piece of a label.

        :param str code: what the scanner read
        :return: a window action, or False where no request has this code
        """
        code = (code or "").strip().upper()
        task = (
            self.env["project.task"].search(
                [("reference", "=", code), ("site_id", "!=", False)], limit=1
            )
            or self.search([("label", "=", code)], limit=1).task_id
        )
        return task._action_open_request() if code and task else False

    @api.model
    def _custody_date(self):
        """Return the moment of a change of hands: now, whatever the caller asks."""
        return fields.Datetime.now()

    def _delivered(self):
        """Return the pieces whose service was given: they left with their owner.

        What a cancelled request gives back is not delivered; what had been handed
        over before stays so.
        """
        given = self.filtered(lambda p: p.holder in ("beneficiary", "proxy"))
        return given.filtered(
            lambda p: (
                p.task_id.step != "cancelled"
                or (p.task_id.closed_date or p.holder_since) > p.holder_since
            )
        )

    def _holder_sentence(self):
        """Say in a few words who has the piece."""
        self.ensure_one()
        if self.holder == "disposed":
            return self.env._("it was not claimed, and was sold or given away")
        if self.holder == "provider":
            return self.env._("it is with %s", self.holder_partner_id.name)
        if self.holder in GONE:
            return self.env._("it has already been handed over")
        return self.env._("it is at the counter")

    @api.model
    def _label_zoom(self):
        """Return the factor that prints labels at their true size.

        The wkhtmltopdf of Debian and Ubuntu (without the patches to Qt) prints
        millimetres at 77 % of their length, the patched one at 100 %.
        """
        return 1 if core_report._wkhtml().is_patched_qt else 1.3
