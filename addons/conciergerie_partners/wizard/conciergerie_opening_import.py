import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from .opening_file import MODEL_COLUMNS, OpeningFile


class ConciergerieOpeningImport(models.TransientModel):
    """Take over the money held for providers when the books begin.

    First a dry run that says row by row what would be booked and what is wrong; then
    one entry for the whole file, and for each row a due entry that the next statement
    settles. Nothing is imported as long as one row is wrong.
    """

    _name = "conciergerie.opening.import"
    _description = "Import of Money Held for Providers"
    _inherit = ["conciergerie.statement.dialog", "conciergerie.table.import"]
    _statement_model = "conciergerie.statement"
    _template_columns = MODEL_COLUMNS
    _template_sheet = "Fonds détenus"
    _template_filename = "fonds_detenus.xlsx"
    _template_width = 20

    state = fields.Selection(
        selection=[("upload", "File"), ("preview", "Preview"), ("done", "Done")],
        default="upload",
        readonly=True,
    )
    company_id = fields.Many2one(readonly=True)
    account_id = fields.Many2one(
        comodel_name="account.account",
        string="Booked against",
        required=True,
        domain="[('company_ids', 'in', company_id), ('account_type', 'not in',"
        " ('asset_receivable', 'liability_payable'))]",
        default=lambda self: self._default_account_id(),
        help="Debited with the total, for instance the suspense account 471 on which "
        "the opening entry of your former books stands, or the bank that holds it.",
    )
    ignored_columns = fields.Char(readonly=True)
    good_count = fields.Integer(readonly=True)
    bad_count = fields.Integer(readonly=True)
    total_amount = fields.Monetary(readonly=True, string="Total Held")
    total_commission = fields.Monetary(readonly=True, string="Commission to Take")
    summary = fields.Char(compute="_compute_summary")
    line_ids = fields.One2many(
        comodel_name="conciergerie.opening.import.line",
        inverse_name="import_id",
        readonly=True,
    )
    move_id = fields.Many2one(
        comodel_name="account.move", readonly=True, string="Opening Entry"
    )

    @api.model
    def _default_account_id(self):
        """The chart's suspense account, 471."""
        return (
            self.env["account.account"]
            .with_company(self.env.company)
            .search(
                [
                    ("code", "=like", "471%"),
                    ("company_ids", "in", self.env.company.id),
                ],
                limit=1,
            )
        )

    @api.depends("state", "good_count", "bad_count", "total_amount", "move_id")
    def _compute_summary(self):
        for wizard in self:
            values = {
                "good": wizard.good_count,
                "bad": wizard.bad_count,
                "total": wizard.currency_id.format(wizard.total_amount),
                "entry": wizard.move_id.name,
            }
            if wizard.state == "upload":
                wizard.summary = False
            elif wizard.state == "done":
                wizard.summary = self.env._(
                    "%(total)s is taken over for %(good)s rows by the entry "
                    "%(entry)s. The next statements settle it.",
                    **values,
                )
            elif wizard.bad_count:
                wizard.summary = self.env._(
                    "%(bad)s rows are to be corrected, %(good)s are right. Nothing is "
                    "imported as long as one is wrong.",
                    **values,
                )
            elif wizard.good_count:
                wizard.summary = self.env._(
                    "%(good)s rows are right: one entry of %(total)s would be booked. "
                    "Nothing is booked yet.",
                    **values,
                )
            else:
                wizard.summary = self.env._(
                    "The file has headings and no row: nothing to import."
                )

    def _read_file(self):
        """Return the rows of the file.

        :raise UserError: says why the file as a whole is of no use
        """
        self.ensure_one()
        if not self.file and not self.filename:
            raise UserError(self.env._("Choose a file first."))
        return self._open_table(
            lambda: OpeningFile(base64.b64decode(self.file or b"")), "Montant détenu"
        )

    def _check_rights(self):
        """Only an accountant books what is held for providers.

        :raise AccessError: for anybody else
        """
        self.check_access("write")
        self.env["account.move"].check_access("create")
        return super()._check_rights()

    def action_preview(self):
        """Check the file and show what would be booked; nothing is."""
        self._check_rights()
        table = self._read_file()
        self._show(table, self._check_rows(table), state="preview")
        return self._reopen()

    def action_import(self):
        """Book the file: all of it, checked again, or nothing.

        :raise UserError: a row is wrong, or was imported meanwhile
        """
        self._check_rights()
        table = self._read_file()
        rows = self._check_rows(table)
        if wrong := [row for row in rows if row["reason"]]:
            raise UserError(
                self.env._(
                    "Nothing was imported. Line %(line)s: %(reason)s",
                    line=wrong[0]["line_number"],
                    reason=wrong[0]["reason"],
                )
            )
        if not rows:
            raise UserError(self.env._("This file has no row: nothing to import."))
        move = self.env["conciergerie.due.entry"]._book_openings(
            self.company_id, self.account_id, rows
        )
        self.move_id = move
        self._show(table, rows, state="done")
        return self._reopen()

    def action_restart(self):
        """Choose another file."""
        self.line_ids.unlink()
        self.write({"state": "upload", "file": False, "move_id": False})
        return self._reopen()

    def action_view_move(self):
        """Open the entry that was booked."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def _show(self, table, rows, state):
        """Keep the result for the screen.

        :param rows: dicts of :meth:`_check_rows`
        """
        good = [row for row in rows if not row["reason"]]
        self.line_ids.unlink()
        self.write(
            {
                "state": state,
                "good_count": len(good),
                "bad_count": len(rows) - len(good),
                "total_amount": sum(row["amount"] for row in good),
                "total_commission": sum(row["commission"] for row in good),
                "ignored_columns": self._ignored_columns(table),
            }
        )
        names = self.env["conciergerie.opening.import.line"]._fields
        self.env["conciergerie.opening.import.line"].create(
            [
                {
                    "import_id": self.id,
                    **{name: value for name, value in row.items() if name in names},
                }
                for row in rows
            ]
        )

    def _dialog_title(self):
        return self.env._("Take over Money Held")


class ConciergerieOpeningImportLine(models.TransientModel):
    _name = "conciergerie.opening.import.line"
    _description = "Row of an Import of Money Held"
    _order = "is_wrong desc, line_number, id"

    import_id = fields.Many2one(
        comodel_name="conciergerie.opening.import",
        required=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="import_id.currency_id")
    line_number = fields.Integer(string="Line")
    is_wrong = fields.Boolean()
    given_name = fields.Char(string="In the File")
    provider_id = fields.Many2one(comodel_name="res.partner")
    date = fields.Date()
    amount = fields.Monetary(string="Held")
    commission = fields.Monetary(string="Commission to Take")
    label = fields.Char()
    booked = fields.Text(
        string="What Is Booked", help="On the provider's own third-party account."
    )
    reason = fields.Text(string="What Is Wrong")
