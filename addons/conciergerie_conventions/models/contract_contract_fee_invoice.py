from contextlib import suppress

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.conciergerie_base.lock import lock_for_update

from .fee_facts import FeeFacts


class ContractContract(models.Model):
    """The invoices of a convention: one for each period, dated as agreed."""

    _inherit = "contract.contract"

    @api.model
    def _get_contracts_to_invoice_domain(self, date_ref=None):
        """Leave out conventions that are not signed or do not run yet."""
        return super()._get_contracts_to_invoice_domain(date_ref) & (
            Domain("is_convention", "=", False)
            | Domain("state", "in", ("running", "ended"))
        )

    def recurring_create_invoice(self):
        """Make the next invoice by hand, before its day where nothing is counted.

        :raise UserError: the convention does not run, or its period is not over
        """
        self.ensure_one()
        if self.is_convention:
            self._check_state(("running", "ended"))
            ending = self._fee_period_not_over(fields.Date.context_today(self))
            if ending:
                raise UserError(
                    self.env._(
                        "%(convention)s counts people or uses until %(day)s: its "
                        "invoice is made afterwards.",
                        convention=self.display_name,
                        day=format_date(self.env, ending),
                    )
                )
        return super().recurring_create_invoice()

    def _fee_period_not_over(self, today):
        """Return the last day of a counted period to invoice next and not over."""
        self.ensure_one()
        ends = self.contract_line_ids.filtered(
            lambda line: (
                line._is_counted_fee()
                and line.next_period_date_end
                and line.recurring_next_date == self.recurring_next_date
            )
        ).mapped("next_period_date_end")
        return max(filter(lambda day: day >= today, ends), default=False)

    def _prepare_recurring_invoices_values(self, date_ref=False):
        """One invoice for each period of a convention, dated as agreed.

        A period whose invoice comes to nothing passes with a note instead; what is
        known of it later comes with the next invoice.
        """
        conventions = self.filtered("is_convention")
        values = super(
            ContractContract, self - conventions
        )._prepare_recurring_invoices_values(date_ref)
        facts = FeeFacts(conventions)
        for contract in conventions:
            for day in contract._fee_days(date_ref):
                made = super(
                    ContractContract, contract
                )._prepare_recurring_invoices_values(day)
                values += contract._expand_fee_lines(made, facts)
        return values

    def _fee_days(self, date_ref):
        """Iterate over the days of the invoices due; the next one where none is given.

        Each comes after the period before it is invoiced.
        """
        self.ensure_one()
        if self.state not in ("running", "ended"):
            return
        if date_ref and self._is_term_over(date_ref):
            # Before a period that it does not have any more is invoiced in advance.
            self._end(self.term_end)
        day = self.recurring_next_date
        if not date_ref and day:
            yield day
            return
        while day and day <= date_ref and not self._fee_period_not_over(date_ref):
            yield day
            if self.recurring_next_date == day:
                break
            day = self.recurring_next_date

    def _is_term_over(self, day):
        self.ensure_one()
        return bool(
            self.state == "running"
            and self.term_end
            and self.term_end < day
            and not self._is_renewing()
        )

    def _expand_fee_lines(self, invoices, facts):
        """Put the lines of counted fees in prepared invoices.

        A total below zero makes a credit note; no line, no invoice.

        :param list invoices: values from OCA's method
        :param FeeFacts facts: what is counted
        :return: list of values
        """
        self.ensure_one()
        kept = []
        for vals in invoices:
            commands, empty = [], []
            for command in vals["invoice_line_ids"]:
                line_vals = command[2]
                if "fee_period" not in line_vals:
                    commands.append(command)
                    continue
                line = self._in_payers_words().contract_line_ids.browse(
                    line_vals["contract_line_id"]
                )
                first = line_vals["fee_period"][0]
                made = line._prepare_fee_lines(facts, line_vals)
                commands += [Command.create(made_vals) for made_vals in made]
                if line.fee_kind == "head" and not any(
                    made_vals["fee_month_ids"][0][2]["month"] >= first.replace(day=1)
                    for made_vals in made
                ):
                    empty.append((line, first))
            vals["invoice_line_ids"] = commands
            self._tell_no_heads(empty)
            lines = [
                c[2]
                for c in commands
                if c[2].get("display_type", "product") == "product"
            ]
            if lines:
                kept.append(self._as_credit_note(vals, lines))
        return kept

    def _in_payers_words(self):
        return self.with_context(lang=self.invoice_partner_id.lang or self.env.lang)

    def _as_credit_note(self, vals, lines):
        total = sum(li["price_unit"] * li["quantity"] for li in lines)
        if self.currency_id.compare_amounts(total, 0) < 0:
            vals["move_type"] = "out_refund"
            for line in lines:
                line["quantity"] = -line["quantity"]
        return vals

    def _tell_no_heads(self, empty):
        """Say on the convention that a month had nobody to invoice."""
        if not empty or self.env.context.get("fee_preview"):
            return
        sentences = [
            self.env._(
                "%(fee)s: nobody to invoice in %(month)s. What you enter later for it "
                "comes with the next invoice.",
                fee=line.name,
                month=format_date(self.env, day, date_format="MMMM y"),
            )
            for line, day in empty
        ]
        self._post_fee_note(self.env._("Headcount of zero"), sentences)
        summary = self.env._("Headcount of zero")
        if summary not in self.activity_ids.mapped("summary"):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=Markup("<br/>").join(sentences),
                user_id=(self.user_id or self.env.user).id,
            )

    def _recurring_create_invoice(self, date_ref=False):
        moves = super()._recurring_create_invoice(date_ref)
        self._post_fee_invoices(moves)
        return moves

    def _post_fee_invoices(self, moves):
        """Post the invoices of the conventions that agreed to it.

        One that cannot be posted stays a draft; its convention says why.
        """
        posted = moves.filtered(
            lambda move: move._fee_conventions().filtered("is_fee_posted")
        )
        if not posted:
            return
        with suppress(UserError), self.env.cr.savepoint():
            posted.action_post()
            return
        # One by one, so that only those at fault stay drafts.
        for move in posted:
            try:
                with self.env.cr.savepoint():
                    move.action_post()
            except UserError as error:
                move._tell_not_posted(str(error))

    def _cron_recurring_create(self, date_ref=False, create_type="invoice"):
        """Also make the last post-paid invoice, which OCA's cron leaves out.

        It skips what is dated after the end, as the invoice of a last period is.
        """
        result = super()._cron_recurring_create(date_ref, create_type)
        day = date_ref or fields.Date.context_today(self)
        last = self.search(
            self._get_contracts_to_invoice_domain(day)
            & Domain("is_convention", "=", True)
            & Domain("date_end", "!=", False)
        ).filtered(lambda c: c.recurring_next_date > c.date_end)
        for contract in last:
            try:
                with self.env.cr.savepoint():
                    contract.with_company(
                        contract.company_id
                    )._recurring_create_invoice(day)
                contract._clear_invoice_generation_error()
            except Exception as error:
                contract._record_invoice_generation_error(error, create_type)
        return result

    def action_invoice_left(self):
        """Invoice what was said after the last invoice of an ended convention.

        :return: the action that opens the invoice
        :raise UserError: nothing is left
        """
        self.ensure_one()
        self._check_state(("ended",))
        # A second user waits here, and finds what the first has invoiced.
        lock_for_update(self)
        facts = FeeFacts(self)
        vals = self._prepare_invoice(fields.Date.context_today(self))
        counted = (
            self._in_payers_words()
            ._fee_lines()
            .filtered(lambda line: line._is_counted_fee())
        )
        for line in counted:
            base = {**line._prepare_invoice_line(), "name": line.name}
            base.pop("fee_period")
            vals["invoice_line_ids"] += [
                Command.create(line._prepare_correction(facts, base, *correction))
                for correction in line._fee_corrections(facts, line.last_date_invoiced)
            ]
        if not vals["invoice_line_ids"]:
            raise UserError(
                self.env._("Nothing is left to invoice for %s.", self.display_name)
            )
        self._as_credit_note(vals, [c[2] for c in vals["invoice_line_ids"]])
        move = self.env["account.move"].create(vals)
        self._add_contract_origin(move)
        self._post_fee_invoices(move)
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "view_mode": "form",
        }

    def action_show_invoices(self):
        """Name the list in the language of the reader, as OCA's action is not."""
        return {**super().action_show_invoices(), "name": self.env._("Invoices")}

    # ------------------------------------------------------------------
    # What the next invoice will say
    # ------------------------------------------------------------------

    def _fee_preview(self):
        """Return the values of the next invoice, without making it or its notes.

        :return: values for ``account.move``, none where nothing is to come
        """
        self.ensure_one()
        day = self.recurring_next_date
        if not day:
            return {}
        contract = self.with_context(fee_preview=True)
        vals = contract._prepare_invoice(day)
        vals["invoice_line_ids"] = [
            Command.create(line._prepare_invoice_line())
            for line in contract._get_lines_to_invoice(day)
        ]
        return next(iter(contract._expand_fee_lines([vals], FeeFacts(self))), {})

    def action_preview_fee(self):
        """Open what the next invoice will say, as known today."""
        self.ensure_one()
        vals = self._fee_preview()
        lines = [
            command[2]
            for command in vals.get("invoice_line_ids", [])
            if command[2].get("display_type", "product") == "product"
        ]
        preview = self.env["conciergerie.fee.preview"].create(
            {
                "convention_id": self.id,
                "invoice_date": self.recurring_next_date,
                "is_credit_note": vals.get("move_type") == "out_refund",
                "total": sum(li["price_unit"] * li["quantity"] for li in lines),
                "line_ids": [
                    Command.create(
                        {
                            "name": line["name"],
                            "quantity": line["quantity"],
                            "price": line["price_unit"],
                            "amount": line["price_unit"] * line["quantity"],
                        }
                    )
                    for line in lines
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What the next invoice will say"),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }
