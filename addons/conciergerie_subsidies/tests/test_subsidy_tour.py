from odoo import Command
from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.tour_common import BackendTourCase

from .common import SubsidiesCommon


@tagged("post_install", "-at_install")
class TestSubsidyTour(SubsidiesCommon, BackendTourCase):
    """A manager, and nothing else, takes an aid from the idea to the award."""

    browser_size = "1920x1080"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tour reads sentences: they are those of the source language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.manager.lang = "en_US"
        cls.leader.write(
            {
                "name": "LEADER of the valleys",
                "flat_rate": 15.0,
                "flat_rate_base": "staff",
                "requirement_ids": [Command.create({"name": "Statutes"})],
            }
        )
        cls.manager.password = cls.manager.login
        # What was filed last year, with papers that still hold.
        last = cls._new_dossier(name="Last year's counter")
        last.paper_ids.document = b"cGFwZXI="

    def test_manager_from_idea_to_award(self):
        self.start_tour(
            "/odoo",
            "conciergerie_subsidy_manager_tour",
            login=self.manager.login,
            timeout=180,
        )
        dossier = self.env["conciergerie.dossier"].search(
            [("name", "=", "A truck on its round")]
        )
        self.assertEqual(dossier.state, "awarded")
        self.assertEqual(dossier.total_cost, 37600.0)
        self.assertEqual(dossier.requested_amount, 24064.0)
        self.assertEqual(dossier.awarded_amount, 24064.0)
        self.assertEqual(dossier.version_ids.mapped("kind"), ["awarded", "filed"])
        self.assertEqual(dossier.paper_ids.document, b"cGFwZXI=")
