"""xterm.js, the terminal of VS Code, JupyterLab and ttyd, in a headless Chromium.

Its packages are none of this project's: `VIZTERM_XTERMJS` names a folder in which
`npm install @xterm/xterm @xterm/addon-image` was run, as `.ci/run` does.  Chromium is driven
through pipes, and the page speaks HTTP: nothing else is needed.
"""

import base64
import contextlib
import io
import json
import os
import shutil
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from PIL import Image

PAGE = Path(__file__).with_suffix(".html")
PACKAGES = ("@xterm/xterm", "@xterm/addon-image")
TYPES = {".mjs": "text/javascript", ".css": "text/css", ".html": "text/html"}
STARTS_WITHIN = 60.0
SIZE = 1100, 760
"""Of the page, in CSS pixels."""
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--force-device-scale-factor=1", "--remote-debugging-pipe",
)  # fmt: skip


def chromium():
    """Return the browser's path; None if there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def modules():
    """Return the folder of the packages; None if it isn't named, or hasn't both."""
    named = os.environ.get("VIZTERM_XTERMJS")
    folder = Path(named, "node_modules") if named else None
    if folder is None or not all((folder / package).is_dir() for package in PACKAGES):
        return None
    return folder


def missing():
    """Return what has to be installed first; empty if nothing."""
    absent = [] if chromium() else ["chromium"]
    return absent if modules() else [*absent, "xterm.js in $VIZTERM_XTERMJS"]


class BrowserTerminal:
    """A page with a terminal of 120 x 40 cells at its upper left corner."""

    name = "xterm.js"

    def __init__(self, folder):
        self._ready = threading.Event()
        self.cell = 0.0, 0.0
        """(width, height) of a cell in pixels, with fractions."""
        self._calls = 0
        with contextlib.ExitStack() as stack:
            self.glass, self._page_end = socket.socketpair()
            stack.enter_context(self.glass)
            stack.enter_context(self._page_end)
            address = self._serve(stack)
            self._browse(stack, folder)
            self._open(f"http://127.0.0.1:{address}/")
            assert self._ready.wait(STARTS_WITHIN), "the page did not start"
            self._stack = stack.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    def screenshot(self):
        """Return a screenshot: (H, W, 3) uint8."""
        png = self._call("Page.captureScreenshot", format="png")["data"]
        with Image.open(io.BytesIO(base64.b64decode(png))) as image:
            return np.asarray(image.convert("RGB"))

    # the page

    def _serve(self, stack):
        terminal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                if self.path == "/output":
                    self.end_headers()
                    with contextlib.suppress(OSError):
                        while data := terminal._page_end.recv(65536):
                            self.wfile.write(data)
                    return
                file = PAGE if self.path == "/" else modules() / self.path.lstrip("/")
                self.send_header("Content-Type", TYPES.get(file.suffix, "text/plain"))
                self.end_headers()
                self.wfile.write(file.read_bytes())

            def do_POST(self):
                data = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/ready":
                    terminal.cell = tuple(json.loads(data))
                    terminal._ready.set()
                else:
                    terminal._page_end.sendall(data)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        # Ends the page's stream, and so the thread that serves it.
        stack.callback(self._page_end.shutdown, socket.SHUT_RDWR)
        return server.server_port

    # the browser

    def _browse(self, stack, folder):
        from_us, self._commands = os.pipe()
        self._answers, from_it = os.pipe()
        # It reads from descriptor 3 and writes to 4.
        redirect = f'exec "$@" 3<&{from_us} 4>&{from_it}'
        command = [chromium(), *OPTIONS, f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen(
            ["bash", "-c", redirect, "bash", *command],
            pass_fds=(from_us, from_it),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us)
        os.close(from_it)
        stack.callback(os.close, self._answers)
        stack.callback(process.wait)
        stack.callback(os.close, self._commands)
        stack.callback(process.terminate)
        self._left = b""
        self._session = None

    def _open(self, address):
        (page,) = (
            target["targetId"]
            for target in self._call("Target.getTargets")["targetInfos"]
            if target["type"] == "page"
        )
        attached = self._call("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        width, height = SIZE
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        # A page without the focus would tell the app that nobody looks at it.
        self._call("Emulation.setFocusEmulationEnabled", enabled=True)
        self._call("Page.navigate", url=address)

    def _call(self, method, **parameters):
        """Call a method of the DevTools protocol; return its result."""
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._left:
                piece = os.read(self._answers, 1 << 20)
                assert piece, "the browser has ended"
                self._left += piece
            answer, _, self._left = self._left.partition(b"\0")
            heard = json.loads(answer)
            if heard.get("id") == self._calls:
                assert "result" in heard, heard
                return heard["result"]
