"""A network that a tour cuts, for the page and its service worker alike, and a browser
that is closed and opened again."""

import re
import shutil
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo import http
from odoo.tests.common import ChromeBrowser

# What a tour writes on the console.
ORDER = re.compile(r"network: (off|on|back at next page)$")


class Network:
    """The server hangs up on everybody while it is off; the browser knows it too."""

    def __init__(self):
        self.is_off = False
        self.back_at_next_page = False

    def obey(self, browser, order):
        """Do what a tour asks for.

        ``off`` and ``on``: the browser is told as well, as if a cable were pulled.
        ``back at next page``: the browser believes that it has a network, the server
        does not answer until a page is opened.
        """
        self.back_at_next_page = order == "back at next page"
        self.is_off = order != "on"
        if not self.back_at_next_page:
            self.tell(browser)

    def tell(self, browser):
        """Let a browser know whether there is a network."""
        browser._websocket_send(
            "Network.emulateNetworkConditions",
            params={
                "offline": self.is_off,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": -1,
            },
        )

    def lets_pass(self, environ):
        """Tell whether a request reaches the server."""
        if self.back_at_next_page and environ["PATH_INFO"].startswith("/pos/ui/"):
            self.is_off = False
        return not self.is_off


@contextmanager
def network():
    """Let tours cut the network by a line on the console."""
    cut = Network()
    handle_console = ChromeBrowser._handle_console
    navigate_to = ChromeBrowser.navigate_to
    call = http.Application.__call__

    def open_page(browser, *args, **kwargs):
        if cut.is_off:
            cut.tell(browser)
        return navigate_to(browser, *args, **kwargs)

    def listen(browser, type, args=None, **kw):
        text = str(args[0].get("value")) if args else ""
        if order := ORDER.match(text):
            cut.obey(browser, order[1])
        elif type in ("error", "warning") and cut.is_off and "FAILED:" not in text:
            type = "info"  # what fails without network says so; a tour that fails, too
        return handle_console(browser, type, args=args, **kw)

    def answer(application, environ, start_response):
        if cut.lets_pass(environ):
            return call(application, environ, start_response)
        # Or the rest of it would be read as the next request.
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError

    with (
        patch.object(ChromeBrowser, "_handle_console", listen),
        patch.object(ChromeBrowser, "navigate_to", open_page),
        patch.object(http.Application, "__call__", answer),
    ):
        yield cut


@contextmanager
def same_browser(profile=None):
    """Let all tours run in one profile, as a computer has: closed, it forgets nothing.

    Core gives each tour a browser of its own, and takes its service workers away before
    it closes it.

    :param str profile: folder of a browser that is opened again later
    """
    is_kept = profile is not None
    profile = profile or tempfile.mkdtemp(suffix="_chrome_till")
    start, stop = ChromeBrowser._chrome_start, ChromeBrowser.stop

    def open_again(browser, user_data_dir, **kwargs):
        shutil.rmtree(user_data_dir)
        browser.user_data_dir = profile
        Path(profile, "DevToolsActivePort").unlink(missing_ok=True)
        return start(browser, user_data_dir=profile, **kwargs)

    def close(browser):
        request = browser._websocket_request

        def send(method, **kwargs):
            if method != "Runtime.evaluate":
                request(method, **kwargs)
            if method == "Browser.close":
                # Core would kill it before it has written everything down.
                browser.chrome.wait(30)

        browser._websocket_request = send
        # What core deletes at the end.
        browser.user_data_dir = tempfile.mkdtemp()
        stop(browser)

    with (
        patch.object(ChromeBrowser, "_chrome_start", open_again),
        patch.object(ChromeBrowser, "stop", close),
    ):
        try:
            yield profile
        finally:
            if not is_kept:
                shutil.rmtree(profile, ignore_errors=True)
