"""From the first tap on a product to its line on the ticket, ours against bare core's.

A till of a usual size in each of two browsers' pages, loaded anew before each tap so
that nothing is warm, in turns so that a busy machine slows both. ``bin/bench tap``.
"""

import contextlib
import os
import statistics

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from .bench_base import _company
from .bench_pos import _products, _till
from .browser import Browser, serving
from .copies import people_like, products_like
from .harness import Comparison, Measure

PRODUCTS = 300
PEOPLE = 1000
# Pages loaded on each side, and taps on each after the first.
PAGES = 9
NEXT = 4
PASSWORD = "the cashier of the bench"
CARDS = "[...document.querySelectorAll('.product-list .product')]"
# A tap ends as the line is drawn.
TAP = """
new Promise((resolve, reject) => {
    const lines = () => document.querySelectorAll(".order-container .orderline").length;
    const card = %s.filter((card) => card.textContent.includes("%s"))[%s];
    const before = lines();
    const start = performance.now();
    const watch = new MutationObserver(() => {
        if (lines() > before) {
            watch.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - start));
        }
    });
    watch.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => reject(new Error("no line")), 30000);
    card.click();
})
"""


def make(database, ours):
    """Commit a till with its catalogue; return its id and the cashier's login."""
    with Registry(database).cursor() as cr:
        env, partner = _company(api.Environment(cr, SUPERUSER_ID, {}))
        session = _till(env, ours)
        relayed = 0
        if ours:
            relayed = PRODUCTS // 5
            products_like(_products(env, ours=True)[0], relayed, "Ironing")
        plain = _products(env, ours=False)[0]
        products_like(plain, PRODUCTS - relayed, "Plain")
        people_like(partner, PEOPLE, "Person")
        session.env.user.sudo().password = PASSWORD
        return session.config_id.id, session.env.user.login


@contextlib.contextmanager
def till(database, ours):
    """A browser logged in, which opens the till anew each time it is asked."""
    config_id, login = make(database, ours)
    with serving(database) as address, Browser() as browser:
        browser.open(f"{address}/web/login", "document.querySelector('[name=login]')")
        browser.run(
            f"document.querySelector('[name=login]').value = '{login}';"
            f"document.querySelector('[name=password]').value = '{PASSWORD}';"
            "window.isOld = true;"
            "document.querySelector('.oe_login_form').submit()"
        )

        def reopen():
            page = f"{address}/pos/ui/{config_id}?from_backend=1"
            browser.open(page, f"{CARDS}.length")
            return browser

        yield reopen


def measure(reopen, name):
    """Return what the taps on products of a page take, the first one first.

    :return: list of pairs: seconds on the clock, seconds of the page's processor
    """
    browser = reopen()
    taps = []
    for index in range(NEXT + 1):
        worked = browser.busy()
        clock = browser.run(TAP % (CARDS, name, index)) / 1000
        taps.append((clock, browser.busy() - worked))
    # The next page begins with an empty ticket again.
    browser.run("posmodel.removeOrder(posmodel.getOrder())")
    browser.run("posmodel.data.synchronizeLocalDataInIndexedDB()")
    return taps


def bench(compare):
    import setup_db
    import test_db

    names = {"ours": "conciergerie_bench_tap", "peer": "conciergerie_bench_tap_peer"}
    variables = {"ours": "TEMPLATE", "peer": "CORE_TEMPLATE"}
    try:
        for side, name in names.items():
            test_db.clone(os.environ[f"CONCIERGERIE_{variables[side]}"], name)
        with till(names["ours"], True) as ours, till(names["peer"], False) as peer:
            runs = [
                (
                    measure(ours, "Plain"),
                    measure(peer, "Plain"),
                    measure(ours, "Ironing"),
                )
                for _time in range(PAGES + 1)
            ][1:]
        report(compare, runs)
    finally:
        for name in names.values():
            setup_db.drop(name)


def report(compare, runs):
    """Print the medians; the peer has no provider, so that both face the same.

    On a busy machine the clock tells of the others' work: then read the processor's.
    """
    for which, taps in (("first tap", slice(1)), ("next taps", slice(1, None))):
        for kind, index in (("", 0), (", processor", 1)):
            plain, peer, relayed = (
                Measure(
                    statistics.median(
                        [tap[index] for run in runs for tap in run[side][taps]]
                    ),
                    0,
                )
                for side in range(3)
            )
            for what, ours in (("plain", plain), ("provider's", relayed)):
                name = f"{which} to line, {what}{kind}"
                result = Comparison(name, ours, peer)
                compare.done.append(result)
                compare.report(str(result))
