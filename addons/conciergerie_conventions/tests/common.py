from odoo import Command

from odoo.addons.conciergerie_base.tests.common import ConciergerieCommon


class ConventionsCommon(ConciergerieCommon):
    """One employer and one commune that pay for people, on the French chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employer, cls.town = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "lang": "en_US"}
                for name in ("Biscuiterie du Val", "Commune of Valmont")
            ]
        )
        cls.bank = cls.company_data["default_journal_bank"]

    @classmethod
    def _new_convention(cls, payer=None, sign=True, rules=(), **values):
        """Create a convention, by default with the employer, running since January.

        :param rules: dicts of co-pay rules; 50 % capped at 10.00 where none is given
            and there is no fee either
        """
        payer = payer or cls.employer
        if not rules and not values.get("contract_line_ids"):
            rules = [{"share": 50.0, "cap_operation": 10.0}]
        convention = cls.env["contract.contract"].create(
            {
                "name": f"Convention {payer.name}",
                "code": f"C{payer.id}",
                "partner_id": payer.id,
                "company_id": cls.company.id,
                "is_convention": True,
                "convention_kind": "employer",
                "start_date": "2026-01-01",
                "copay_rule_ids": [
                    Command.create({"date_from": "2026-01-01", **rule})
                    for rule in rules
                ],
                **values,
            }
        )
        if sign:
            convention.action_propose()
            convention.action_sign()
        return convention

    @classmethod
    def _entitle(cls, convention, person=None, **values):
        return cls.env["conciergerie.entitlement"].create(
            {
                "convention_id": convention.id,
                "partner_id": (person or cls.beneficiary).id,
                "date_from": "2026-01-01",
                **values,
            }
        )
