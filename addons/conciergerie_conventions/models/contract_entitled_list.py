from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_date
from odoo.tools.mail import single_email_re

from .entitled_file import EntitledFile, read_date


class ContractContract(models.Model):
    """Read a payer's list of people and say, row by row, what it would change."""

    _inherit = "contract.contract"

    def _read_entitled_list(
        self,
        content=b"",
        text="",
        is_household_accepted=False,
        is_complete=False,
        left_on=None,
    ):
        """Return what a list would change; nothing is written.

        As the user, who must read contacts; the portal calls it with elevated rights
        after its own check. The number of queries does not depend on the number of
        rows.

        :param bytes content: a CSV or XLSX file, else
        :param str text: a pasted list
        :param bool is_household_accepted: two people may share an address or a phone
        :param bool is_complete: who is on the list here and missing there has left
        :param date left_on: their last day; needed where ``is_complete``
        :raise UserError: the file as a whole is of no use, or no day is given
        :return: list of dicts: ``line`` (0: not in the file), ``kind`` (``new``,
            ``back``, ``leave``, ``confirm``, ``unchanged``, ``former``,
            ``duplicate``, ``bad``), ``name``,
            ``email``, ``phone``, ``staff_number``, ``date_from``, ``date_to``,
            ``partner_id`` (0: to be made), ``entitlement_id``, ``message``
        """
        self.ensure_one()
        if is_complete and not left_on:
            raise UserError(
                self.env._("Say on which day those who are missing have left.")
            )
        people = self._open_entitled_file(content, text)
        rows = [self._read_entitled_row(people, *row) for row in people.rows]
        self._match_entitled_rows(rows, is_household_accepted)
        if is_complete:
            rows += self._missing_entitled_rows(rows, left_on)
        self._add_other_payers(rows)
        for row in rows:
            row["message"] = " ".join(row.pop("messages"))
        return rows

    def _open_entitled_file(self, content, text):
        return self.env["conciergerie.table.import"]._open_table(
            lambda: EntitledFile.from_text(text) if text else EntitledFile(content),
            "Nom",
        )

    def _read_entitled_row(self, people, number, cells, readable):
        """Return a row with what is wrong in it by itself."""
        values = people.values_of(cells)
        row = {
            "line": number,
            "kind": "new",
            "name": " ".join(
                filter(None, (values.get("firstname"), values.get("name")))
            ),
            "email": values.get("email", ""),
            "phone": values.get("phone", ""),
            "staff_number": values.get("staff_number", ""),
            "date_from": None,
            "date_to": None,
            "partner_id": 0,
            "entitlement_id": 0,
            "messages": [],
        }
        wrong = row["messages"]
        if not readable or any(c.strip() for c in cells[len(people.headings) :]):
            wrong.append(self.env._("The line cannot be read."))
        elif not values.get("name"):
            wrong.append(self.env._("The name is missing."))
        if row["email"] and not (
            single_email_re.match(row["email"]) and email_normalize(row["email"])
        ):
            wrong.append(
                self.env._("“%s” is not an e-mail address.", row["email"][:60])
            )
        if row["phone"]:
            reader = self.env["conciergerie.beneficiary.import"]
            phone = reader._read_phone(row["phone"])
            if phone is None:
                wrong.append(self.env._("“%s” is no phone number.", row["phone"][:60]))
            row["phone"] = phone or ""
        for fname in ("date_from", "date_to"):
            if given := values.get(fname):
                row[fname] = read_date(given)
                if not row[fname]:
                    wrong.append(
                        self.env._(
                            "“%(text)s” (%(column)s) is no date: write 31/12/2026.",
                            text=given[:40],
                            column=people.heading_of(fname),
                        )
                    )
        if row["date_from"] and row["date_to"] and row["date_to"] < row["date_from"]:
            wrong.append(
                self.env._(
                    "Leaves on %(left)s, before joining on %(joined)s.",
                    left=self._day(row["date_to"]),
                    joined=self._day(row["date_from"]),
                )
            )
        if wrong:
            row["kind"] = "bad"
        return row

    @api.model
    def _day(self, day):
        return format_date(self.env, day)

    def _match_entitled_rows(self, rows, is_household_accepted):
        """Find who the good rows are, and what becomes of their lines."""
        partner = self.env["res.partner"]
        good = [row for row in rows if row["kind"] != "bad"]
        keys_list = [partner._prepare_duplicate_keys(row) for row in good]
        lines = self.env["conciergerie.entitlement"].search(
            [("convention_id", "=", self.id), ("family_of_id", "=", False)]
        )
        listed = lines.grouped("partner_id")
        numbered = lines.filtered("staff_number")
        by_number = {line.staff_number: line.partner_id for line in numbered}
        seen = {}
        for row, keys, candidates in zip(
            good, keys_list, partner._find_duplicates(keys_list), strict=True
        ):
            earlier = self._seen_before(row, keys, seen, is_household_accepted)
            if earlier:
                row["kind"] = "duplicate"
                row["messages"].append(
                    self.env._("The same person is on line %s.", earlier)
                )
                continue
            person = by_number.get(row["staff_number"]) or self._choose_known_person(
                row, candidates, listed, is_household_accepted
            )
            if person and ("partner", person.id) in seen:
                row["kind"] = "duplicate"
                row["messages"].append(
                    self.env._(
                        "Taken for %(person)s, like line %(line)s.",
                        person=person.display_name,
                        line=seen[("partner", person.id)],
                    )
                )
                continue
            if person:
                seen[("partner", person.id)] = row["line"]
                row["partner_id"] = person.id
            self._decide_entitled_row(row, listed.get(person, lines.browse()))

    def _seen_before(self, row, keys, seen, is_household_accepted):
        """Return the earlier line of the same person, or None; remember this one."""
        marks = []
        if row["staff_number"]:
            marks.append(("staff", row["staff_number"]))
        for fname in ("phone", "email"):
            if keys[fname]:
                name = keys["name"] if is_household_accepted else ""
                marks.append((fname, keys[fname], name))
        if not marks:
            marks.append(("name", keys["name"]))
        earlier = next((seen[mark] for mark in marks if mark in seen), None)
        if not earlier:
            seen.update(dict.fromkeys(marks, row["line"]))
        return earlier

    def _choose_known_person(self, row, candidates, listed, is_household_accepted):
        """Return the contact that a row means, or None where a new one is needed.

        The same phone or e-mail is the same person, as in base's import; the same
        name alone only for who is on this list already, or works for the payer.
        """
        company, payer = self.company_id, self.commercial_partner_id
        namesakes = []
        for person, reasons in candidates:
            if person.is_company or person.company_id not in (
                company,
                company.browse(),
            ):
                continue
            is_named = bool({"name", "name_only"} & set(reasons))
            if {"phone", "email"} & set(reasons):
                if is_named or not is_household_accepted:
                    if not is_named:
                        row["messages"].append(
                            self.env._("Known here as %s.", person.display_name)
                        )
                    return person
            elif is_named and not self._is_told_apart(row, person, listed):
                if person in listed or (person.employer_id == payer):
                    return person
                namesakes.append(person)
        if namesakes:
            row["messages"].append(
                self.env._(
                    "Somebody of this name is known (%s): a new contact is made; "
                    "merge the two if they are one person.",
                    namesakes[0].phone or namesakes[0].email or namesakes[0].id,
                )
            )
        return None

    def _is_told_apart(self, row, person, listed):
        """Say whether a namesake has another address or staff number."""
        numbers = {line.staff_number for line in listed.get(person, ())} - {False}
        return bool(
            (row["staff_number"] and numbers and row["staff_number"] not in numbers)
            or (
                row["email"]
                and person.email_normalized
                and email_normalize(row["email"]) != person.email_normalized
            )
        )

    def _decide_entitled_row(self, row, lines):
        """Say what a good row changes for a person with these lines of the list."""
        today = fields.Date.context_today(self)
        joined, left = row["date_from"], row["date_to"]
        say = row["messages"].append
        day = joined or today
        current = lines.filtered(lambda line: not line.date_to or line.date_to >= day)[
            :1
        ]
        if not joined and left:
            current = lines.sorted("date_from")[-1:]
        if current:
            row["entitlement_id"] = current.id
            row["date_from"] = current.date_from
            if left and left != current.date_to:
                if left < current.date_from:
                    row["kind"] = "bad"
                    say(
                        self.env._(
                            "Leaves on %(left)s, before joining on %(joined)s as the "
                            "list here says.",
                            left=self._day(left),
                            joined=self._day(current.date_from),
                        )
                    )
                    return
                row["kind"] = "leave"
                say(self.env._("Leaves on %s.", self._day(left)))
                return
            if current.state == "pending":
                row["kind"] = "confirm"
                say(self.env._("Had asked to join: confirmed."))
                return
            if current.date_to and current.date_to < today and not left:
                row["kind"] = "bad"
                say(
                    self.env._(
                        "Left on %s as the list here says: write a later joining day "
                        "if this person comes back.",
                        self._day(current.date_to),
                    )
                )
                return
            row["kind"] = "unchanged"
            row["date_to"] = current.date_to
            say(
                self.env._("On the list since %s.", self._day(current.date_from))
                if not current.date_to
                else self.env._(
                    "On the list from %(joined)s to %(left)s.",
                    joined=self._day(current.date_from),
                    left=self._day(current.date_to),
                )
            )
            return
        if left and left < today:
            row["kind"] = "former"
            say(
                self.env._(
                    "Left on %s and was not on the list: left aside.", self._day(left)
                )
            )
            return
        row["date_from"] = day
        if lines:
            row["kind"] = "back"
            say(
                self.env._(
                    "Had left on %(left)s, comes back on %(joined)s: a new line.",
                    left=self._day(max(lines.mapped("date_to"))),
                    joined=self._day(day),
                )
            )
        else:
            say(self.env._("Joins on %s.", self._day(day)))
