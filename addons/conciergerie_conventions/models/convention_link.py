from datetime import date

from odoo import models
from odoo.fields import Domain

# More domains than this are compared here rather than asked of the database.
MAX_DOMAINS = 20


class ConventionLink:
    """One way in which a convention may entitle a person: plain data, no rights.

    :ivar str way: ``list``, ``family``, ``commune``, ``domain``
    :ivar entitlement: line of the list, with elevated rights, or None
    :ivar str name: the commune or the domain
    """

    def __init__(self, way, entitlement=None, name=""):
        self.way, self.entitlement, self.name = way, entitlement, name

    def _is_valid(self, day):
        """Say whether it entitles on a day, where the convention is in force."""
        line = self.entitlement
        if line is None:
            return True
        if not line._is_valid_on(day):
            return False
        return self.way == "list" or (
            line.convention_id.is_family_included
            and line.family_of_id._is_valid_on(day)
        )

    def _last_day(self):
        """Return the last day of the line, far away where it has none."""
        return (self.entitlement and self.entitlement.date_to) or date.max


class ConciergerieEntitlement(models.Model):
    _inherit = "conciergerie.entitlement"

    def _is_valid_on(self, day):
        """Say of one line what :meth:`_valid_domain` asks the database."""
        self.ensure_one()
        return (
            self.state == "confirmed"
            and self.date_from <= day
            and (not self.date_to or self.date_to >= day)
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _convention_links(self, company):
        """Return every way in which conventions of any state know people.

        :param company: ``res.company``
        :return: ``{partner: {contract.contract: [ConventionLink]}}``, with elevated
            rights: for the software and for the answers that the counter reads
        """
        links = {person: {} for person in self}
        entitlement_sudo = self.env["conciergerie.entitlement"].sudo()
        for line in entitlement_sudo.search(
            [("partner_id", "in", self.ids), ("company_id", "=", company.id)]
        ):
            convention = line.convention_id
            if convention.is_convention and convention.active:
                way = "family" if line.family_of_id else "list"
                found = links[line.partner_id].setdefault(convention, [])
                found.append(ConventionLink(way, line))
        homes = {
            person: (
                person.sudo().commune_id,
                (person.email_normalized or "").partition("@")[2],
            )
            for person in self
        }
        for convention in self._search_open_conventions(company, homes.values()):
            communes, domains = (
                convention.entitled_commune_ids,
                convention._email_domain_set(),
            )
            for person, (commune, domain) in homes.items():
                ways = []
                if commune and commune in communes:
                    ways.append(ConventionLink("commune", name=commune.name))
                if domain and domain in domains:
                    ways.append(ConventionLink("domain", name=domain))
                if ways:
                    links[person].setdefault(convention, []).extend(ways)
        return links

    def _search_open_conventions(self, company, homes):
        """Return the conventions that entitle by a commune or a domain among these.

        :param homes: ``(commune, domain)`` of each person
        """
        communes = {commune.id for commune, _domain in homes if commune}
        domains = {domain for _commune, domain in homes if domain}
        ways = [Domain("entitled_commune_ids", "in", list(communes))]
        if len(domains) <= MAX_DOMAINS:
            ways += [Domain("email_domains", "ilike", domain) for domain in domains]
        else:
            ways.append(Domain("email_domains", "!=", False))
        return (
            self.env["contract.contract"]
            .sudo()
            .search(
                Domain("is_convention", "=", True)
                & Domain("company_id", "=", company.id)
                & Domain.OR(ways)
            )
        )
