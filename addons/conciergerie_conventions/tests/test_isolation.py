from odoo.tests import tagged

from . import isolation_case


@tagged("post_install", "-at_install")
class TestIsolation(isolation_case.IsolationCase):
    """A payer reaches nothing of another payer, by any way; nobody else either."""

    def _intruders(self):
        """Return who else has a login: commune, landlord, beneficiary, provider."""
        landlord = self.env["res.partner"].create(
            {"name": "Landlord of the Val", "is_company": True}
        )
        for payer, kind in ((self.town, "commune"), (landlord, "landlord")):
            self._new_convention(payer=payer, convention_kind=kind)
        entitled = self.records["conciergerie.entitlement"].partner_id
        # The markers of the other employer are not told to its own person either,
        # except her own name, which her page bears.
        return {
            "commune": self._new_portal_contact("town", self.town),
            "landlord": self._new_portal_contact("landlord", landlord),
            "beneficiary": self._new_portal_user("camille", self.beneficiary),
            "provider": self._new_portal_contact("laundry", self.laundry),
            "entitled": self._new_portal_user("entitled", entitled),
        }

    def test_others_by_address_and_search(self):
        for role, user in self._intruders().items():
            self._login(user)
            if role == "entitled":
                self.markers = [
                    m for m in self.markers if m != self.records["res.partner"].name
                ]
            before = self._snapshot()
            with self.subTest(role=role):
                self._addresses_show_nothing()
            for model in self.owned - {"res.partner"}:
                ids = self.records[model].ids
                with self.subTest(role=role, model=model):
                    self._search_finds_nothing(model, ids)
                    _result, error = self._call(model, "read", ids, ["display_name"])
                    self.assertTrue(error)
            self.assertEqual(self._snapshot(), before)

    def test_others_have_no_pages(self):
        """Who is no payer has no card and no list."""
        for role, user in self._intruders().items():
            if role not in ("commune", "landlord"):
                self._login(user)
                with self.subTest(role=role):
                    self.assertEqual(self.url_open("/my/conventions").status_code, 404)
                    self.assertNotIn("/my/conventions", self.url_open("/my").text)

    def test_line_of_another_convention(self):
        """The list of one's own convention opens no line of another's."""
        own = self._new_convention(rules=[{"share": 10.0}])
        self._login(self.intruder)
        line = self.records["conciergerie.entitlement"]
        for action in ("confirm", "leave", "refuse"):
            path = f"/my/conventions/{own.id}/people/{line.id}/{action}"
            with self.subTest(action=action):
                answer = self._post(path, day="2026-11-01")
                self.assertEqual(answer.status_code, 404)
        self.assertEqual(line.state, "pending")

    def test_staff_has_no_pages(self):
        """The pages are the payer's; staff reads in the back office."""
        self.manager.password = "manager manager"
        self.authenticate(self.manager.login, "manager manager")
        self.assertEqual(self.url_open("/my/conventions").status_code, 404)

    def test_core_pages(self):
        self._login(self.intruder)
        move, attachment = self.records["account.move"], self.records["ir.attachment"]
        other = self.other.id
        report = "conciergerie_conventions.report_convention"
        poster = "conciergerie_conventions.report_join_poster"
        paths = (
            f"/my/invoices/{move.id}",
            f"/my/invoices/{move.id}?report_type=pdf",
            f"/my/contracts/{other}",
            "/my/contracts",
            f"/web/content/{attachment.id}",
            f"/web/content/contract.contract/{other}/signature",
            f"/web/image/contract.contract/{other}/signature",
            f"/report/pdf/{report}/{other}",
            f"/report/html/{report}/{other}",
            f"/report/html/{poster}/{other}",
            f"/mail/view?model=contract.contract&res_id={other}",
        )
        self._core_pages_show_nothing(paths, [move.name])
