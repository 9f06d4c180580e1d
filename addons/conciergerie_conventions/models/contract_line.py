from calendar import monthrange

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .fee_facts import month_slices

COUNTED = ("head", "use", "step")
# What months already invoiced were counted on.
FROZEN = ("fee_kind", "head_source", "head_minimum", "specific_price", "date_start")
FOLLOWED = ("recurring_rule_type", "recurring_invoicing_type", "recurring_interval")


class ContractLine(models.Model):
    """A fee of a convention: flat, or counted by head, by use or by steps.

    The recurrence is the convention's; the invoice lines of a counted fee are one for
    each month and fraction of it (case C1).
    """

    _inherit = "contract.line"

    fee_kind = fields.Selection(
        selection=[
            ("flat", "Flat"),
            ("head", "By head"),
            ("use", "By use"),
            ("step", "By steps of use"),
        ],
        default="flat",
        required=True,
        help="Flat: the price for each period. By head: the price for each entitled "
        "person and month. By use: the price for each sale covered. By steps: the fee "
        "of the step that the sales of the month reach.",
    )
    head_source = fields.Selection(
        selection=[
            ("list", "The list of people"),
            ("declared", "Headcount declared each month"),
        ],
        string="Heads from",
        default="list",
        help="The list: those confirmed, without their family, by days where they "
        "joined or left within the month. Declared: the figure of the month as it is.",
    )
    head_minimum = fields.Integer(
        string="Heads at Least",
        help="Invoiced each month even if there are fewer; 0 for none.",
    )
    fee_price_ids = fields.One2many(
        comodel_name="conciergerie.fee.price",
        inverse_name="contract_line_id",
        string="Dated Prices",
    )
    fee_step_ids = fields.One2many(
        comodel_name="conciergerie.fee.step",
        inverse_name="contract_line_id",
        string="Steps",
        copy=True,
    )
    is_convention = fields.Boolean(related="contract_id.is_convention")

    _head_minimum_positive = models.Constraint(
        "CHECK(head_minimum >= 0)", "The least number of heads is not negative."
    )

    # ------------------------------------------------------------------
    # Recurrence: the convention's
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        contracts = self.env["contract.contract"]
        prepared = []
        for vals in vals_list:
            contract = contracts.browse(vals.get("contract_id"))
            if contract.is_convention and not contract.line_recurrence:
                # A default would hide what the convention says.
                vals = {**vals, **{name: contract[name] for name in FOLLOWED}}
                vals["date_start"] = vals.get("date_start") or (
                    contract._default_fee_start()
                )
            prepared.append(vals)
        return super().create(prepared)

    def write(self, vals):
        for line in self.filtered(
            lambda li: li.is_convention and li.last_date_invoiced
        ):
            if any(
                name in vals and line._fee_value_differs(name, vals[name])
                for name in FROZEN
            ):
                raise UserError(
                    self.env._(
                        "A fee change in the past: %(fee)s of %(convention)s is "
                        "invoiced until %(day)s. Give it a dated price, or end it and "
                        "add another fee.",
                        fee=line.name,
                        convention=line.contract_id.display_name,
                        day=line.last_date_invoiced.strftime("%d/%m/%Y"),
                    )
                )
        return super().write(vals)

    def _fee_value_differs(self, name, value):
        field = self._fields[name]
        return self[name] != field.convert_to_record(
            field.convert_to_cache(value, self), self
        )

    def _set_recurrence_field(self, field):
        """Follow the convention, but for what each fee has of its own."""
        own = self.filtered(
            lambda li: (
                li.is_convention and field in ("date_start", "recurring_next_date")
            )
        )
        for line in own:
            line[field] = line[field]
        return super(ContractLine, self - own)._set_recurrence_field(field)

    @api.depends("contract_id.is_convention", "contract_id.fee_offset_days")
    def _compute_recurring_invoicing_offset(self):
        conventions = self.filtered("is_convention")
        for line in conventions:
            line.recurring_invoicing_offset = line.contract_id.fee_offset_days
        return super(
            ContractLine, self - conventions
        )._compute_recurring_invoicing_offset()

    @api.constrains(
        "fee_kind", "recurring_invoicing_type", "recurring_rule_type", "date_start"
    )
    def _check_counted_fee(self):
        for line in self.filtered(lambda li: li._is_counted_fee()):
            names = {"fee": line.name, "convention": line.contract_id.display_name}
            if line.recurring_invoicing_type == "pre-paid":
                raise ValidationError(
                    self.env._(
                        "%(fee)s of %(convention)s counts people or uses, known at the "
                        "end of a month only: choose “Post-paid” for its invoices.",
                        **names,
                    )
                )
            if line.recurring_rule_type in ("daily", "weekly") or (
                line.recurring_rule_type != "monthlylastday"
                and line.date_start
                and line.date_start.day != 1
            ):
                raise ValidationError(
                    self.env._(
                        "%(fee)s of %(convention)s is counted by calendar months: let "
                        "it begin on the 1st, or choose “Month(s) last day”.",
                        **names,
                    )
                )

    @api.constrains("specific_price", "quantity")
    def _check_fee_positive(self):
        for line in self.filtered("is_convention"):
            if line.specific_price < 0 or line.quantity < 0:
                raise ValidationError(
                    self.env._(
                        "The fee “%s” is negative: a payer is not paid by its "
                        "convention.",
                        line.name,
                    )
                )

    @api.constrains("fee_kind", "fee_step_ids")
    def _check_steps(self):
        for line in self.filtered(lambda li: li.fee_kind == "step"):
            sets = line.fee_step_ids.grouped("date_from")
            if not sets or any(0 not in s.mapped("from_uses") for s in sets.values()):
                raise ValidationError(
                    self.env._(
                        "The steps of %s have a gap: one has to begin at 0 uses.",
                        line.name,
                    )
                )

    def _is_counted_fee(self):
        """Say whether the fee is counted by month instead of agreed flat."""
        self.ensure_one()
        return bool(
            self.is_convention and not self.display_type and self.fee_kind in COUNTED
        )

    # ------------------------------------------------------------------
    # What a month costs
    # ------------------------------------------------------------------

    def _fee_price_on(self, day):
        """Return the price in force on a day, in the convention's currency."""
        self.ensure_one()
        dated = self.fee_price_ids.filtered(lambda p: p.date_from <= day)
        if dated:
            return dated.sorted("date_from")[-1].price
        return self.specific_price if self._is_counted_fee() else self.price_unit

    def _fee_step_on(self, day, uses):
        """Return the step that a number of uses reaches, with the steps of a day."""
        steps = self._fee_steps_on(day)
        return steps.filtered(lambda s: s.from_uses <= max(uses, 0))[-1:]

    def _fee_steps_on(self, day):
        """Return the steps in force on a day, the lowest first."""
        self.ensure_one()
        begun = self.fee_step_ids.filtered(
            lambda s: not s.date_from or s.date_from <= day
        )
        latest = max((s.date_from for s in begun if s.date_from), default=False)
        return begun.filtered(lambda s: s.date_from == latest).sorted("from_uses")

    def _fee_parts(self, facts, first, last):
        """Count a month of a fee: one part for each fraction (case C1).

        :param FeeFacts facts: what is counted
        :param date first: first day of the month that the fee covers
        :param date last: its last day
        :return: list of ``(price rounded, quantity, words)``, nothing of zero
        """
        self.ensure_one()
        currency = self.currency_id
        days_of_month = monthrange(first.year, first.month)[1]
        whole = (last - first).days + 1
        price = self._fee_price_on(first)
        contract = self.contract_id
        if self.fee_kind == "use":
            parts = [(price, facts.uses(contract, first, last), "")]
        elif self.fee_kind == "step":
            uses = facts.uses(contract, first, last)
            amount = self._fee_step_on(first, uses).amount
            if contract.is_fee_prorated:
                amount = currency.round(amount * whole / days_of_month)
            parts = [(amount, 1, self.env._("%s uses", uses))]
        else:
            parts = [
                (
                    currency.round(price * days / days_of_month),
                    number,
                    ""
                    if days == days_of_month
                    else self.env._(
                        "%(days)s of %(all)s days", days=days, all=days_of_month
                    ),
                )
                for days, number in sorted(
                    self._fee_heads(facts, first, last, whole).items(), reverse=True
                )
            ]
        return [part for part in parts if part[0] and part[1]]

    def _fee_heads(self, facts, first, last, whole):
        """Count the heads of a month by days, filled up to the least number."""
        self.ensure_one()
        if self.head_source == "declared":
            declared = facts.headcount(self.contract_id, first) or 0
            return {whole: max(declared, self.head_minimum)}
        heads = facts.head_days(self.contract_id, first, last)
        missing = self.head_minimum - sum(heads.values())
        if missing > 0:
            heads[whole] += missing
        return heads

    def _fee_amount(self, facts, first, last):
        """Return what a month costs, the sum of its parts."""
        return self.currency_id.round(
            sum(
                price * quantity
                for price, quantity, _words in self._fee_parts(facts, first, last)
            )
        )

    def _fee_corrections(self, facts, until):
        """Compare the months invoiced with the fee counted again.

        :param FeeFacts facts: what is counted
        :param date until: last day to compare
        :return: list of ``(first day of the month, due, invoiced)`` where they differ
        """
        self.ensure_one()
        if not self._is_counted_fee() or not until or self.is_canceled:
            return []
        found = []
        for first, last in month_slices(self.date_start, until):
            due = self._fee_amount(facts, first, last)
            invoiced = facts.invoiced(self, first)
            if self.currency_id.compare_amounts(due, invoiced):
                found.append((first, due, invoiced))
        return found

    # ------------------------------------------------------------------
    # Invoice lines
    # ------------------------------------------------------------------

    def _prepare_invoice_line(self):
        vals = super()._prepare_invoice_line()
        if not self.is_convention or self.display_type:
            return vals
        first, last, _day = self._get_period_to_invoice(
            self.last_date_invoiced, self.recurring_next_date
        )
        if self._is_counted_fee():
            # Told to the convention, which makes the lines of it.
            vals["fee_period"] = (first, last)
        else:
            vals["price_unit"] = self._flat_fee(first, last)
            if first and "#" not in self.name:
                days = format_date(self.env, first), format_date(self.env, last)
                vals["name"] += "\n{} – {}".format(*days)
        return vals

    def _flat_fee(self, first, last):
        """Return the flat fee of a period, by days where it is cut and agreed so."""
        self.ensure_one()
        price = self._fee_price_on(first)
        if not self.contract_id.is_fee_prorated:
            return price
        contract = self.contract_id
        if contract.term_end and not contract._is_renewing():
            last = max(first, min(last, contract.term_end))
        delta = self.get_relative_delta(
            self.recurring_rule_type, self.recurring_interval
        )
        begin = (
            first.replace(day=1)
            if self.recurring_rule_type == "monthlylastday"
            else first
        )
        days = (last - first).days + 1
        of_period = (begin + delta - relativedelta(days=1) - begin).days + 1
        if days == of_period:
            return price
        return self.currency_id.round(price * days / of_period)

    def _prepare_fee_lines(self, facts, vals):
        """Make of one prepared invoice line those of a counted fee.

        :param FeeFacts facts: what is counted
        :param dict vals: from ``_prepare_invoice_line``
        :return: list of values, each with what it keeps of the month invoiced
        """
        self.ensure_one()
        first, last = vals.pop("fee_period")
        made = []
        for month, due, invoiced in self._fee_corrections(
            facts, self.last_date_invoiced and first - relativedelta(days=1)
        ):
            made.append(self._prepare_correction(facts, vals, month, due, invoiced))
        for begin, end in month_slices(first, last):
            for price, quantity, words in self._fee_parts(facts, begin, end):
                label = ", ".join(filter(None, (self._fee_month_name(begin), words)))
                made.append(
                    self._prepare_fee_part(facts, vals, begin, price, quantity, label)
                )
        return made

    def _prepare_correction(self, facts, vals, month, due, invoiced):
        label = self.env._(
            "%(month)s put right: %(due)s instead of %(invoiced)s",
            month=self._fee_month_name(month),
            due=self.currency_id.format(due),
            invoiced=self.currency_id.format(invoiced),
        )
        price = self.currency_id.round(due - invoiced)
        return self._prepare_fee_part(facts, vals, month, price, 1, label, True)

    def _prepare_fee_part(
        self, facts, vals, month, price, quantity, label, correction=False
    ):
        amount = self.currency_id.round(price * quantity)
        facts.remember(self, month, amount)
        return {
            **vals,
            "name": f"{vals['name']}\n{label}",
            "price_unit": price,
            "quantity": quantity,
            "fee_month_ids": [
                Command.create(
                    {
                        "contract_line_id": self.id,
                        "month": month.replace(day=1),
                        "amount": amount,
                        "is_correction": correction,
                    }
                )
            ],
        }

    def _fee_month_name(self, day):
        return format_date(
            self.env, day, date_format="MMMM y", lang_code=self.env.lang or "en_US"
        )
