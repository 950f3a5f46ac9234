"""A virtual environment and a running process for each peer, below the user's cache folder."""

import json
import os
import platform
import subprocess
import sys
import threading
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MARK = "installed.json"
BUILD_S = 900
ANSWER_S = 900
"""A runner that does not answer within this time is ended."""


@dataclass(frozen=True)
class Peer:
    """A peer: what its environment holds and which module runs it."""

    key: str
    title: str
    runner: str
    packages: tuple[str, ...]


PEERS = (
    Peer("pywr_1", "Pywr 1", "run_pywr_1", ("pywr==1.31.1",)),
    Peer("pywr_2", "Pywr 2", "run_pywr_2", ("pywr==2.0.0rc1", "pyarrow", "numpy")),
    Peer("highs", "HiGHS", "run_highs", ("highspy==1.16.0", "numpy")),
    Peer("kalix", "Kalix", "run_kalix", ("kalix==0.4.8", "pandas")),
)


def cache_root() -> Path:
    """Return the folder that holds environments and model files, outside the repository."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "hydrosim-peers"


def build_environment(peer: Peer) -> Path:
    """Create a peer's environment if need be; return its Python.

    Raises
    ------
    RuntimeError
        If the packages cannot be installed; the message is pip's last line.
    """
    folder = cache_root() / f"{peer.key}-python{sys.version_info[0]}.{sys.version_info[1]}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark = folder / MARK
    if mark.is_file() and json.loads(mark.read_text(encoding="utf-8")) == list(peer.packages):
        return python
    venv.create(folder, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", *peer.packages]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_S, check=False)
    if done.returncode != 0:
        lines = [line for line in done.stderr.strip().splitlines() if line]
        message = f"not installed: {lines[-1] if lines else 'pip failed'}"
        raise RuntimeError(message)
    mark.write_text(json.dumps(list(peer.packages)), encoding="utf-8")
    return python


@dataclass
class Process:
    """A running peer that answers requests; `failure` tells why it does not."""

    peer: Peer
    version: str = ""
    failure: str = ""
    child: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Build the environment and start the runner."""
        try:
            python = build_environment(self.peer)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            self.failure = str(error)
            return
        one_thread = dict.fromkeys(("RAYON_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        self.child = subprocess.Popen(
            [str(python), "-m", f"benchmarks.peers.{self.peer.runner}"],
            cwd=ROOT,
            env={**os.environ, **one_thread, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, do: str, **what: Any) -> dict[str, Any]:
        """Send a request and wait for the answer; a failure is in the key `failure`."""
        if self.child is None or self.child.stdin is None or self.child.stdout is None:
            return {"failure": self.failure or "not running"}
        watch = threading.Timer(ANSWER_S, self.child.kill)
        watch.start()
        try:
            self.child.stdin.write(json.dumps({"do": do, **what}) + "\n")
            self.child.stdin.flush()
            line = self.child.stdout.readline()
        except OSError as error:
            return {"failure": self.failure or str(error)}
        finally:
            watch.cancel()
        if not line:
            self.failure = self.failure or f"the runner ended (code {self.child.wait()})"
            return {"failure": self.failure}
        answer: dict[str, Any] = json.loads(line)
        self.version = answer.get("version", self.version)
        return answer

    def stop(self) -> None:
        """End the runner."""
        if self.child is not None and self.child.stdin is not None:
            self.child.stdin.close()
            self.child.wait(timeout=30)


def describe_version(version: str) -> str:
    """Return the version of hydrosim with its commit, and a plus where files differ from it."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--", "hydrosim")
    except (OSError, subprocess.SubprocessError):
        return version
    return f"{version} ({commit}{'+' if changed else ''})"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.strip()


def describe_machine() -> dict[str, Any]:
    """Return processor, cores, Python and load of this machine."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
