import re

from odoo import Command
from odoo.fields import Date
from odoo.tools import format_date
from odoo.tools.misc import format_amount

from odoo.addons.conciergerie_base.tests.common import ConciergerieCommon


class SubsidiesCommon(ConciergerieCommon):
    """A programme with two funders, a manager who keeps a dossier, an administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._new_user("administrator")
        funder = cls.env.ref("conciergerie_base.audience_funder")
        cls.gal, cls.region, cls.state, cls.foundation = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "funder_kind": kind,
                    "audience_ids": [Command.set(funder.ids)],
                }
                for name, kind in (
                    ("GAL of the Valleys", "eu"),
                    ("Region", "region"),
                    ("Prefecture", "state"),
                    ("Foundation of the Hills", "foundation"),
                )
            ]
        )
        cls.kinds = {
            kind.code: kind for kind in cls.env["conciergerie.expense.kind"].search([])
        }
        cls.leader = cls._new_programme()

    @classmethod
    def _heading(cls, code):
        return cls.env.ref(f"conciergerie_subsidies.heading_12156_{code}")

    @classmethod
    def _new_programme(cls, **values):
        return cls.env["conciergerie.programme"].create(
            {
                "name": "LEADER",
                "funder_id": cls.gal.id,
                "aid_rate": 64.0,
                "public_rate_max": 80.0,
                "own_share_min": 20.0,
                "cap_before_balance": 80.0,
                **values,
            }
        )

    @classmethod
    def _new_dossier(cls, user=None, lines=(), **values):
        """Make a dossier as the manager; ``lines`` are of ``_line`` and ``_money``."""
        dossier = (
            cls.env["conciergerie.dossier"]
            .with_user(user or cls.manager)
            .create(
                {
                    "name": "Round of the villages",
                    "programme_id": cls.leader.id,
                    "company_id": cls.company.id,
                    "site_id": cls.site.id,
                    "date_from": "2027-01-01",
                    "date_to": "2027-12-31",
                    **values,
                }
            )
        )
        dossier.budget_line_ids = [Command.create(vals) for vals in lines]
        return dossier

    @classmethod
    def _cost(cls, code, amount, **values):
        return {
            "side": "expense",
            "heading_id": cls._heading(code).id,
            "planned_amount": amount,
            **values,
        }

    @classmethod
    def _resource(cls, amount, funder=None, code="74", **values):
        return {
            "side": "resource",
            "heading_id": cls._heading(code).id,
            "name": funder.name if funder else "Own share",
            "funder_id": funder.id if funder else False,
            "is_own": not funder,
            "planned_amount": amount,
            **values,
        }

    @classmethod
    def _balanced(cls, **values):
        """Make a dossier of 37 600 that may be filed: CASES D2 with 15 %."""
        return cls._new_dossier(
            lines=[
                cls._cost("64_wages", 24000.0),
                cls._cost("61_rent", 13600.0),
                cls._resource(24064.0, cls.gal, "74_eu"),
                cls._resource(6016.0, cls.region, "74_region"),
                cls._resource(7520.0, code="own"),
            ],
            requested_amount=24064.0,
            **values,
        )

    def _award(self, dossier, user=None, **values):
        """Record an award through the dialog, as the manager does."""
        kind = values.pop("kind", "award")
        wizard = (
            self.env["conciergerie.award.wizard"]
            .with_user(user or self.manager)
            .create({"dossier_id": dossier.id, "kind": kind, **values})
        )
        wizard.action_record()
        return dossier.award_ids.sorted("id")[-1]

    def _check(self, dossier, code, date=None):
        checks = {c["code"]: c for c in dossier._check_eligibility(date)}
        return checks.get(code)

    @staticmethod
    def _date(text):
        return Date.to_date(text)

    def _money(self, amount):
        """Return an amount as sentences show it, whatever the language."""
        return format_amount(self.env, amount, self.company.currency_id)

    def _assert_refused(self, error, amounts, function):
        """Check that a call is refused with the figures in its sentence."""
        with self.assertRaises(error) as refusal:
            function()
        for amount in amounts:
            self.assertIn(self._money(amount), str(refusal.exception))

    def _day(self, text):
        """Return a pattern of a date as sentences show it."""
        return re.escape(format_date(self.env, text))
