from odoo import Command

from odoo.addons.conciergerie_base.tests.isolation import IsolationMixin

from .isolation_tables import EXTENDED, OPENED, OWNED, ROUTES, STAFF_ONLY
from .portal_common import PayerPortalCase


class IsolationCase(IsolationMixin, PayerPortalCase):
    """Records of another employer, and calls as this one's portal user."""

    addons = ("conventions",)
    owned, staff_only, extended = OWNED, STAFF_ONLY, EXTENDED
    routes, opened = ROUTES, OPENED
    post_values = {
        "consent": "1",
        "day": "2026-11-01",
        "email": "x@example.com",
        "name": "Ana",
        "people": "Nom\nAna",
        "reason": "x",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._new_convention()
        cls.foundry = cls.env["res.partner"].create(
            {
                "name": "Fonderie Rivale",
                "is_company": True,
                "email": "foundry@example.com",
            }
        )
        cls.other = cls._new_convention(
            payer=cls.foundry,
            name="Rival agreement",
            code="RIVAL-1",
            join_code="Molten",
            contract_line_ids=[
                Command.create(
                    {"name": "Rival fee", "quantity": 1, "price_unit": 4321.0}
                )
            ],
            rules=[{"share": 47.0, "cap_operation": 10.0}],
        )
        cls.intruder = cls.factory_user
        cls.owner = cls._new_portal_contact("foundry", cls.foundry)
        cls.rpc_values = {"name": "Ana", "signature": cls.signature}
        person = cls.env["res.partner"].create(
            {"name": "Rivale Salariée", "email": "salariee@rival.example"}
        )
        entitlement = cls._entitle(cls.other, person, state="pending")
        use = (
            cls.env["conciergerie.copay.use"]
            .sudo()
            .create(
                {
                    "convention_id": cls.other.id,
                    "company_id": cls.company.id,
                    "payer_id": cls.foundry.id,
                    "partner_id": person.id,
                    "product_id": cls.ironing.id,
                    "date": "2026-03-17",
                    "quantity": 1.0,
                    "price_total": 200.0,
                    "share_amount": 98.76,
                }
            )
        )
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.foundry.id,
                "invoice_date": "2026-02-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Rival fee",
                            "price_unit": 4321.0,
                            "contract_line_id": cls.other.contract_line_ids.id,
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        statement = (
            cls.env["conciergerie.copay.statement"]
            .sudo()
            .create(
                {
                    "name": "RIVAL-STATEMENT",
                    "company_id": cls.company.id,
                    "convention_id": cls.other.id,
                    "payer_id": cls.foundry.id,
                    "date": "2026-04-01",
                    "period_end": "2026-03-31",
                    "people_count": 1,
                    "use_count": 1,
                    "share_amount": 98.76,
                    "line_ids": [Command.create({"share_amount": 98.76})],
                }
            )
        )
        request_sudo = cls.env["conciergerie.join.request"].sudo()
        cls.records = {
            "account.move": invoice,
            "conciergerie.copay.rule": cls.other.copay_rule_ids,
            "conciergerie.copay.statement": statement,
            "conciergerie.copay.statement.line": statement.line_ids,
            "conciergerie.copay.use": use,
            "conciergerie.entitlement": entitlement,
            "conciergerie.join.request": request_sudo.create(
                {
                    "convention_id": cls.other.id,
                    "given_name": "Rivale Candidate",
                    "state": "done",
                }
            ),
            "contract.contract": cls.other,
            "contract.line": cls.other.contract_line_ids,
            "contract.modification": cls.other.modification_ids,
            "ir.attachment": cls.env["ir.attachment"].create(
                {
                    "name": "rival.pdf",
                    "raw": b"rival",
                    "res_model": "contract.contract",
                    "res_id": cls.other.id,
                }
            ),
            "res.partner": person,
        }
        cls.markers = [
            cls.foundry.name,
            cls.other.name,
            cls.other.code,
            "Rival fee",
            "Rivale Salariée",
            "Rivale Candidate",
            "98.76",
            "RIVAL-STATEMENT",
            "Molten",
            cls.other._get_join_token(),
        ]
        cls.path_values = {
            "contract_contract_id": cls.other.id,
            "convention_id": cls.other.id,
            "entitlement_id": entitlement.id,
            "page": 1,
            "statement_id": statement.id,
            "token": "x" * 22,
        }
