"""Chromium without a window, driven over a pipe by its own protocol; nothing else is needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE_S = 60


class Browser:
    """One tab, with what it asked for and complained of."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = os.fdopen(reader, "rb", 0), os.fdopen(writer, "wb", 0)
        self._left, self._count, self._session = b"", 0, ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        offline = {"latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        self.call("Network.emulateNetworkConditions", offline=True, **offline)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; what happens meanwhile is kept."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._writer.write(json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._count:
                assert "error" not in found, found
                return found["result"]
            self.events.append(found)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            more = self._reader.read(1 << 16)
            assert more, "the browser is gone"
            self._left += more
        first, _end, self._left = self._left.partition(b"\0")
        return json.loads(first)

    def open(self, file: Path, width: int) -> None:
        """Show a page at a width of the screen, and wait until it is there."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self.call("Page.navigate", url=file.as_uri())
        while not self.value("document.readyState === 'complete' && location.protocol === 'file:'"):
            pass

    def value(self, expression: str) -> Any:
        """Return what an expression of the page gives."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def click(self, selector: str) -> None:
        """Click an element as its user does."""
        self.value(
            f"document.querySelector({json.dumps(selector)})"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))"
        )

    def of(self, method: str) -> list[dict[str, Any]]:
        """Return what was told of one kind."""
        return [event["params"] for event in self.events if event.get("method") == method]


@contextmanager
def browser(profile: Path):
    """Start a browser; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    to_read, its_write = os.pipe()
    its_read, to_write = os.pipe()
    command = (
        f'exec "{found}" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage '
        "--no-first-run --disable-background-networking --disable-component-update "
        f'--user-data-dir="{profile}" --remote-debugging-pipe 3<&{its_read} 4>&{its_write}'
    )
    running = subprocess.Popen(
        ["bash", "-c", command], pass_fds=(its_read, its_write),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(its_read)
    os.close(its_write)
    try:
        yield Browser(to_read, to_write)
    finally:
        running.terminate()
        running.wait(PATIENCE_S)
