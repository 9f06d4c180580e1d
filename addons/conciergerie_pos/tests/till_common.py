from uuid import uuid4

from odoo import Command, fields

from odoo.addons.conciergerie_base.tests.common import ConciergerieCommon


class TillCommon(ConciergerieCommon):
    """A till set up for the first site; tickets as the browser sends them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.till = (
            cls.site.with_user(cls.manager)
            .with_company(cls.company)
            ._create_till("Val", cls.bank, 100.0)
            .with_user(cls.counter)
        )
        methods = cls.till.sudo().payment_method_ids
        cls.cash = methods.filtered("is_cash_count")
        cls.cheque, cls.cesu, cls.voucher = (
            methods.filtered(lambda m, k=kind: m.remittance == k)
            for kind in ("cheque", "cesu", "voucher")
        )
        cls.card = methods.filtered(lambda m: m.type == "bank" and not m.remittance)
        # They have the company's language, where its translation is installed.
        for method, name in (
            *((cls.cash, "Cash"), (cls.card, "Card"), (cls.cheque, "Cheque")),
            *((cls.cesu, "CESU"), (cls.voucher, "Gift voucher")),
        ):
            method.sudo().with_context(lang="en_US").name = name
        (cls.copies | cls.alteration).available_in_pos = True
        cls.copies_30 = cls._new_service("Help at home", 30.0, fulfilment="own")

    @classmethod
    def _open(cls, till=None, counted=100.0):
        """Open a session as the counter does, its float counted."""
        till = till or cls.till
        till.open_ui()
        # As a request has it: found through a computed field it prefetches nothing.
        session = till.env["pos.session"].browse(till.current_session_id.id)
        session.set_opening_control(counted, "")
        return session

    @classmethod
    def _line_vals(cls, product, quantity, price, **values):
        taxes = product.taxes_id.filtered(lambda t: t.company_id == cls.company)
        totals = taxes.compute_all(price, cls.company.currency_id, quantity, product)
        return Command.create(
            {
                "product_id": product.id,
                "qty": quantity,
                "price_unit": price,
                "tax_ids": [Command.set(taxes.ids)],
                "price_subtotal": totals["total_excluded"],
                "price_subtotal_incl": totals["total_included"],
                "uuid": str(uuid4()),
                **values,
            }
        )

    @classmethod
    def _sell(cls, session, lines, payments, partner=None, **values):
        """Send a paid ticket; each line is a product, a quantity, a unit price
        incl. VAT, and further values if need be.

        :param payments: (method, amount) or (method, amount, further values)
        """
        lines = [
            cls._line_vals(*line[:3], **(line[3] if line[3:] else {})) for line in lines
        ]
        total = sum(line[2]["price_subtotal_incl"] for line in lines)
        untaxed = sum(line[2]["price_subtotal"] for line in lines)
        order = {
            "amount_paid": total,
            "amount_return": 0,
            "amount_tax": total - untaxed,
            "amount_total": total,
            "company_id": cls.company.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "fiscal_position_id": False,
            "lines": lines,
            "name": "Order",
            "partner_id": partner.id if partner else False,
            "payment_ids": [
                Command.create(
                    {
                        "amount": amount,
                        "name": fields.Datetime.to_string(fields.Datetime.now()),
                        "payment_method_id": method.id,
                        "uuid": str(uuid4()),
                        **(more[0] if more else {}),
                    }
                )
                for method, amount, *more in payments
            ],
            "pricelist_id": session.config_id.pricelist_id.id,
            "session_id": session.id,
            "state": "paid",
            "to_invoice": False,
            "user_id": session.env.uid,
            "uuid": str(uuid4()),
            **values,
        }
        result = session.env["pos.order"].sync_from_ui([order])
        return session.env["pos.order"].browse(result["pos.order"][0]["id"])

    @classmethod
    def _close(cls, session, counted=None, diffs=None):
        """Count the drawer and close, in three requests as the closing popup does."""
        expected = session.cash_register_balance_end
        session.post_closing_cash_details(expected if counted is None else counted)
        session.invalidate_recordset()
        session.update_closing_control_state_session("")
        session.invalidate_recordset()
        result = session.close_session_from_ui(diffs or [])
        assert result == {"successful": True}, result
        return session

    def assertEntry(self, move, expected):
        """Compare a whole entry: (beginning of the account, debit, credit) by item."""
        move = move.sudo()
        self.assertTrue(move, "no entry")
        self.assertEqual(move.state, "posted")
        lines = sorted(
            (line.account_id.code, round(line.debit, 2), round(line.credit, 2))
            for line in move.line_ids
        )
        self.assertEqual(lines, sorted(expected))
