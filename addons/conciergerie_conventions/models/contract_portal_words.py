from odoo import api, fields, models
from odoo.tools import format_date, formatLang


def number_in_words(env, value):
    """Return a number as the reader's language writes it, without idle zeros."""
    decimals = f"{value:.4f}".rstrip("0").partition(".")[2]
    return formatLang(env, value, digits=len(decimals))


class ContractContract(models.Model):
    """What is agreed, in sentences: one wording for the page and the print."""

    _inherit = "contract.contract"

    def _term_in_words(self):
        """Return the sentences on the term, its renewal and the notice."""
        self.ensure_one()
        if self.start_date:
            start = format_date(self.env, self.start_date)
            if self.term_end:
                sentences = [
                    self.env._(
                        "From %(start)s to %(end)s.",
                        start=start,
                        end=format_date(self.env, self.term_end),
                    )
                ]
            else:
                sentences = [self.env._("From %s, without end.", start)]
        elif self.term_end:
            sentences = [
                self.env._(
                    "From the day of the signature to %s.",
                    format_date(self.env, self.term_end),
                )
            ]
        else:
            sentences = [self.env._("From the day of the signature, without end.")]
        if self.term_end and self.is_tacit_renewal:
            sentences.append(
                self.env._(
                    "It then begins again for %s months by itself, unless one of the "
                    "two gives notice.",
                    self.renewal_months,
                )
            )
        elif self.term_end:
            sentences.append(self.env._("It is not renewed by itself."))
        if self.notice_months and (not self.term_end or self.is_tacit_renewal):
            sentences.append(
                self.env._(
                    "Notice is given in writing, at least %s months before the end.",
                    self.notice_months,
                )
                if self.term_end
                else self.env._(
                    "Notice is given in writing, %s months ahead.", self.notice_months
                )
            )
        return sentences

    def _fee_in_words(self):
        """Return the sentences on the fee: what, how much, when it is invoiced."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        lines = self.contract_line_ids.filtered(
            lambda line: (
                not line.is_canceled and (not line.date_end or line.date_end >= today)
            )
        )
        if not lines:
            return [self.env._("No fee.")]
        sentences = [line._fee_in_words() for line in lines]
        sentences.append(self._recurrence_in_words())
        return sentences

    def _recurrence_in_words(self):
        """Return when the fee is invoiced, in a sentence."""
        self.ensure_one()
        once = {
            "daily": self.env._("every day"),
            "weekly": self.env._("every week"),
            "monthly": self.env._("every month"),
            "monthlylastday": self.env._("every month"),
            "quarterly": self.env._("every quarter"),
            "semesterly": self.env._("every half-year"),
            "yearly": self.env._("every year"),
        }
        rule, number = self.recurring_rule_type, self.recurring_interval
        if number == 1 and rule in once:
            period = once[rule]
        else:
            names = dict(
                self._fields["recurring_rule_type"]._description_selection(self.env)
            )
            period = self.env._(
                "every %(number)s × %(period)s", number=number, period=names.get(rule)
            )
        if self.recurring_invoicing_type == "pre-paid":
            return self.env._("Invoiced %s, in advance.", period)
        return self.env._("Invoiced %s, once the period is over.", period)

    def _copay_in_words(self):
        """Return the sentences on the share of each sale that is taken in charge."""
        self.ensure_one()
        if not self.copay_rule_ids:
            return [self.env._("The payer takes no share of the sales in charge.")]
        return [rule._in_words() for rule in self.copay_rule_ids]

    def _entitled_in_words(self):
        """Return the sentences on who is entitled, without any name."""
        self.ensure_one()
        sentences = []
        if self.entitled_commune_ids:
            sentences.append(
                self.env._(
                    "Everybody who lives in: %s.",
                    ", ".join(self.entitled_commune_ids.mapped("display_name")),
                )
            )
        if self.email_domains:
            sentences.append(
                self.env._(
                    "Everybody with an e-mail address of: %s.",
                    ", ".join(sorted(self._email_domain_set())),
                )
            )
        if self._has_list():
            sentences.append(
                self.env._(
                    "The people on the list that the payer keeps up to date, or who "
                    "join by the page meant for them."
                )
            )
        sentences.append(
            self.env._("Their family is entitled as well.")
            if self.is_family_included
            else self.env._("Their family is not included.")
        )
        return sentences

    def _has_list(self):
        """Say whether people are named one by one, so that the payer sees a list.

        An employer or an institution knows its people. Those of a commune or a
        landlord are entitled by where they live: no names, unless a list is used.
        """
        self.ensure_one()
        return self.convention_kind in ("employer", "institution") or bool(
            self.entitlement_ids
        )

    def _covered_in_words(self):
        """Return the sentences on the sites and the services covered."""
        self.ensure_one()
        sites = ", ".join(self.site_ids.mapped("name"))
        services = ", ".join(self.covered_service_ids.mapped("display_name"))
        return [
            self.env._("At: %s.", sites)
            if sites
            else self.env._("At every site of the conciergerie."),
            self.env._("Services: %s.", services)
            if services
            else self.env._("Every service of the conciergerie."),
        ]


class ContractLine(models.Model):
    _inherit = "contract.line"

    fee_vat = fields.Char(
        string="VAT of the Fee", compute="_compute_fee_vat", compute_sudo=True
    )

    @api.depends("product_id.taxes_id", "contract_id.fiscal_position_id")
    def _compute_fee_vat(self):
        words = {
            "included": self.env._("VAT included"),
            "before": self.env._("before VAT"),
            "none": self.env._("no VAT"),
        }
        for line in self:
            line.fee_vat = words[line._fee_vat()]

    def _fee_vat(self):
        """Say what the invoice does with the price of a fee.

        Its prices are those of its invoice lines: with VAT where the taxes of the
        product are included in its price, before VAT otherwise.

        :return: ``included``, ``before`` or ``none``
        """
        self.ensure_one()
        contract = self.contract_id
        company = contract.company_id or self.env.company
        taxes = self.product_id.taxes_id._filter_taxes_by_company(company)
        taxes = contract.fiscal_position_id.map_tax(taxes)
        if not taxes:
            return "none"
        return "included" if any(taxes.mapped("price_include")) else "before"

    def _fee_in_words(self):
        """Return what a line of fee costs, in a sentence; the price of its first day.

        Before the convention is signed, the prices are those of its beginning.
        """
        self.ensure_one()
        if self.display_type:
            return self.name
        sentence = self._fee_price_in_words()
        if self.date_end:
            sentence = self.env._(
                "%(sentence)s Until %(day)s.",
                sentence=sentence,
                day=format_date(self.env, self.date_end),
            )
        return sentence

    def _fee_price_in_words(self):
        """Return the price of a fee in a sentence, with what it is asked for."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        day = max(today, self.date_start or today)
        values = {
            "fee": self.name,
            "price": self._fee_money(self._fee_price_on(day)),
            "quantity": number_in_words(self.env, self.quantity),
            "least": self.head_minimum,
        }
        if self.fee_kind == "head" and self.head_minimum:
            return self.env._(
                "%(fee)s: %(price)s for each person and month, for %(least)s people "
                "at least.",
                **values,
            )
        if self.fee_kind == "head":
            return self.env._("%(fee)s: %(price)s for each person and month.", **values)
        if self.fee_kind == "use":
            return self.env._("%(fee)s: %(price)s for each sale covered.", **values)
        if self.fee_kind == "step":
            values["steps"] = ", ".join(
                self.env._(
                    "from %(uses)s uses %(price)s",
                    uses=step.from_uses,
                    price=self._fee_money(step.amount),
                )
                for step in self._fee_steps_on(day)
            )
            return self.env._("%(fee)s, for each month: %(steps)s.", **values)
        if self.quantity == 1:
            return self.env._("%(fee)s: %(price)s for each period.", **values)
        return self.env._(
            "%(fee)s: %(quantity)s × %(price)s for each period.", **values
        )

    def _fee_money(self, amount):
        """Return an amount of the fee, and whether VAT is in it."""
        self.ensure_one()
        money = self.currency_id.format(amount)
        vat = self._fee_vat()
        if vat == "included":
            return self.env._("%s VAT included", money)
        if vat == "before":
            return self.env._("%s before VAT", money)
        return money


class ConciergerieCopayRule(models.Model):
    _inherit = "conciergerie.copay.rule"

    def _in_words(self):
        """Return the share, what it applies to, and its ceilings, in a sentence."""
        self.ensure_one()
        money = self.currency_id.format
        if self.scope == "1_service":
            scope = self.product_id.display_name
        elif self.scope == "2_category":
            scope = self.categ_id.name
        else:
            scope = self.env._("All services covered")
        caps = [
            text
            for cap, text in (
                (self.cap_operation, self.env._("%s per sale")),
                (self.cap_month, self.env._("%s per person and month")),
                (self.cap_year, self.env._("%s per person and year")),
            )
            if cap
            for text in [text % money(cap)]
        ]
        sentence = self.env._(
            "%(scope)s: %(share)s %% of the price, VAT included, from %(day)s",
            scope=scope,
            share=number_in_words(self.env, self.share),
            day=format_date(self.env, self.date_from),
        )
        if self.date_to:
            sentence = self.env._(
                "%(copay)s to %(day)s",
                copay=sentence,
                day=format_date(self.env, self.date_to),
            )
        if caps:
            sentence = self.env._(
                "%(copay)s; at most %(caps)s", copay=sentence, caps=", ".join(caps)
            )
        return f"{sentence}."
