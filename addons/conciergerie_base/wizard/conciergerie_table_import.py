import base64
import io

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import UserError

from .beneficiary_file import MAX_ROWS, UnreadableFileError


class ConciergerieTableImport(models.AbstractModel):
    """What every import of a table has: its file, an empty model of it, its refusals.

    The model that inherits names the columns of the model file, its sheet and its name
    as people read them, and the title of the dialog in ``_dialog_title``.
    """

    _name = "conciergerie.table.import"
    _description = "Import of a Table"

    _template_columns = ()
    _template_sheet = "Sheet"
    _template_filename = "table.xlsx"
    _template_width = 18

    file = fields.Binary(attachment=False)
    filename = fields.Char()
    template_file = fields.Binary(compute="_compute_template_file")

    def _compute_template_file(self):
        """An XLSX whose columns are text, so that 06 and 01 keep their zero."""
        output = io.BytesIO()
        columns = self._template_columns
        with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
            sheet = book.add_worksheet(self._template_sheet)
            text = book.add_format({"num_format": "@"})
            bold = book.add_format({"bold": True, "num_format": "@"})
            sheet.set_column(0, len(columns) - 1, self._template_width, text)
            sheet.write_row(0, 0, columns, bold)
            sheet.freeze_panes(1, 0)
        content = base64.b64encode(output.getvalue())
        for wizard in self:
            wizard.template_file = content

    def action_download_template(self):
        """Download an empty table with the headings."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/template_file/"
            f"{self._template_filename}?download=true",
            "target": "download",
        }

    def _dialog_title(self):
        raise NotImplementedError

    def _reopen(self):
        """Show the same dialog again, with what it has found."""
        return {
            "type": "ir.actions.act_window",
            "name": self._dialog_title(),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _ignored_columns(self, table):
        """Return the headings of a table that mean nothing to the import."""
        return ", ".join(
            heading
            for heading, fname in zip(table.headings, table.fields, strict=True)
            if heading and not fname
        )

    @api.model
    def _open_table(self, read, heading):
        """Return the table that a function reads.

        :param read: function without parameter, of ``TableFile`` or one made from it
        :param str heading: column that the file cannot do without, as people write it
        :raise UserError: says why the file cannot be read and what to do
        """
        try:
            return read()
        except UnreadableFileError as error:
            raise UserError(self._file_sentence(error.args[0], heading)) from error

    @api.model
    def _file_sentence(self, code, heading):
        sentences = {
            "empty": self.env._("This file is empty."),
            "too_big": self.env._("This file is too big: 10 MB at most."),
            "too_many": self.env._(
                "This file has too many rows: %s at most. Split it.", MAX_ROWS
            ),
            "old_excel": self.env._(
                "This is an old Excel file. Save it as XLSX or CSV and try again."
            ),
            "broken_excel": self.env._(
                "This file is no readable XLSX workbook. Save it again as XLSX or CSV."
            ),
            "binary": self.env._("This file is neither a CSV nor an XLSX file."),
            "no_heading": self.env._(
                "No column is called “%s”. The first line must hold the headings, as "
                "in the model file.",
                heading,
            ),
        }
        return sentences[code]
