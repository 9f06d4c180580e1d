from odoo import Command, fields

from odoo.addons.conciergerie_base.tests.common import ConciergerieCommon


class PartnersCommon(ConciergerieCommon):
    """Agreements with two providers; sales by invoice on the French chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._new_agreement(cls.laundry)
        cls.bank = cls.company_data["default_journal_bank"]

    @classmethod
    def _new_agreement(cls, provider, sign=True, terms=None, **values):
        """Create an agreement; by default a mandate at 15 % all-in, signed."""
        agreement = cls.env["agreement"].create(
            {
                "name": f"Agreement {provider.name}",
                "code": f"P{provider.id}",
                "partner_id": provider.id,
                "company_id": cls.company.id,
                "is_provider_agreement": True,
                "legal_basis": "agent",
                "start_date": "2026-01-01",
                "term_ids": [
                    Command.create({"date_from": "2026-01-01", **term})
                    for term in (terms or [cls._mandate_term()])
                ],
                **values,
            }
        )
        if sign:
            agreement.action_propose()
            agreement.action_sign()
        return agreement

    @classmethod
    def _mandate_term(cls, **values):
        return {
            "mode": "mandate",
            "base": "all_in",
            "rate": 15.0,
            "provider_vat_rate": 20.0,
            **values,
        }

    @classmethod
    def _new_invoice(cls, lines, date="2026-11-02", post=True, **values):
        """Create a customer invoice; ``lines`` are (product, provider, price)."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.beneficiary.id,
                "invoice_date": date,
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "provider_id": provider.id if provider else False,
                            "price_unit": price,
                            "quantity": 1,
                        }
                    )
                    for product, provider, price in lines
                ],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, moves, amount=None, date="2026-11-03", journal=None):
        """Register a payment, in part where an amount is given."""
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(
                {
                    "payment_date": date,
                    "journal_id": (journal or cls.bank).id,
                    **({"amount": amount} if amount else {}),
                }
            )
        )
        return wizard._create_payments()

    @classmethod
    def _refund(cls, invoice, date="2026-11-10"):
        """Make the credit note of a whole invoice and post it."""
        refund = invoice._reverse_moves(
            [{"invoice_date": fields.Date.to_date(date), "date": date}]
        )
        refund.action_post()
        return refund

    def _derive(self):
        return self.env["conciergerie.due.entry"]._derive(self.company)

    def _due(self, lines):
        """Return (date, collected, commission) of the due entries of lines."""
        entries = self.env["conciergerie.due.entry"].search(
            [("line_id", "in", lines.ids)], order="date, id"
        )
        return [(str(e.date), e.collected_amount, e.commission_amount) for e in entries]

    def assertEntry(self, move, expected):
        """Compare a whole journal entry: (account, debit, credit) of every item."""
        lines = sorted(
            (line.account_id.code, round(line.debit, 2), round(line.credit, 2))
            for line in move.line_ids
            if line.display_type not in ("line_section", "line_note")
        )
        self.assertEqual(lines, sorted(expected))
