from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ContractContract(models.Model):
    """The code that a payer gives to its people, as the counter takes it."""

    _inherit = "contract.contract"

    @api.constrains("join_code", "company_id", "state")
    def _check_join_code_once(self):
        """Refuse one code for two conventions: the counter types nothing else."""
        for contract in self.filtered(lambda c: c.join_code and c.state != "ended"):
            others = self.sudo().search(
                [
                    ("id", "!=", contract.id),
                    ("company_id", "=", contract.company_id.id),
                    ("join_code", "!=", False),
                    ("state", "!=", "ended"),
                ]
            )
            same = others.filtered(lambda c, own=contract: c._is_same_code(own))
            if same:
                raise ValidationError(
                    self.env._(
                        "%(other)s has this code already: give %(convention)s another.",
                        other=same[0].name,
                        convention=contract.name,
                    )
                )

    def _is_same_code(self, other):
        self.ensure_one()
        return self._is_join_code_right(other.join_code)

    @api.model
    def _entitle_by_code(self, person, code):
        """Put a person on the list of the convention whose code was given.

        Meant for the counter, who may not change lists: the code is the right to. A
        wrong code is noted, and not raised, which would undo the note.

        :param person: ``res.partner`` that the user may read
        :param str code: as typed
        :raise AccessError: the user is not of the counter
        :raise UserError: too many wrong codes
        :return: ``(contract.contract, sentence)``; the contract is empty where the
            code is wrong, the same whether it is another company's or nobody's
        """
        person.ensure_one()
        person.check_access("read")
        self.env["conciergerie.entitlement.code"].check_access("create")
        attempt_sudo = self.env["conciergerie.code.attempt"].sudo()
        attempt_sudo._check_rest()
        today = fields.Date.context_today(self)
        convention_sudo = self.browse().sudo()
        for candidate in self.sudo().search(
            [
                ("is_convention", "=", True),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "running"),
                ("join_code", "!=", False),
            ]
        ):
            # All are compared, so that the time taken tells nothing.
            if candidate._is_join_code_right(code) and candidate._is_in_force(today):
                convention_sudo = candidate
        if not convention_sudo:
            attempt_sudo.create({"user_id": self.env.uid})
            return convention_sudo, self.env._(
                "No convention that runs today has this code. Check it with the "
                "person, or ask the manager."
            )
        return convention_sudo, convention_sudo._put_on_list_by_code(person, today)

    def _put_on_list_by_code(self, person, day):
        """Put a person on the list, with elevated rights; return what was done."""
        self.ensure_one()
        lines = self.env["conciergerie.entitlement"].search(
            [("convention_id", "=", self.id), ("partner_id", "=", person.id)]
        )
        names = {"person": person.name, "convention": self.name}
        current = lines.filtered(lambda line: not line.date_to or line.date_to >= day)
        if current.filtered(lambda line: line._is_valid_on(day)):
            return self.env._(
                "%(person)s is on the list of %(convention)s already.", **names
            )
        pending = current.filtered(lambda line: line.date_from <= day)
        if pending:
            pending[0].write({"state": "confirmed", "source": "code"})
            return self.env._("%(person)s is entitled by %(convention)s.", **names)
        self.env["conciergerie.entitlement"].create(
            {
                "convention_id": self.id,
                "partner_id": person.id,
                "given_name": person.name,
                "date_from": day,
                # A line that begins later goes on from there.
                "date_to": current
                and min(current.mapped("date_from")) - relativedelta(days=1),
                "source": "code",
            }
        )
        if self.convention_kind == "employer" and not person.employer_id:
            person.sudo().employer_id = self.commercial_partner_id
        return self.env._(
            "%(person)s is entitled by %(convention)s from today on.", **names
        )
