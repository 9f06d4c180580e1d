import base64
import csv
import io

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from .beneficiary_file import MODEL_COLUMNS, PeopleFile

# Good rows shown in the preview; all the others are shown.
PREVIEW_ROWS = 20
BATCH = 1000


class ConciergerieBeneficiaryImport(models.TransientModel):
    """Import a list of beneficiaries: good rows arrive, bad ones are listed.

    For managers only: it brings many people's data in at once.
    """

    _name = "conciergerie.beneficiary.import"
    _description = "Import of Beneficiaries"
    _inherit = "conciergerie.table.import"
    _template_columns = MODEL_COLUMNS
    _template_sheet = "Bénéficiaires"
    _template_filename = "beneficiaires.xlsx"

    state = fields.Selection(
        selection=[("upload", "File"), ("preview", "Preview"), ("done", "Done")],
        default="upload",
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    is_household_accepted = fields.Boolean(
        string="Members of One Household",
        help="Accept several people with one phone or e-mail, if their names differ. "
        "Otherwise they are taken for the same person.",
    )
    ignored_columns = fields.Char(readonly=True)
    good_count = fields.Integer(readonly=True)
    known_count = fields.Integer(readonly=True)
    bad_count = fields.Integer(readonly=True)
    created_count = fields.Integer(readonly=True)
    created_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="conciergerie_beneficiary_import_created_rel",
        readonly=True,
    )
    summary = fields.Char(compute="_compute_summary")
    line_ids = fields.One2many(
        comodel_name="conciergerie.beneficiary.import.line", inverse_name="import_id"
    )
    good_line_ids = fields.One2many(
        comodel_name="conciergerie.beneficiary.import.line",
        inverse_name="import_id",
        domain=[("kind", "=", "good")],
    )
    problem_line_ids = fields.One2many(
        comodel_name="conciergerie.beneficiary.import.line",
        inverse_name="import_id",
        domain=[("kind", "!=", "good")],
    )
    rejected_file = fields.Binary(readonly=True, attachment=False)
    rejected_filename = fields.Char(readonly=True)

    @api.depends("state", "good_count", "known_count", "bad_count", "created_count")
    def _compute_summary(self):
        for wizard in self:
            counts = {
                "good": wizard.good_count,
                "created": wizard.created_count,
                "known": wizard.known_count,
                "bad": wizard.bad_count,
            }
            if wizard.state == "upload":
                wizard.summary = False
            elif not any(counts.values()):
                wizard.summary = self.env._(
                    "The file has headings and no row: nothing to import."
                )
            elif wizard.state == "preview" and wizard.good_count:
                wizard.summary = self.env._(
                    "%(good)s people will be created; %(known)s are already known; "
                    "%(bad)s rows are to be corrected. Nothing has been created yet.",
                    **counts,
                )
            elif wizard.state == "done" and wizard.created_count:
                wizard.summary = self.env._(
                    "%(created)s people have been created; %(known)s were already "
                    "known; %(bad)s rows are to be corrected.",
                    **counts,
                )
            else:
                wizard.summary = self.env._(
                    "Nothing new in this file: %(known)s people are already known, "
                    "%(bad)s rows are to be corrected.",
                    **counts,
                )

    @api.model
    def _reason(self, code):
        """Return the sentence of a reason to refuse a row."""
        reasons = {
            "unreadable": self.env._(
                "The line cannot be read: a quote left open, more cells than "
                "headings, or characters that are no text."
            ),
            "no_name": self.env._("The name is missing."),
            "phone": self.env._("This is no phone number."),
            "email": self.env._("This is no e-mail address."),
            "no_insee": self.env._("No commune has this INSEE code here."),
            "no_commune": self.env._(
                "This commune is not known here: correct it, or add it to the communes."
            ),
            "many_communes": self.env._(
                "Several communes have this name: add the INSEE code."
            ),
            "no_employer": self.env._(
                "This employer is not known: correct it, or add it to the contacts."
            ),
            "many_employers": self.env._("Several companies have this name."),
            "refused": self.env._("The database refuses this row: %s"),
        }
        return reasons[code]

    def _get_lang(self):
        """Beneficiaries are written to in French where French is installed."""
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        return next((c for c in codes if c.startswith("fr")), self.env.lang)

    def _read_file(self):
        """Return the rows of the file.

        :raise UserError: says why the file as a whole is of no use
        """
        self.ensure_one()
        if not self.file and not self.filename:
            raise UserError(self.env._("Choose a file first."))
        return self._open_table(
            lambda: PeopleFile(base64.b64decode(self.file or b"")), "Nom"
        )

    def action_preview(self):
        """Check the file and show what would happen; nothing is created."""
        people = self._read_file()
        good, problems = self._check_rows(people)
        self._show(people, good, problems, state="preview")
        return self._reopen()

    def action_import(self):
        """Create the good rows, checked again: others work in the meantime."""
        people = self._read_file()
        good, problems = self._check_rows(people)
        created = self._create_partners(good, problems)
        self._show(people, [], problems, state="done")
        self.write({"created_count": len(created), "created_ids": created.ids})
        return self._reopen()

    def action_restart(self):
        self.line_ids.unlink()
        self.write(
            {
                "state": "upload",
                "file": False,
                "rejected_file": False,
                "created_count": 0,
                "created_ids": False,
            }
        )
        return self._reopen()

    def action_view_created(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.res_partner_action_beneficiary"
        )
        action["domain"] = [("id", "in", self.created_ids.ids)]
        return action

    def _create_partners(self, rows, problems):
        """Create contacts in batches; halve a batch that the database refuses, so
        that one bad row costs nobody else her place.

        :return: the new contacts
        """
        partner = self.env["res.partner"].with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        )
        created = partner.browse()
        todo = [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]
        while todo:
            batch = todo.pop(0)
            try:
                with self.env.cr.savepoint():
                    created += partner.create(
                        self._prepare_partner_vals_list([row[1] for row in batch])
                    )
                    partner.env.flush_all()
            except (
                UserError,
                ValueError,
                psycopg2.DataError,
                psycopg2.IntegrityError,
            ) as e:
                if len(batch) > 1:
                    half = len(batch) // 2
                    todo[:0] = [batch[:half], batch[half:]]
                    continue
                number, vals = batch[0]
                problems.append(
                    {
                        "line_number": number,
                        "kind": "bad",
                        "name": vals["name"],
                        "reason": self._reason("refused") % e,
                    }
                )
        return created

    def _show(self, people, good, problems, state):
        """Keep the result, for the screen and for the file of refused rows."""
        bad_lines = {p["line_number"] for p in problems if p["kind"] == "bad"}
        known_lines = {p["line_number"] for p in problems if p["kind"] == "known"}
        self.line_ids.unlink()
        self.write(
            {
                "state": state,
                "good_count": len(good),
                "known_count": len(known_lines),
                "bad_count": len(bad_lines),
                "ignored_columns": self._ignored_columns(people),
                "rejected_file": self._prepare_rejected_file(people, problems),
                "rejected_filename": self.env._("rows_to_correct.csv"),
            }
        )
        shown = [
            {
                "line_number": number,
                "kind": "good",
                "name": vals["name"],
                "value": " · ".join(
                    filter(None, (vals["phone"], vals["email"], vals["city"]))
                ),
            }
            for number, vals in good[:PREVIEW_ROWS]
        ]
        self.env["conciergerie.beneficiary.import.line"].create(
            [{"import_id": self.id, **line} for line in [*shown, *problems]]
        )

    def _prepare_rejected_file(self, people, problems):
        """Return a CSV of the refused rows as they were, with line and reason.

        It can be corrected and imported: the two columns added are ignored.
        """
        reasons = {}
        for problem in problems:
            text = problem["reason"]
            if problem.get("column"):
                text = f"{problem['column']}: {text}"
            reasons.setdefault(problem["line_number"], []).append(text)
        if not reasons:
            return False
        output = io.StringIO()
        writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
        writer.writerow([*people.headings, self.env._("Line"), self.env._("Reason")])
        width = len(people.headings)
        for number, cells, readable in people.rows:
            if number not in reasons:
                continue
            texts = reasons[number]
            if not readable or any(cell.strip() for cell in cells[width:]):
                # Cut into columns, what makes no sense could pass for a person.
                texts, cells = [*texts, " | ".join(cells)], []
            cells = [*cells[:width], *[""] * (width - len(cells))]
            writer.writerow([*cells, number, " ".join(texts)])
        return base64.b64encode(output.getvalue().encode("utf-8-sig"))

    def _dialog_title(self):
        return self.env._("Import Beneficiaries")


class ConciergerieBeneficiaryImportLine(models.TransientModel):
    _name = "conciergerie.beneficiary.import.line"
    _description = "Row of an Import of Beneficiaries"
    _order = "line_number, id"

    import_id = fields.Many2one(
        comodel_name="conciergerie.beneficiary.import",
        required=True,
        index=True,
        ondelete="cascade",
    )
    line_number = fields.Integer(string="Line")
    kind = fields.Selection(
        selection=[
            ("good", "To create"),
            ("known", "Already known"),
            ("bad", "To correct"),
        ],
        required=True,
    )
    name = fields.Char()
    column = fields.Char()
    value = fields.Char()
    reason = fields.Char()
