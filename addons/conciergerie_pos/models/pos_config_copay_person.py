from odoo import api, fields, models


class PosConfig(models.Model):
    """What the cashier sees of a person: who pays, what is left, a membership."""

    _inherit = "pos.config"

    def copay_person(self, partner_id):
        """Return what a person is entitled to today, for the till to show.

        One call for each customer who is chosen, in a number of queries that depends
        on nobody; nothing of it is loaded for each person when the till opens.

        :param int partner_id: the customer
        :return: dict of ``partner_id``, ``day``, ``conventions`` in the order of
            payers (see :meth:`_copay_convention_vals`), ``member_until`` and
            ``pricelist_id``, both False for who is no member
        """
        self.ensure_one()
        self.check_access("read")
        person = self.env["res.partner"].browse(partner_id).exists()
        person.check_access("read")
        day = fields.Date.context_today(self)
        company = self.company_id
        conventions = person._conventions_on(company, day).filtered(
            lambda c: not self.site_id or not c.site_ids or self.site_id in c.site_ids
        )
        rules = conventions.copay_rule_ids.filtered(
            lambda r: r.date_from <= day and (not r.date_to or day <= r.date_to)
        )
        left = self.env["conciergerie.copay.ceiling"]._left(rules, person, day)
        until = person._member_until(company, day)
        pricelist = company.sudo().members_pricelist_id
        return {
            "partner_id": person.id,
            "day": fields.Date.to_string(day),
            "conventions": [
                self._copay_convention_vals(convention, person, rules, left, day)
                for convention in conventions
            ],
            "member_until": until and fields.Date.to_string(until),
            "pricelist_id": bool(until) and pricelist.active and pricelist.id,
        }

    @api.model
    def _copay_convention_vals(self, convention, person, rules, left, day):
        """Return a convention as the till computes with it.

        :return: dict of ``id``, ``name``, ``payer``, ``is_own`` (the person is the
            payer, which takes nothing in charge of what it buys), ``services`` (ids;
            empty for all) and ``rules``: dicts of ``id``, ``scope``, ``product_id``,
            ``categ_id``, ``share`` (per cent), ``room`` (what is left under each of
            its ceilings), ``words``, ``month`` and ``year`` (left, or None)
        """
        payer = convention.partner_id.commercial_partner_id
        own = convention.copay_rule_ids & rules
        ordered = own.sorted(
            lambda rule: (rule.scope, -rule.date_from.toordinal(), -rule.id)
        )
        values = []
        for rule in ordered:
            month = left.get((rule.id, day.strftime("%Y-%m")))
            year = left.get((rule.id, day.strftime("%Y")))
            room = [rule.cap_operation or None, month, year]
            values.append(
                {
                    "id": rule.id,
                    "scope": rule.scope,
                    "product_id": rule.product_id.id,
                    "categ_id": rule.categ_id.id,
                    "share": rule.share,
                    "room": [amount for amount in room if amount is not None],
                    "words": rule._short_words(),
                    "month": month,
                    "year": year,
                }
            )
        return {
            "id": convention.id,
            "name": convention.name,
            "payer": payer.display_name,
            "is_own": payer == person.commercial_partner_id,
            "services": convention.covered_service_ids.ids,
            "rules": values,
        }
