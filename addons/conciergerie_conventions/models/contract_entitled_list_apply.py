from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# Kinds of rows that change something.
CHANGES = ("new", "back", "leave", "confirm")


class ContractContract(models.Model):
    """Who is missing from a complete list, who pays besides, and the writing of it."""

    _inherit = "contract.contract"

    def _missing_entitled_rows(self, rows, left_on):
        """Return a row for each person on the list here whom the file lacks."""
        if any(row["kind"] == "bad" and not row["partner_id"] for row in rows):
            message = self.env._(
                "Nobody is taken for missing while a row cannot be read: that person "
                "would be one of them. Correct the rows below first."
            )
            return [self._prepare_listed_row(None, "bad", message)]
        found = {row["partner_id"] for row in rows if row["partner_id"]}
        missing = self.env["conciergerie.entitlement"].search(
            [
                ("convention_id", "=", self.id),
                ("family_of_id", "=", False),
                ("state", "=", "confirmed"),
                ("partner_id", "not in", list(found)),
                "|",
                ("date_to", "=", False),
                ("date_to", ">", left_on),
            ],
            order="date_from, id",
        )
        result = []
        for line in missing:
            if line.date_from > left_on:
                message = self.env._(
                    "Missing from the list, but joins on %s only: unchanged.",
                    self._day(line.date_from),
                )
                result.append(self._prepare_listed_row(line, "unchanged", message))
            else:
                message = self.env._(
                    "Missing from the list: leaves on %s.", self._day(left_on)
                )
                row = self._prepare_listed_row(line, "leave", message)
                result.append({**row, "date_to": left_on})
        return result

    @api.model
    def _prepare_listed_row(self, line, kind, message):
        """Return a row that no line of the file stands for."""
        line = line or self.env["conciergerie.entitlement"]
        person = line.partner_id
        return {
            "line": 0,
            "kind": kind,
            "name": person.name or "",
            "email": person.email or "",
            "phone": person.phone or "",
            "staff_number": line.staff_number or "",
            "date_from": line.date_from or None,
            "date_to": line.date_to or None,
            "partner_id": person.id or 0,
            "entitlement_id": line.id or 0,
            "messages": [message],
        }

    def _add_other_payers(self, rows):
        """Say in the rows of who joins which conventions pay besides, in order."""
        joining = [row for row in rows if row["kind"] in ("new", "back")]
        people = self.env["res.partner"].browse(
            [row["partner_id"] for row in joining if row["partner_id"]]
        )
        today = fields.Date.context_today(self)
        of_each = people._conventions_of_each(self.company_id, today)
        for row in joining:
            others = of_each.get(people.browse(row["partner_id"]), self.browse()) - self
            if others:
                order = (others | self.sudo()).sorted(
                    lambda c: (c.payer_rank, c.start_date or today, c.id)
                )
                row["messages"].append(
                    self.env._(
                        "Several pay, in this order: %s.",
                        ", ".join(order.mapped("name")),
                    )
                )

    def _apply_entitled_list(self, rows, source="import"):
        """Write what :meth:`_read_entitled_list` said; all of it or nothing.

        :param list rows: its result, of the same transaction
        :param str source: how these people came to the list
        :raise UserError: the convention has ended; a row that is wrong where the list
            was said to be complete
        :return: the lines that are new
        """
        self.ensure_one()
        if self.state == "ended":
            raise UserError(
                self.env._("%s has ended: its list does not change.", self.display_name)
            )
        if any(row["kind"] == "bad" and not row["line"] for row in rows):
            raise UserError(
                self.env._(
                    "Correct the rows that cannot be read first, or say that "
                    "the list is not complete."
                )
            )
        rows = [row for row in rows if row["kind"] in CHANGES]
        with self.env.cr.savepoint():
            self._create_entitled_people(rows)
            lines = self._create_entitled_lines(rows, source)
            self._change_entitled_lines(rows)
            self._set_entitled_employer(rows)
            self.env.flush_all()
        return lines

    def _create_entitled_people(self, rows):
        unknown = [
            row for row in rows if row["kind"] == "new" and not row["partner_id"]
        ]
        kind = self.convention_kind
        audience = self.env["conciergerie.audience"]._get(
            "employee" if kind == "employer" else "inhabitant"
        )
        common = {
            "company_id": self.company_id.id,
            "lang": self.env["conciergerie.beneficiary.import"]._get_lang(),
            "audience_ids": [Command.set(audience.ids)],
            "employer_id": kind == "employer" and self.commercial_partner_id.id,
        }
        people = (
            self.env["res.partner"]
            .with_context(tracking_disable=True, mail_create_nosubscribe=True)
            .create(
                [
                    {
                        **common,
                        **{f: row[f] or False for f in ("name", "email", "phone")},
                    }
                    for row in unknown
                ]
            )
        )
        for row, person in zip(unknown, people, strict=True):
            row["partner_id"] = person.id

    def _create_entitled_lines(self, rows, source):
        return self.env["conciergerie.entitlement"].create(
            [
                {
                    "convention_id": self.id,
                    "partner_id": row["partner_id"],
                    "given_name": row["name"],
                    "date_from": row["date_from"],
                    "date_to": row["date_to"],
                    "staff_number": row["staff_number"] or False,
                    "source": source,
                }
                for row in rows
                if row["kind"] in ("new", "back")
            ]
        )

    def _change_entitled_lines(self, rows):
        """Let people leave, one write for each day, and confirm who asked to join."""
        line_model = self.env["conciergerie.entitlement"]
        by_values = {}
        for row in rows:
            if row["kind"] == "leave":
                by_values.setdefault(row["date_to"], []).append(row["entitlement_id"])
            elif row["kind"] == "confirm":
                by_values.setdefault(None, []).append(row["entitlement_id"])
        for day, ids in by_values.items():
            line_model.browse(ids).write(
                {"date_to": day} if day else {"state": "confirmed"}
            )

    def _set_entitled_employer(self, rows):
        """Note the employer of people who are known and join its list."""
        if self.convention_kind != "employer":
            return
        payer = self.commercial_partner_id
        people = self.env["res.partner"].browse(
            [row["partner_id"] for row in rows if row["kind"] in ("new", "back")]
        )
        people.filtered(lambda p: p.employer_id != payer).with_context(
            tracking_disable=True
        ).write({"employer_id": payer.id})
