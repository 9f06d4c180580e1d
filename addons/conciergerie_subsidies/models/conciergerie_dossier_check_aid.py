from odoo import models
from odoo.tools import format_date, formatLang


class ConciergerieDossier(models.Model):
    """The part of the check that is about the aid: rates, caps, de minimis."""

    _inherit = "conciergerie.dossier"

    def _rate_words(self, rate):
        return formatLang(self.env, rate, digits=2)

    def _check_request(self):
        money = self._money
        asked, planned = self.requested_amount, self.asked_in_plan
        ok = asked and self.currency_id.compare_amounts(asked, planned) == 0
        if not asked:
            message = self.env._("Enter the aid asked for.")
        elif ok:
            message = self.env._("%(asked)s are asked for.", asked=money(asked))
        else:
            message = self.env._(
                "%(asked)s are asked for, the plan counts on %(planned)s of "
                "%(funder)s: make them equal.",
                asked=money(asked),
                planned=money(planned),
                funder=self.funder_id.name,
            )
        return self._prepare_check(
            "request",
            self.env._("Aid asked for"),
            ok,
            message,
            asked=asked,
            planned=planned,
        )

    def _check_rate(self):
        money = self._money
        asked = self.requested_amount
        if not asked:
            return None
        label = self.env._("Rate of the aid")
        limit = self.proposed_amount
        figures = {"asked": asked, "limit": limit, "eligible": self.eligible_cost}
        if (
            self.amount_min
            and self.currency_id.compare_amounts(asked, self.amount_min) < 0
        ):
            return self._prepare_check(
                "rate",
                label,
                False,
                self.env._(
                    "%(asked)s are asked for, the programme pays no less than "
                    "%(least)s.",
                    asked=money(asked),
                    least=money(self.amount_min),
                ),
                **figures,
            )
        ok = self.currency_id.compare_amounts(asked, limit) <= 0
        words = {"asked": money(asked), "limit": money(limit)}
        if ok:
            message = self.env._("%(asked)s of at most %(limit)s.", **words)
        else:
            message = self.env._(
                "%(asked)s are asked for, at most %(limit)s on eligible costs of "
                "%(eligible)s.",
                eligible=money(self.eligible_cost),
                **words,
            )
        return self._prepare_check("rate", label, ok, message, **figures)

    def _check_public_rate(self):
        """All public aid together, of the eligible cost (CASES D5)."""
        money = self._money
        if not self.public_aid or not self.eligible_cost:
            return None
        currency = self.currency_id
        limit = currency.round(self.eligible_cost * self.public_rate_max / 100.0)
        excess = max(currency.round(self.public_aid - limit), 0.0)
        rate = 100.0 * self.public_aid / self.eligible_cost
        words = {
            "public": money(self.public_aid),
            "eligible": money(self.eligible_cost),
            "rate": self._rate_words(rate),
            "limit": self._rate_words(self.public_rate_max),
        }
        if excess:
            message = self.env._(
                "Public aid is %(public)s, %(rate)s %% of %(eligible)s; at most "
                "%(limit)s %%: %(excess)s too much.",
                excess=money(excess),
                **words,
            )
        else:
            message = self.env._(
                "Public aid is %(public)s, %(rate)s %% of %(eligible)s; at most "
                "%(limit)s %%.",
                **words,
            )
        return self._prepare_check(
            "public_rate",
            self.env._("Public aid"),
            not excess,
            message,
            public=self.public_aid,
            rate=rate,
            limit=limit,
            excess=excess,
        )

    def _check_total_aid(self):
        """Public and private aid together never exceed the cost (CASES D5)."""
        money = self._money
        lines = self._plan_lines("resource").filtered(
            lambda line: line.is_public or line.funder_id
        )
        aid = sum(lines.filtered(lambda line: not line.is_own).mapped("planned_amount"))
        if not aid or not self.total_cost:
            return None
        ok = self.currency_id.compare_amounts(aid, self.total_cost) <= 0
        words = {"aid": money(aid), "cost": money(self.total_cost)}
        return self._prepare_check(
            "total_aid",
            self.env._("All aid"),
            ok,
            self.env._("All aid together is %(aid)s, of a cost of %(cost)s.", **words)
            if ok
            else self.env._(
                "All aid together is %(aid)s, more than the cost of %(cost)s.", **words
            ),
            aid=aid,
            cost=self.total_cost,
        )

    def _check_own_share(self):
        money = self._money
        if not self.own_share_min or not self.total_cost:
            return None
        lines = self._plan_lines("resource").filtered(
            lambda line: not line.is_public and not line.funder_id
        )
        own = sum(lines.mapped("planned_amount"))
        least = self.currency_id.round(self.total_cost * self.own_share_min / 100.0)
        ok = self.currency_id.compare_amounts(own, least) >= 0
        words = {
            "own": money(own),
            "least": money(least),
            "rate": self._rate_words(self.own_share_min),
            "total": money(self.total_cost),
        }
        return self._prepare_check(
            "own_share",
            self.env._("Own share"),
            ok,
            self.env._(
                "The own share is %(own)s, at least %(least)s (%(rate)s %% of "
                "%(total)s).",
                **words,
            )
            if ok
            else self.env._(
                "The own share is %(own)s, it must be at least %(least)s (%(rate)s %% "
                "of %(total)s).",
                **words,
            ),
            own=own,
            least=least,
        )

    def _check_de_minimis(self, amount, date):
        """Say whether an aid fits under the ceiling of its regime (CASES D1).

        :param float amount: aid that would be granted
        :param date date: day on which it would be
        """
        money = self._money
        if not (self.legal_basis or "").startswith("de_minimis") or not amount:
            return None
        register = self.env["conciergerie.de.minimis.aid"]
        figures = register._headroom(self.company_id, self.legal_basis, date)
        label = self.env._("De minimis")
        if not figures:
            return self._prepare_check(
                "de_minimis",
                label,
                False,
                self.env._(
                    "No de minimis ceiling is in force on %(date)s: ask the "
                    "administrator to enter it.",
                    date=format_date(self.env, date),
                ),
            )
        ok = self.currency_id.compare_amounts(amount, figures["headroom"]) <= 0
        words = {
            "asked": money(amount),
            "used": money(figures["used"]),
            "ceiling": money(figures["ceiling"]),
            "headroom": money(figures["headroom"]),
            "years": figures["years"],
            "date": format_date(self.env, date),
            "regime": figures["regime"],
        }
        message = self.env._(
            "%(regime)s: %(used)s of %(ceiling)s were granted in the %(years)s years "
            "to %(date)s, %(headroom)s are left; %(asked)s are asked for.",
            **words,
        )
        return self._prepare_check(
            "de_minimis", label, ok, message, asked=amount, **figures
        )
