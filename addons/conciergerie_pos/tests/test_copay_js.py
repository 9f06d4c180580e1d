from odoo.tests import HttpCase, tagged
from odoo.tools import file_open


@tagged("post_install", "-at_install")
class TestCopayJs(HttpCase):
    """The unit tests of the till's arithmetic, in the browser."""

    def setUp(self):
        super().setUp()
        library = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
        try:
            file_open(library).close()
        except FileNotFoundError:
            # Some packages of Odoo leave it out; its absence would fail the page.
            self.env["ir.asset"].create(
                {
                    "name": "No selfie segmentation",
                    "bundle": "web.assets_backend",
                    "directive": "remove",
                    "path": library,
                }
            )

    def test_shares(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            "&filter=conciergerie_pos",
            "",
            "",
            login="admin",
            timeout=180,
            success_signal="[HOOT] Test suite succeeded",
        )
