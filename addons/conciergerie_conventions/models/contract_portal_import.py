from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.conciergerie_base.wizard.beneficiary_file import (
    PeopleFile,
    UnreadableFileError,
)

# More than this is the back office's import.
MAX_PORTAL_ROWS = 500
HEADINGS = ("Nom", "E-mail", "Téléphone")


class ContractContract(models.Model):
    """The payer sends a list of its people: seen first, then added."""

    _inherit = "contract.contract"

    def _parse_rows(self, content=b"", text=""):
        """Return the people of a file or of a pasted list; nothing is looked up.

        :param bytes content: CSV or XLSX file with headings, else
        :param str text: pasted lines; without headings: name, e-mail, phone
        :raise UserError: the list as a whole cannot be read
        :return: list of dicts ``line``, ``name``, ``email``, ``phone``
        """
        self.ensure_one()
        try:
            people = self._open_people(content, text)
        except UnreadableFileError as error:
            raise UserError(
                self.env._(
                    "This list cannot be read. Send a CSV or XLSX file whose first "
                    "line names the columns “Nom”, “Prénom”, “E-mail”, “Téléphone”, "
                    "or paste one person on each line."
                )
            ) from error
        if len(people.rows) > MAX_PORTAL_ROWS:
            raise UserError(
                self.env._(
                    "At most %(number)s people at once: split the list, or send it to "
                    "%(company)s.",
                    number=MAX_PORTAL_ROWS,
                    company=self.company_id.name,
                )
            )
        rows = []
        for line, cells, readable in people.rows:
            values = people.values_of(cells) if readable else {}
            name = (values.get("firstname"), values.get("name"))
            rows.append(
                {
                    "line": line,
                    "name": " ".join(filter(None, name)),
                    "email": values.get("email", ""),
                    "phone": values.get("phone", ""),
                }
            )
        return rows

    def _open_people(self, content, text):
        if not text.strip():
            return PeopleFile(content)
        try:
            return PeopleFile(text.encode())
        except UnreadableFileError as error:
            if error.args[0] != "no_heading":
                raise
        delimiter = max("\t;,", key=text.count)
        people = PeopleFile(f"{delimiter.join(HEADINGS)}\n{text}".encode())
        people.rows = [(line - 1, *row) for line, *row in people.rows]
        return people

    def _portal_import_rows(self, content=b"", text=""):
        """Return what a list would do: each row with its ``kind`` and ``message``.

        Compared with this list only, and within itself: nothing tells who is known to
        the conciergerie besides.

        :raise UserError: as ``_parse_rows``, or the list is closed
        :return: rows of kind ``new``, ``listed`` or ``bad``
        """
        self.ensure_one()
        self._check_portal_list_open()
        today = fields.Date.context_today(self)
        name_key = self.env["res.partner"]._get_name_key
        listed = self.entitlement_ids.filtered(
            lambda e: not e.family_of_id and (not e.date_to or e.date_to >= today)
        )
        seen = set(listed.partner_id.mapped("email_normalized")) - {False}
        names = {name_key(line._portal_name()) for line in listed}
        rows = self._parse_rows(content, text)
        for row in rows:
            try:
                name, email, phone = self._check_portal_person(
                    row["name"], row["email"], row["phone"]
                )
            except UserError as error:
                row.update(kind="bad", message=str(error))
                continue
            row.update(name=name, email=email, phone=phone, kind="new", message="")
            mark = email or name_key(name)
            if mark in (seen if email else names):
                row.update(kind="listed", message=self.env._("On the list already."))
            (seen if email else names).add(mark)
        return rows

    def _portal_import(self, text):
        """Add the new people of a list that was looked at, from today on.

        :param str text: what ``_import_text`` made of the rows
        :raise UserError: as ``_portal_import_rows``
        :return: number of people added
        """
        self.ensure_one()
        new = [row for row in self._portal_import_rows(text=text) if self._is_new(row)]
        added = 0
        for row in new:
            try:
                with self.env.cr.savepoint():
                    self._portal_add(row["name"], row["email"], row["phone"])
            except UserError:
                # On the list under another name: nothing to add, nothing to tell.
                continue
            added += 1
        return added

    def _is_new(self, row):
        return row["kind"] == "new"

    def _import_text(self, rows):
        """Return the new rows as text, to be sent once more when they are confirmed."""
        lines = [
            "\t".join((row["name"], row["email"], row["phone"])).replace('"', "")
            for row in rows
            if self._is_new(row)
        ]
        return "\n".join(["\t".join(HEADINGS), *lines])
