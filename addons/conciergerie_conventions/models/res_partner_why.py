from odoo import fields, models
from odoo.tools import format_date


class ResPartner(models.Model):
    """Why a person is entitled, or not: for a volunteer at the counter."""

    _inherit = "res.partner"

    def _entitlement_rows(self, company, day, site=None):
        """Return every convention that knows a person, and what it means on a day.

        Names no amount and no code. The user must be allowed to read the person.

        :param company: ``res.company``
        :param date day: usually today
        :param site: ``conciergerie.site`` where the person stands, if known
        :return: list of dicts, those that entitle first, in order of payers:
            ``convention`` (with elevated rights), ``is_entitled``, ``order`` (1 for
            who pays first, 0 where not entitled), ``why``
        """
        self.ensure_one()
        self.check_access("read")
        rows = [
            self._prepare_entitlement_row(convention, links, day, site)
            for convention, links in self._convention_links(company)[self].items()
        ]
        known = (
            self.env["contract.contract"]
            .sudo()
            .union(*(row["convention"] for row in rows))
        )
        rows += [
            {
                "convention": convention,
                "is_entitled": False,
                "why": self.env._(
                    "%(person)s works for %(payer)s, but is not on the list: ask for "
                    "the code of the employer, or tell the manager.",
                    person=self.name,
                    payer=convention.partner_id.name,
                ),
            }
            for convention in self._employer_conventions(company, day) - known
        ]
        rows.sort(
            key=lambda row: (
                not row["is_entitled"],
                row["convention"].payer_rank,
                row["convention"].start_date or fields.Date.to_date("9999-01-01"),
                row["convention"].id,
            )
        )
        for number, row in enumerate(rows, 1):
            row["order"] = number if row["is_entitled"] else 0
        return rows

    def _employer_conventions(self, company, day):
        """Return the conventions in force of the person's employer."""
        contract_sudo = self.env["contract.contract"].sudo()
        if not self.employer_id:
            return contract_sudo
        return contract_sudo.search(
            [
                ("is_convention", "=", True),
                ("company_id", "=", company.id),
                ("convention_kind", "=", "employer"),
                ("partner_id", "child_of", self.employer_id.id),
            ]
        ).filtered(lambda c: c._is_in_force(day))

    def _prepare_entitlement_row(self, convention, links, day, site):
        valid = [link for link in links if link._is_valid(day)]
        refusal = convention._why_not_in_force(day, site)
        # Of several ways not valid, the one that lasted longest says most.
        shown = valid or sorted(links, key=lambda link: link._last_day())[-1:]
        if refusal and valid:
            why = refusal
        elif valid:
            why = ", ".join(self._say_why(link, day) for link in shown)
        else:
            why = " ".join(filter(None, (self._say_why_not(shown[0], day), refusal)))
        return {
            "convention": convention,
            "is_entitled": bool(valid and not refusal),
            "why": why,
        }

    def _say_why(self, link, day):
        line = link.entitlement
        if link.way == "commune":
            return self.env._("lives in %s", link.name)
        if link.way == "domain":
            return self.env._("has an e-mail address of %s", link.name)
        since = format_date(self.env, line.date_from)
        if link.way == "family":
            return self.env._(
                "family of %(employee)s, since %(day)s",
                employee=line.family_of_id.partner_id.name,
                day=since,
            )
        if line.date_to:
            return self.env._(
                "on the list since %(day)s, until %(left)s",
                day=since,
                left=format_date(self.env, line.date_to),
            )
        return self.env._("on the list since %s", since)

    def _say_why_not(self, link, day):
        line = link.entitlement
        if line.state == "pending":
            return self.env._("Asked to join; the payer has not confirmed yet.")
        if line.date_from > day:
            return self.env._(
                "Joins on %s only.", format_date(self.env, line.date_from)
            )
        if line.date_to and line.date_to < day:
            return self.env._(
                "Left the list on %s.", format_date(self.env, line.date_to)
            )
        if not line.convention_id.is_family_included:
            return self.env._("The family is not included.")
        employee = line.family_of_id
        return self.env._(
            "Family of %s, who is not entitled any more.", employee.partner_id.name
        )


class ContractContract(models.Model):
    _inherit = "contract.contract"

    def _why_not_in_force(self, day, site=None):
        """Return why a convention entitles nobody on a day and at a site, or False."""
        self.ensure_one()
        if self.state in ("draft", "proposed"):
            return self.env._("The convention is not signed yet.")
        if self.start_date and self.start_date > day:
            return self.env._(
                "The convention starts on %s only.",
                format_date(self.env, self.start_date),
            )
        if not self._is_in_force(day):
            return self.env._(
                "The convention ended on %s.", format_date(self.env, self.term_end)
            )
        if site and self.site_ids and site not in self.site_ids:
            return self.env._(
                "Not at %(site)s: only at %(sites)s.",
                site=site.name,
                sites=", ".join(self.site_ids.mapped("name")),
            )
        return False
