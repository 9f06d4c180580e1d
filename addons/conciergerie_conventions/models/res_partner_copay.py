from odoo import api, fields, models
from odoo.tools import formatLang

from .contract_portal_words import number_in_words


class ResPartner(models.Model):
    """Who pays for a person today, and how much is left under the ceilings."""

    _inherit = "res.partner"

    convention_cover = fields.Html(
        string="Taken in Charge",
        compute="_compute_convention_cover",
        compute_sudo=True,
        sanitize=False,
    )

    @api.depends_context("company", "lang")
    def _compute_convention_cover(self):
        day = fields.Date.context_today(self)
        company = self.env.company
        for partner in self:
            person = partner._origin
            rows = person._convention_cover_rows(company, day) if person else []
            partner.convention_cover = rows and self.env["ir.qweb"]._render(
                "conciergerie_conventions.partner_convention_cover", {"rows": rows}
            )

    def _convention_cover_rows(self, company, day):
        """Return what covers a person on a day, one row for each rule, in order.

        :return: list of dicts of ``convention`` and, where it takes a share, ``rule``
            in words, ``month`` and ``year``: what is left, empty without a ceiling
        """
        self.ensure_one()
        conventions = self._conventions_on(company, day).filtered(
            lambda c: not c.term_end or day <= c.term_end or c._is_renewing()
        )
        left = self.env["conciergerie.copay.ceiling"]._left(
            conventions.copay_rule_ids, self, day
        )
        rows = []
        for rank, convention in enumerate(conventions, 1):
            rules = convention.copay_rule_ids.filtered(
                lambda r: r.date_from <= day and (not r.date_to or day <= r.date_to)
            )
            base = {"rank": rank, "convention": convention}
            rows += [
                {
                    **base,
                    "rule": rule._short_words(),
                    "month": rule._money(left.get((rule.id, day.strftime("%Y-%m")))),
                    "year": rule._money(left.get((rule.id, day.strftime("%Y")))),
                }
                for rule in rules
            ] or [{**base, "rule": self.env._("No share, a fee"), "month": ""}]
        return rows


class ConciergerieCopayRule(models.Model):
    _inherit = "conciergerie.copay.rule"

    def _money(self, amount):
        """Return an amount as it is read; nothing where there is none."""
        self.ensure_one()
        if amount is None:
            return ""
        return formatLang(self.env, max(amount, 0.0), currency_obj=self.currency_id)

    def _short_words(self):
        """Return “50 % of Sewing, at most 10.00 € per sale”."""
        self.ensure_one()
        values = {
            "share": number_in_words(self.env, self.share),
            "what": self.product_id.display_name
            or self.categ_id.display_name
            or self.env._("all services"),
            "cap": self._money(self.cap_operation),
        }
        if self.cap_operation:
            return self.env._(
                "%(share)s %% of %(what)s, at most %(cap)s per sale", **values
            )
        return self.env._("%(share)s %% of %(what)s", **values)
