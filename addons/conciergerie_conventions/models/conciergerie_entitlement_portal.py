from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, format_date

# Longest name and phone that a form may send.
MAX_NAME = 100
MAX_PHONE = 30


class ConciergerieEntitlement(models.Model):
    """The list as its payer keeps it on the portal."""

    _inherit = "conciergerie.entitlement"

    given_name = fields.Char(
        string="Name Given",
        readonly=True,
        help="As the payer or the person wrote it. The payer's page shows this name, "
        "so that an address tried at random does not tell whose it is.",
    )

    def _portal_name(self):
        """Return the name to show to the payer."""
        self.ensure_one()
        return self.given_name or self.partner_id.name or ""

    def _portal_row(self):
        """Return a line of the payer's page: never what the person bought, nor when."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if self.state == "pending":
            step, label = "pending", self.env._("To confirm")
        elif self.date_to and self.date_to < today:
            step, label = "left", self.env._("Left")
        elif self.date_from > today:
            step, label = "later", self.env._("From that day on")
        else:
            step, label = "entitled", self.env._("Entitled")
        return {
            "id": self.id,
            "name": self._portal_name(),
            "date_from": self.date_from,
            "date_to": self.date_to,
            "step": step,
            "label": label,
        }

    def _portal_leave(self, day):
        """Set the last day on which a person is entitled, as the payer.

        :param date day: last day; not before joining, nor before the last month that
            was invoiced
        :raise UserError: saying from when on
        """
        self.ensure_one()
        convention = self.convention_id
        convention._check_portal_list_open()
        if not day:
            raise UserError(self.env._("Say on which day the person leaves."))
        earliest = convention._portal_earliest_day()
        if self.date_to and self.date_to < earliest:
            raise UserError(self.env._("%s has left already.", self._portal_name()))
        if day < self.date_from:
            raise UserError(
                self.env._(
                    "%(person)s cannot leave on %(left)s, before joining on "
                    "%(joined)s.",
                    person=self._portal_name(),
                    left=format_date(self.env, day),
                    joined=format_date(self.env, self.date_from),
                )
            )
        convention._check_portal_day(day)
        self.write({"date_to": day})
        # Family is entitled through the person.
        self.search(
            Domain("family_of_id", "=", self.id)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">", day))
        ).write({"date_to": day})

    def _portal_confirm(self):
        """Confirm who joined by the public page, as the payer.

        :raise UserError: the convention has ended
        """
        self.ensure_one()
        self.convention_id._check_portal_list_open()
        self.filtered(lambda e: e.state == "pending").write({"state": "confirmed"})

    def _portal_refuse(self):
        """Take away who asked to join and is not the payer's, as the payer.

        :raise UserError: already confirmed: say when the person leaves instead
        """
        self.ensure_one()
        if self.state != "pending":
            raise UserError(
                self.env._(
                    "%s is confirmed: say when the person leaves instead.",
                    self._portal_name(),
                )
            )
        self.unlink()


class ContractContract(models.Model):
    _inherit = "contract.contract"

    def _check_portal_list_open(self):
        """Refuse a change of the list where nobody is entitled any more, or yet.

        :raise UserError: naming the convention
        """
        self.ensure_one()
        if self.state not in ("signed", "running"):
            raise UserError(
                self.env._("The list of %s cannot be changed any more.", self.name)
                if self.state == "ended"
                else self.env._("Sign %s first: the list comes after.", self.name)
            )

    def _portal_last_invoiced(self):
        """Return the last day that a fee was invoiced for, if any."""
        self.ensure_one()
        days = [d for d in self.contract_line_ids.mapped("last_date_invoiced") if d]
        return max(days, default=None)

    def _portal_earliest_day(self):
        """Return the first day on which the payer may still say that one joins or left.

        The first day of the last month that was invoiced, of this month where the fee
        is paid in advance; what came before is closed.
        """
        self.ensure_one()
        invoiced = self._portal_last_invoiced()
        if not invoiced:
            return self.start_date
        today = fields.Date.context_today(self)
        return fields.Date.start_of(min(invoiced, today), "month")

    def _check_portal_day(self, day):
        """Refuse a day of a month that is closed.

        :raise UserError: saying from when on, and whom to write to
        """
        self.ensure_one()
        earliest = self._portal_earliest_day()
        if earliest and day < earliest:
            raise UserError(
                self.env._(
                    "%(day)s is too long ago: what came before %(earliest)s is "
                    "invoiced and closed. Write to %(company)s if it is wrong.",
                    day=format_date(self.env, day),
                    earliest=format_date(self.env, earliest),
                    company=self.company_id.name,
                )
            )

    def _portal_add(self, name, email="", phone="", date_from=None, **values):
        """Put a person on the list, as the payer or as who joins.

        A person with the same e-mail address is taken, the same name first; else a
        new one is made. The answer is the same, so that nothing tells who is known.

        :param str name: as it was written
        :param str email: may be empty
        :param date date_from: first day; today where it is empty
        :raise UserError: no name, not an address, already on the list
        :return: the entitlement
        """
        self.ensure_one()
        self._check_portal_list_open()
        name, email, phone = self._check_portal_person(name, email, phone)
        date_from = date_from or fields.Date.context_today(self)
        self._check_portal_day(date_from)
        partner = self._portal_person(name, email, phone)
        open_line = self.env["conciergerie.entitlement"].search(
            Domain("convention_id", "=", self.id)
            & Domain("partner_id", "=", partner.id)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", date_from)),
            limit=1,
        )
        if open_line:
            raise UserError(self.env._("%s is on the list already.", name))
        return self.env["conciergerie.entitlement"].create(
            {
                "convention_id": self.id,
                "partner_id": partner.id,
                "given_name": name,
                "date_from": date_from,
                "source": "portal",
                **values,
            }
        )

    @api.model
    def _check_portal_person(self, name, email, phone):
        """Return what was written about a person, tidied.

        :raise UserError: no name, or not an e-mail address
        """
        name = " ".join((name or "").split())[:MAX_NAME]
        if not name:
            raise UserError(self.env._("Write the name."))
        given = (email or "").strip()
        email = email_normalize(given) or ""
        if given and not email:
            raise UserError(self.env._("“%s” is not an e-mail address.", given[:100]))
        return name, email, " ".join((phone or "").split())[:MAX_PHONE]

    def _portal_person(self, name, email, phone):
        """Return the person with this address, or a new one."""
        self.ensure_one()
        partner_model = self.env["res.partner"]
        if email:
            known = partner_model.search(
                [
                    ("email_normalized", "=", email),
                    ("company_id", "in", (False, self.company_id.id)),
                    ("is_company", "=", False),
                ],
                order="id",
            )
            name_key = partner_model._get_name_key(name)
            same = known.filtered(lambda p: p.name_key == name_key)
            if known:
                return (same or known)[0]
        kind = self.convention_kind
        audience = "employee" if kind == "employer" else "inhabitant"
        return partner_model.create(
            {
                "name": name,
                "email": email,
                "phone": phone,
                "company_id": self.company_id.id,
                "lang": self.partner_id.lang or self.env.lang,
                "employer_id": kind == "employer" and self.commercial_partner_id.id,
                "audience_ids": [
                    fields.Command.set(
                        self.env.ref(f"conciergerie_base.audience_{audience}").ids
                    )
                ],
            }
        )
