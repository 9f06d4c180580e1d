import threading

from odoo import Command, fields
from odoo.tools import mute_logger

from .portal_common import ProviderPortalCase


class IsolationCase(ProviderPortalCase):
    """Records of another provider, and calls as this one's portal user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The routes are read outside of a request.
        threading.current_thread().dbname = cls.env.cr.dbname
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
            cls.records["conciergerie.referral"].name,
            "Soles",
            "Heels",
            "Cobbler paper",
        ]
        cls.path_values = {
            "agreement_id": cls.other.id,
            "entry_id": entry.id,
            "number": 0,
            "offer_id": offer.id,
            "page": 1,
            "project_id": task.sudo().project_id.id,
            "statement_id": statement.id,
            "task_id": task.id,
            "token": "x" * 32,
        }

    # ------------------------------------------------------------------
    # By RPC and by search
    # ------------------------------------------------------------------

    def _call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; return its result and its error.

        An error for the user counts as a refusal where it names nothing.
        """
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            answer = self._rpc(
                f"/web/dataset/call_kw/{model}/{method}",
                model=model,
                method=method,
                args=list(args),
                kwargs=kwargs,
            )
        error = answer.get("error")
        if error:
            for marker in self.markers:
                self.assertNotIn(marker, error["data"]["message"])
        return answer.get("result"), error and error["data"]["name"]

    def _snapshot(self):
        """Return what the other provider's records hold."""
        self.env.invalidate_all()
        state = {}
        for model, record in self.records.items():
            stored = [n for n, f in record._fields.items() if f.store and f.column_type]
            state[model] = record.sudo().read(stored) if record.exists() else None
        state["count"] = {
            model: self.env[model].sudo().search_count([]) for model in self.records
        }
        return state
