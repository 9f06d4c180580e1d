from unittest.mock import patch

from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser

# Left out of Debian's package of Odoo (blurring of the background in video calls); the
# browser says so on its console when the backend's scripts are loaded.
MISSING_FILE = "mail/static/lib/selfie_segmentation"


class BackendTourCase(HttpCase):
    """Tours of the backend, where an error on the browser's console fails the test."""

    def browser_js(self, *args, **kwargs):
        handle_console = ChromeBrowser._handle_console

        def handle_our_console(browser, type, args=None, **kw):
            if type == "error" and any(
                MISSING_FILE in str(arg.get("value")) for arg in args or ()
            ):
                type = "info"
            return handle_console(browser, type, args=args, **kw)

        with patch.object(ChromeBrowser, "_handle_console", handle_our_console):
            return super().browser_js(*args, **kwargs)
