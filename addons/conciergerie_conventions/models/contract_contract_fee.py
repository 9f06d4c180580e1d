from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import format_date

from .fee_facts import FeeFacts


class ContractContract(models.Model):
    """The fee of a convention: one invoice for each period, dated as agreed."""

    _inherit = "contract.contract"

    # The counter opens a convention and reads no fee: OCA's compute asks the lines.
    currency_id = fields.Many2one(compute_sudo=True)
    fee_offset_days = fields.Integer(
        string="Invoice Dated (days after)",
        help="Days after the last day of the period (post-paid) or its first "
        "(pre-paid); 0 for that very day. It is made once the period is over where "
        "people or uses are counted.",
    )
    is_fee_prorated = fields.Boolean(
        string="Cut Periods by Days",
        help="A flat fee or a step counts the days of a first or last period that is "
        "not whole; otherwise it is due whole.",
    )
    is_fee_posted = fields.Boolean(
        string="Post by Itself",
        help="The invoices of the fee are posted when they are made; otherwise they "
        "wait as drafts.",
    )
    headcount_ids = fields.One2many(
        comodel_name="conciergerie.convention.headcount",
        inverse_name="convention_id",
        string="Headcounts",
    )
    has_declared_heads = fields.Boolean(compute="_compute_has_declared_heads")
    fee_left = fields.Text(
        string="Still to Invoice",
        compute="_compute_fee_left",
        help="Of a convention that ended.",
    )
    can_invoice_left = fields.Boolean(compute="_compute_fee_left")

    _fee_offset_check = models.Constraint(
        "CHECK(fee_offset_days >= 0)",
        "The date of the invoice is the period's or later: give 0 days or more.",
    )

    @api.depends("contract_line_ids.fee_kind", "contract_line_ids.head_source")
    def _compute_has_declared_heads(self):
        for contract in self:
            contract.has_declared_heads = any(
                line.fee_kind == "head" and line.head_source == "declared"
                for line in contract.contract_line_ids
            )

    @api.depends("state", "contract_line_ids.last_date_invoiced")
    def _compute_fee_left(self):
        ended = self.filtered(lambda c: c.is_convention and c.state == "ended")
        facts = FeeFacts(ended)
        for contract in self:
            sentences, corrections = [], []
            if contract in ended:
                sentences = contract._fee_left()
                corrections = contract._fee_left_corrections(facts)
            contract.fee_left = "\n".join(sentences + corrections) or False
            contract.can_invoice_left = bool(corrections and not sentences)

    def _fee_left(self):
        """Return a sentence for each fee with periods that are not invoiced yet."""
        self.ensure_one()
        sentences = []
        for line in self._fee_lines():
            first = line.next_period_date_start
            if not line.recurring_next_date or not first:
                continue
            sentences.append(
                self.env._(
                    "%(fee)s from %(first)s to %(last)s: invoice of %(day)s.",
                    fee=line.name,
                    first=format_date(self.env, first),
                    last=format_date(self.env, line.date_end)
                    if line.date_end
                    else self.env._("(no end)"),
                    day=format_date(self.env, line.recurring_next_date),
                )
            )
        return sentences

    def _fee_left_corrections(self, facts):
        self.ensure_one()
        sentences = []
        for line in self._fee_lines():
            for month, due, invoiced in line._fee_corrections(
                facts, line.last_date_invoiced
            ):
                sentences.append(
                    self.env._(
                        "%(fee)s, %(month)s: %(due)s instead of %(invoiced)s.",
                        fee=line.name,
                        month=line._fee_month_name(month),
                        due=line.currency_id.format(due),
                        invoiced=line.currency_id.format(invoiced),
                    )
                )
        return sentences

    def _fee_lines(self):
        return self.contract_line_ids.filtered(
            lambda line: not line.display_type and not line.is_canceled
        )

    # ------------------------------------------------------------------
    # Creation, term
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A convention is invoiced at the end of its period unless said otherwise."""
        for vals in vals_list:
            if vals.get("is_convention"):
                vals.setdefault("recurring_invoicing_type", "post-paid")
        return super().create(vals_list)

    def write(self, vals):
        if "start_date" in vals:
            start = fields.Date.to_date(vals["start_date"])
            for contract in self.filtered(lambda c: c.is_convention and start):
                contract.contract_line_ids.filtered(
                    lambda li, c=contract: (
                        not li.last_date_invoiced
                        and li.date_start == c._default_fee_start()
                    )
                ).date_start = start
        result = super().write(vals)
        if vals.keys() & {
            "recurring_invoicing_type",
            "recurring_rule_type",
            "line_recurrence",
        }:
            self.contract_line_ids._check_counted_fee()
        return result

    def _default_fee_start(self):
        """Return the first day of a fee: the convention's, today once it runs."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        return today if self.state == "running" else self.start_date or today

    def _end(self, day):
        """Cut the fees at the last day; say what is still to be invoiced."""
        result = super()._end(day)
        for contract in self.filtered("is_convention"):
            beyond = []
            for line in contract._fee_lines():
                if line.date_start > day:
                    line.is_canceled = True
                    continue
                if line.date_end and line.date_end <= day:
                    # Ended before, as agreed: it does not begin again.
                    continue
                invoiced = line.last_date_invoiced
                if invoiced and invoiced > day:
                    beyond.append((line.name, invoiced))
                line.date_end = max(day, invoiced) if invoiced else day
            contract._tell_what_is_left(beyond)
        return result

    def _tell_what_is_left(self, beyond):
        """Post what an ended convention will still be invoiced for.

        :param beyond: ``(fee, day)`` invoiced in advance until a day after the end
        """
        self.ensure_one()
        sentences = self._fee_left()
        sentences += [
            self.env._(
                "%(fee)s is invoiced until %(day)s, after the end: make a credit note "
                "if you agreed to give it back.",
                fee=name,
                day=format_date(self.env, day),
            )
            for name, day in beyond
        ]
        if sentences:
            self._post_fee_note(self.env._("Still to invoice:"), sentences)

    def _post_fee_note(self, title, sentences):
        self.message_post(
            body=escape(title)
            + Markup("<ul>%s</ul>")
            % Markup("").join(Markup("<li>%s</li>") % s for s in sentences)
        )
