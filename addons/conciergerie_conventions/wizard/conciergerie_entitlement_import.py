import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.contract_entitled_list_apply import CHANGES
from ..models.entitled_file import MODEL_COLUMNS

# Unchanged rows shown in the preview; of the others, all are shown.
SHOWN_UNCHANGED = 50
KINDS = [
    ("bad", "To correct"),
    ("duplicate", "Twice in the list"),
    ("former", "Left before"),
    ("new", "Joins"),
    ("back", "Comes back"),
    ("confirm", "Confirmed"),
    ("leave", "Leaves"),
    ("unchanged", "Unchanged"),
]


class ConciergerieEntitlementImport(models.TransientModel):
    """Import a payer's list: shown row by row first, then written as a whole."""

    _name = "conciergerie.entitlement.import"
    _description = "Import of Entitled People"
    _inherit = "conciergerie.table.import"
    _template_columns = MODEL_COLUMNS
    _template_sheet = "Ayants droit"
    _template_filename = "ayants-droit.xlsx"

    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        required=True,
        domain=[("is_convention", "=", True), ("state", "!=", "ended")],
    )
    state = fields.Selection(
        selection=[("upload", "List"), ("preview", "Preview"), ("done", "Done")],
        default="upload",
        readonly=True,
    )
    text = fields.Text(
        string="Or Paste the List",
        help="Copied from a spreadsheet. Without headings the columns are: name, "
        "e-mail, phone, joined, left, staff number.",
    )
    is_household_accepted = fields.Boolean(
        string="Members of One Household",
        help="Accept several people with one phone or e-mail, if their names differ. "
        "Otherwise they are taken for the same person.",
    )
    is_complete = fields.Boolean(
        string="This Is the Whole List",
        help="Who is on the list here and missing from this one has left.",
    )
    left_on = fields.Date(
        string="Those Missing Left on",
        default=lambda self: fields.Date.context_today(self),
        help="Their last day.",
    )
    summary = fields.Char(readonly=True)
    change_count = fields.Integer(readonly=True)
    line_ids = fields.One2many(
        comodel_name="conciergerie.entitlement.import.line", inverse_name="import_id"
    )

    def _read_rows(self):
        """Return what the list would change now.

        :raise UserError: no list, or one of no use as a whole
        """
        self.ensure_one()
        if not self.file and not (self.text or "").strip():
            raise UserError(self.env._("Choose a file or paste a list first."))
        return self.convention_id._read_entitled_list(
            content=base64.b64decode(self.file or b""),
            text="" if self.file else self.text,
            is_household_accepted=self.is_household_accepted,
            is_complete=self.is_complete,
            left_on=self.left_on,
        )

    def action_preview(self):
        """Show what would happen, row by row; nothing is written."""
        rows = self._read_rows()
        self._show(rows, "preview")
        return self._reopen()

    def action_import(self):
        """Write it, read again: others work in the meantime.

        :raise UserError: the convention has ended; nothing is then written
        """
        rows = self._read_rows()
        self.convention_id._apply_entitled_list(rows)
        self._show(rows, "done")
        return self._reopen()

    def action_restart(self):
        """Go back to choose another list."""
        self.line_ids.unlink()
        self.write({"state": "upload", "summary": False, "change_count": 0})
        return self._reopen()

    def _show(self, rows, state):
        counts = dict.fromkeys(dict(KINDS), 0)
        shown = []
        for row in rows:
            counts[row["kind"]] += 1
            if row["kind"] != "unchanged" or counts["unchanged"] <= SHOWN_UNCHANGED:
                shown.append(self._prepare_line_vals(row))
        self.line_ids.unlink()
        self.env["conciergerie.entitlement.import.line"].create(shown)
        labels = dict(
            self.env["conciergerie.entitlement.import.line"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        parts = [
            self.env._("%(what)s: %(number)s", what=labels[kind], number=counts[kind])
            for kind, _label in KINDS
            if counts[kind]
        ]
        head = (
            self.env._("Nothing is written yet.")
            if state == "preview"
            else self.env._("Written.")
        )
        if not rows:
            head = self.env._("The list has headings and no row: nothing to do.")
        self.write(
            {
                "state": state,
                "change_count": sum(counts[kind] for kind in CHANGES),
                "summary": " ".join([head, " · ".join(parts)]),
            }
        )

    def _prepare_line_vals(self, row):
        kinds = [kind for kind, _label in KINDS]
        fnames = ("kind", "name", "email", "phone", "date_from", "date_to", "message")
        return {
            "import_id": self.id,
            "sequence": kinds.index(row["kind"]),
            "line_number": row["line"],
            **{fname: row[fname] for fname in fnames},
        }

    def _dialog_title(self):
        return self.env._("Import a List")


class ConciergerieEntitlementImportLine(models.TransientModel):
    _name = "conciergerie.entitlement.import.line"
    _description = "Row of an Import of Entitled People"
    _order = "sequence, line_number, id"

    import_id = fields.Many2one(
        comodel_name="conciergerie.entitlement.import",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer()
    line_number = fields.Integer(string="Line", help="0: not in the list.")
    kind = fields.Selection(selection=KINDS, required=True, string="What Happens")
    name = fields.Char()
    email = fields.Char(string="E-mail")
    phone = fields.Char()
    date_from = fields.Date(string="Joined")
    date_to = fields.Date(string="Left")
    message = fields.Char(string="Why")


class ContractContract(models.Model):
    _inherit = "contract.contract"

    @api.readonly
    def action_import_entitled(self):
        """Open the import of a list for this convention."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_conventions.conciergerie_entitlement_import_action"
        )
        action["context"] = {
            "default_convention_id": self.id,
            "dialog_size": "extra-large",
        }
        return action
