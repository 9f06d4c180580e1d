from odoo import api, models
from odoo.exceptions import UserError

# Given by our own steps to write the state: nothing that a client sends is it.
STEP = object()
# Who agreed with whom: what was read, signed and invoiced goes by it.
PARTIES = ("is_convention", "convention_kind", "partner_id", "company_id")
DATES = ("start_date", "term_end")
# States in which the other party has read what is agreed.
KNOWN = ("proposed", "signed", "running")
# Words of a fee in a convention that its payer knows.
FEE_WORDS = (
    *("specific_price", "price_unit", "quantity", "fee_kind"),
    *("head_source", "head_minimum", "date_start", "date_end"),
)


class ContractContract(models.Model):
    """What was agreed stays: steps by their buttons, parties and dates as they were."""

    _inherit = "contract.contract"

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        contracts._check_step(contracts.filtered(lambda c: c.state != "draft"))
        return contracts

    def write(self, vals):
        conventions = self.filtered("is_convention")
        if "state" in vals:
            self._check_step(conventions)
        conventions._check_agreed(vals)
        contracts = self
        if self.env.context.get("convention_step"):
            # Nothing that is called from here takes a step of its own by it.
            contracts = self.with_context(convention_step=None)
        return super(ContractContract, contracts).write(vals)

    def _write_step(self, vals):
        """Write a step of the life cycle, as its methods alone do.

        :param dict vals: the state, and what comes with it
        """
        return self.with_context(convention_step=STEP).write(vals)

    def _check_step(self, conventions):
        """Refuse a state that no step of the life cycle gave.

        :raise UserError: naming the convention
        """
        if conventions and self.env.context.get("convention_step") is not STEP:
            raise UserError(
                self.env._(
                    "The state of %s changes by its buttons only.",
                    conventions[0].display_name,
                )
            )

    def _check_agreed(self, vals):
        """Refuse another payer after the proposal, other dates after the end.

        :raise UserError: saying what to do instead
        """
        for contract in self:
            if contract.state != "draft" and contract._differs(PARTIES, vals):
                raise UserError(
                    self.env._(
                        "%s was proposed: who pays in it stays. Take it back to draft, "
                        "or end it and make another one.",
                        contract.display_name,
                    )
                )
            if (
                contract.state == "ended"
                and "state" not in vals
                and contract._differs(DATES, vals)
            ):
                raise UserError(
                    self.env._(
                        "%s has ended: its dates stay. Make another convention.",
                        contract.display_name,
                    )
                )

    def _differs(self, names, vals):
        """Say whether values differ from those of a convention."""
        self.ensure_one()
        for name in vals.keys() & set(names):
            field = self._fields[name]
            value = field.convert_to_cache(vals[name], self)
            if self[name] != field.convert_to_record(value, self):
                return True
        return False

    def _tell_changes(self, title, before, after):
        """Note in the thread what was changed of an agreement its payer knows.

        :param str title: what was changed
        :param str before: its words until now, empty where it is new
        :param str after: its words from now on, empty where it was taken away
        """
        self.ensure_one()
        if self.is_convention and self.state in KNOWN and before != after:
            self._message_log(
                body=self.env._(
                    "%(title)s: %(before)s → %(after)s",
                    title=title,
                    before=before or self.env._("nothing"),
                    after=after or self.env._("nothing"),
                )
            )


class ConciergerieCopayRule(models.Model):
    _inherit = "conciergerie.copay.rule"

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        for rule in rules.filtered(lambda r: r.convention_id.state in KNOWN):
            rule._tell_change("", rule._in_words())
        return rules

    def write(self, vals):
        known = self.filtered(lambda rule: rule.convention_id.state in KNOWN)
        before = {rule: rule._in_words() for rule in known}
        result = super().write(vals)
        for rule, words in before.items():
            rule._tell_change(words, rule._in_words())
        return result

    def _tell_change(self, before, after):
        self.convention_id._tell_changes(self.env._("Co-pay changed"), before, after)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used_sudo = self.env["conciergerie.copay.use"].sudo()
        used_sudo = used_sudo.search([("rule_id", "in", self.ids)], limit=1)
        if used_sudo:
            raise UserError(
                self.env._(
                    "This co-pay of %s was used: give it a last day instead of "
                    "deleting it.",
                    used_sudo.convention_id.display_name,
                )
            )
        for rule in self:
            rule._tell_change(rule._in_words(), "")


class ContractLine(models.Model):
    _inherit = "contract.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines.filtered(
            lambda li: li.is_convention and li.contract_id.state in KNOWN
        ):
            line._tell_change("", line._fee_in_words())
        return lines

    def write(self, vals):
        known = self.browse()
        if vals.keys() & set(FEE_WORDS):
            known = self.filtered(
                lambda li: li.is_convention and li.contract_id.state in KNOWN
            )
        before = {line: line._fee_in_words() for line in known}
        result = super().write(vals)
        for line, words in before.items():
            line._tell_change(words, line._fee_in_words())
        return result

    def _tell_change(self, before, after):
        self.contract_id._tell_changes(self.env._("Fee changed"), before, after)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        for line in self.filtered("is_convention"):
            if line.last_date_invoiced:
                raise UserError(
                    self.env._(
                        "%(fee)s of %(convention)s is invoiced until %(day)s: give it "
                        "a last day instead of deleting it.",
                        fee=line.name,
                        convention=line.contract_id.display_name,
                        day=line.last_date_invoiced.strftime("%d/%m/%Y"),
                    )
                )
            line._tell_change(line._fee_in_words(), "")
