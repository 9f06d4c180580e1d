"""A Chromium and a server of Odoo for what is measured where people see it."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextlib.contextmanager
def serving(database: str):
    """Serve a database in a process of its own; yields its address."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "odoo", "-c", os.environ["CONCIERGERIE_CONFIG"]),
            *("-d", database, f"--db-filter=^{database}$", "-p", str(port)),
            *("--http-interface=127.0.0.1", "--max-cron-threads=0"),
            "--log-level=error",
        ],
        cwd=Path(__file__).parents[2],
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait(lambda: answers(f"{address}/web/login"), "the server")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait(ready, what: str, seconds: float = 180):
    """Return what ``ready`` gives once it gives something.

    :raise TimeoutError: naming what did not come
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := ready():
            return found
        time.sleep(0.1)
    raise TimeoutError(f"{what} did not come")


class Browser:
    """One page of a Chromium, driven through its DevTools."""

    def __init__(self, width: int = 1366, height: int = 900):
        binary = next(filter(None, map(shutil.which, NAMES)))
        self.folder = tempfile.mkdtemp(prefix="bench_")
        self.process = subprocess.Popen(
            [
                *(binary, "--headless=new", "--no-sandbox", "--disable-gpu"),
                *("--remote-debugging-port=0", f"--user-data-dir={self.folder}"),
                *(f"--window-size={width},{height}", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        told = Path(self.folder, "DevToolsActivePort")
        wait(lambda: told.exists() and told.read_text().strip(), "Chromium")
        port = told.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as tabs:
            page = next(tab for tab in json.load(tabs) if tab["type"] == "page")
        self.socket = websocket.create_connection(
            page["webSocketDebuggerUrl"], suppress_origin=True, timeout=180
        )
        self.number = 0
        self.call("Page.enable")
        # Of the page's own thread, whatever else the machine does.
        self.call("Performance.enable", timeDomain="threadTicks")

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method: str, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                return answer.get("result", {})

    def run(self, code: str):
        """Evaluate JavaScript, await its promise and return the value.

        :raise RuntimeError: with what the page threw
        """
        answer = self.call(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        if error := answer.get("exceptionDetails"):
            raise RuntimeError(json.dumps(error)[:2000])
        return answer.get("result", {}).get("value")

    def busy(self) -> float:
        """Return the seconds of processor that the page's thread has worked."""
        metrics = self.call("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "TaskDuration")

    def open(self, address: str, ready: str):
        """Go to a page and wait until an expression is true there."""
        self.run("window.isOld = true")
        self.call("Page.navigate", url=address)
        wait(
            lambda: self.run(f"!window.isOld && Boolean({ready})"),
            f"{ready} of {address}",
        )
