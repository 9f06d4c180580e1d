from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    entitlement_ids = fields.One2many(
        comodel_name="conciergerie.entitlement",
        inverse_name="partner_id",
        string="Conventions",
    )

    def _conventions_on(self, company, day):
        """Return the conventions that entitle a person on a day, in order of payers.

        By the list, as family of a person on it, by the home commune or the domain of
        the e-mail address. Meant for the software itself: no right of the user on
        conventions is asked for.

        :param company: ``res.company``
        :param date day: day of the sale
        :return: ``contract.contract`` with elevated rights, the first payer first
        """
        self.ensure_one()
        return self._conventions_of_each(company, day)[self]

    def _conventions_of_each(self, company, day):
        """Return what :meth:`_conventions_on` does for many people.

        The number of queries does not depend on the number of people.

        :return: ``{partner: contract.contract}``
        """
        links = self._convention_links(company)
        contract_sudo = self.env["contract.contract"].sudo()
        return {
            person: contract_sudo.union(
                *(
                    convention
                    for convention, ways in links[person].items()
                    if convention._is_in_force(day)
                    and any(way._is_valid(day) for way in ways)
                )
            ).sorted(lambda c: (c.payer_rank, c.start_date, c.id))
            for person in self
        }
