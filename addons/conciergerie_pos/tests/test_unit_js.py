import re
from pathlib import Path
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser
from odoo.tools import file_open

ADDONS = Path(__file__).parents[2]
SUITE = re.compile(r"@(conciergerie_\w+/[\w/]+)\W+ended\b.*passed:")


@tagged("post_install", "-at_install")
class TestUnitJs(HttpCase):
    """The unit tests of the browser's arithmetic, those of all our addons."""

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

    def _run_suites(self):
        """Run them; return the suites in which at least one test has passed."""
        told = []
        handle_console = ChromeBrowser._handle_console

        def listen(browser, type, args=None, **kw):
            told.append(" ".join(str(arg.get("value")) for arg in args or ()))
            return handle_console(browser, type, args=args, **kw)

        with patch.object(ChromeBrowser, "_handle_console", listen):
            self.browser_js(
                "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
                "&filter=conciergerie_",
                "",
                "",
                login="admin",
                timeout=180,
                success_signal="[HOOT] Test suite succeeded",
            )
        return {name for text in told for name in SUITE.findall(text)}

    def test_every_suite_is_run(self):
        """A file that is in no bundle, or whose tests are skipped, is found missing."""
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        files = [
            path.relative_to(ADDONS)
            for path in ADDONS.glob("conciergerie_*/static/tests/**/*.test.js")
            if path.relative_to(ADDONS).parts[0] in installed.mapped("name")
        ]
        self.assertTrue(files)
        suites = {
            str(path).replace("/static/tests/", "/").removesuffix(".test.js")
            for path in files
        }
        self.assertFalse(suites - self._run_suites())
