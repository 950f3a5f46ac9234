"""Work in a copy of the process, and where it may not be copied."""

import os
import subprocess
import sys
import threading

import pytest

from hydrosim.io.parallel import beside, may_copy

copies = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2,
    reason="processes are copied on Linux, with two cores",
)

HEAD = "import os, time\nfrom hydrosim.io.parallel import beside\n"


def told(script):
    """Run a script in a process without other threads; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", f"{HEAD}{script}"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr[-200:]


@copies
def test_a_copy_hands_back_its_answer_and_prints_nothing_twice():
    script = """
print("before", end=" ")
with beside(lambda of: (of, os.getpid()), 7) as second:
    print("body", end=" ")
of, process = second.result()
print(of, process != os.getpid())
"""
    assert told(script) == "before body 7 True\n"


@copies
def test_what_a_copy_could_not_do_is_done_here():
    script = """
def work(here):
    if os.getpid() != here:
        os._exit(9)
    return "done here"

with beside(work, os.getpid()) as second:
    pass
print(second.result())
"""
    assert told(script) == "done here\n"


@copies
def test_what_the_work_raises_is_raised_at_the_end_of_the_body():
    script = """
def work():
    raise OSError("disk full")

try:
    with beside(work):
        print("body")
except OSError as error:
    print(error)
"""
    assert told(script) == "body\ndisk full\n"


@copies
def test_ctrl_c_while_the_process_is_copied_is_not_lost():
    script = """
import signal
os.register_at_fork(before=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    with beside(time.sleep, 3600):
        print("body")
except KeyboardInterrupt:
    print("stopped")
"""
    assert told(script) == "stopped\n"


@copies
def test_a_failing_body_ends_the_copy(tmp_path):
    script = f"""
from pathlib import Path

def work():
    Path({str(tmp_path)!r}, str(os.getpid())).touch()
    time.sleep(3600)

try:
    with beside(work):
        while not (names := os.listdir({str(tmp_path)!r})):
            time.sleep(0.01)
        raise KeyError("body")
except KeyError:
    print("gone" if not Path("/proc", names[0]).exists() else "still there")
"""
    assert told(script) == "gone\n"


@copies
@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM"])
def test_a_copy_ends_with_the_process_that_it_is_a_copy_of(number, tmp_path):
    """Its answer is larger than a pipe holds, so that it would wait for a reader for ever."""
    script = f"""
import signal
from pathlib import Path

def work():
    Path({str(tmp_path)!r}, str(os.getpid())).touch()
    return bytes(1_000_000)

with beside(work):
    while not os.listdir({str(tmp_path)!r}):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.{number})
"""
    assert told(script) == ""  # the reader waits until the copy has ended too


def test_beside_another_thread_a_thread_does_the_work():
    ended = threading.Event()
    other = threading.Thread(target=ended.wait)
    other.start()
    try:
        assert not may_copy()
        with beside(os.getpid) as second:
            assert second.result() == os.getpid()
        with pytest.raises(ValueError, match="invalid literal"), beside(int, "no number"):
            """Nothing goes wrong beside it."""
    finally:
        ended.set()
        other.join()
