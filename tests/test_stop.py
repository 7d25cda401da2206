"""Does the command end however often it is asked to?"""

from __future__ import annotations

import signal
import subprocess
import sys

CODE = """
import os, signal, threading
from taihu.stop import Stopper
stopper = Stopper()
print("ready", flush=True)
def ask():
    while True:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=ask, daemon=True).start()
for _ in range(500):
    assert stopper.wait(10)
print("ended", flush=True)
"""


def test_many_requests_at_once_do_not_hold_each_other() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.split()) == (0, ["ready", "ended"]), done.stderr


def test_nobody_asks() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        from taihu.stop import Stopper

        assert Stopper().wait(0.01) is False
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, signal.default_int_handler)
