from odoo import Command, fields

from odoo.addons.conciergerie_base.tests.isolation import IsolationMixin

from .isolation_tables import EXTENDED, OPENED, OWNED, ROUTES, STAFF_ONLY
from .portal_common import ProviderPortalCase


class IsolationCase(IsolationMixin, ProviderPortalCase):
    """Records of another provider, and calls as this one's portal user."""

    addons = ("base", "partners")
    owned, staff_only, extended = OWNED, STAFF_ONLY, EXTENDED
    routes, opened = ROUTES, OPENED

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.intruder, cls.owner = cls.laundry_user, cls.cobbler_user
        cls.rpc_values = {"name": "Ana", "signature": cls.signature}
        cls.post_values = {
            "date": str(cls._today()),
            "delay": "1",
            "kind": "other",
            "price": "1",
            "rate": "5",
            "reason": "x",
            "text": "x",
        }
        cls.cobbler.email = "cobbler@example.com"
        cls.other = cls._new_agreement(
            cls.cobbler,
            terms=[
                cls._mandate_term(band_ids=[Command.create({"rate": 15.0})]),
                cls._mandate_term(
                    mode="referral",
                    base="net",
                    scope="1_service",
                    product_tmpl_id=cls._new_service("Heels", 9.0).product_tmpl_id.id,
                ),
            ],
            paper_ids=[Command.create({"kind": "other", "name": "Cobbler paper"})],
            billing_mandate_date="2026-01-01",
            bonus_band_ids=[Command.create({"amount_from": 1000.0, "rate": 1.0})],
        )
        soles = cls._new_service(
            "Soles", 30.0, needs_deposit=True, sellers=[(cls.cobbler, 20.0, 2)]
        )
        task = cls._new_request(soles)
        invoice = cls._new_invoice([(soles, cls.cobbler, 100.0)], "2026-01-05")
        cls._pay(invoice, date="2026-01-06")
        last = fields.Date.to_date("2026-01-31")
        statement = (
            cls.env["conciergerie.statement"]
            .with_user(cls.accountant)
            ._settle(cls.company, last, date=last)
            .sudo()
        )
        entry = statement.due_entry_ids
        offer = soles.seller_ids
        heels = cls.other.term_ids.product_tmpl_id.product_variant_id
        cls.records = {
            "account.move": statement.commission_move_id,
            "agreement": cls.other,
            "conciergerie.bonus.band": cls.other.bonus_band_ids,
            "conciergerie.commission.line": entry.line_id,
            "conciergerie.custody.event": task.custody_event_ids.sudo()[:1],
            "conciergerie.deal.band": cls.other.term_ids.band_ids,
            "conciergerie.deal.term": cls.other.term_ids[:1],
            "conciergerie.due.entry": entry,
            "conciergerie.piece": task.piece_ids.sudo()[:1],
            "conciergerie.price.proposal": cls.env["conciergerie.price.proposal"]
            .sudo()
            ._portal_propose(cls.cobbler, offer, 25.0, 2, "Leather"),
            "conciergerie.provider.document": invoice.provider_document_ids,
            "conciergerie.provider.document.line": (
                invoice.provider_document_ids.line_ids
            ),
            "conciergerie.provider.paper": cls.other.paper_ids,
            "conciergerie.referral": cls.env["conciergerie.referral"].create(
                {
                    "provider_id": cls.cobbler.id,
                    "company_id": cls.company.id,
                    "product_id": heels.id,
                    "date": "2026-01-10",
                    "price_total": 50.0,
                    "provider_reference": "COBBLER-1",
                }
            ),
            "conciergerie.statement": statement,
            "conciergerie.statement.dispute": cls.env["conciergerie.statement.dispute"]
            .sudo()
            .create(
                {"statement_id": statement.id, "entry_id": entry.id, "text": "Odd"}
            ),
            "ir.attachment": cls.env["ir.attachment"].create(
                {
                    "name": "cobbler.jpg",
                    "raw": b"cobbler",
                    "res_model": "project.task",
                    "res_id": task.id,
                }
            ),
            "product.supplierinfo": offer,
            "project.task": task.sudo(),
        }
        cls.markers = [
            cls.cobbler.name,
            cls.other.code,
            task.reference,
            statement.name,
            invoice.provider_document_ids.name,
            cls.records["conciergerie.referral"].name,
            "Soles",
            "Heels",
            "Cobbler paper",
        ]
        cls.path_values = {
            "agreement_id": cls.other.id,
            "document_id": invoice.provider_document_ids.id,
            "entry_id": entry.id,
            "number": 0,
            "offer_id": offer.id,
            "page": 1,
            "project_id": task.sudo().project_id.id,
            "statement_id": statement.id,
            "task_id": task.id,
            "token": "x" * 32,
        }
