from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.tour_common import BackendTourCase

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestTillTour(TillCommon, BackendTourCase):
    """The day of a till in a browser, as the person at the counter."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("en_US")
        self.counter.lang = "en_US"
        # Named in the company's language where its translation is installed.
        for method, name in ((self.cash, "Cash"), (self.cheque, "Cheque")):
            method.sudo().with_context(lang="en_US").name = name
        self.company.conciergerie_mediator = "Mediator of the Val, 1 square"
        self.company.conciergerie_receipt_terms = "Exchange within 8 days"
        self.beneficiary.phone = "01 02 03 04 05"
        self.copies_30.available_in_pos = True

    def test_a_day_at_the_till(self):
        self.till.open_ui()
        session = self.till.current_session_id
        self.env.flush_all()
        self.start_tour(
            f"/pos/ui/{self.till.id}",
            "ConciergerieTillDayTour",
            login=self.counter.login,
            timeout=400,
        )
        self.env.invalidate_all()
        self.assertEqual(session.state, "closed")
        self.assertEqual(session.cash_register_balance_start, 100.0)
        self.assertIn("5 x", session.opening_notes)
        self.assertEqual(session.cash_register_balance_end_real, 100.0)
        first, second = session.sudo().order_ids.sorted("id")
        self.assertEqual((first.is_note_handed, second.is_note_handed), (False, True))
        line = session.sudo().statement_line_ids.filtered("cash_purpose")
        self.assertEqual((line.cash_purpose, line.amount), ("bank", -6.0))
        slip = (
            self.env["conciergerie.deposit.slip"]
            .with_user(self.counter)
            .with_company(self.company)
            .create({"site_id": self.site.id})
        )
        self.assertEqual(
            (slip.line_ids.number, slip.line_ids.bank, slip.line_ids.drawer),
            ("0012345", "Banque du Val", "Camille Morel"),
        )
