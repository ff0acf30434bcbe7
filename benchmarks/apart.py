"""One act on an account in a process of its own: what it took, and the most memory it had.

``python -m benchmarks.apart MODULE:ACT LOCATION`` opens the account, lets the act happen, and
prints the seconds and the peak. A process that did more before would have the peak of that.
"""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from account_engine.account import Account
from account_engine.stores.locations import open_store


class Apart(NamedTuple):
    """What an act took.

    Attributes:
        seconds: By the clock, the account being open.
        peak: The most memory that the whole process had, resident, in MiB.
    """

    seconds: float
    peak: float


def apart(act: Callable[[Account], None], location: str) -> Apart:
    """Let an act, which is a function of a module, happen to an account."""
    name = f"{act.__module__}:{act.__qualname__}"
    command = (sys.executable, "-m", "benchmarks.apart", name, location)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Apart(*json.loads(done.stdout))


def _peak() -> float:
    """Return the most memory there was; `getrusage` would count the parent's as well."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def main(name: str, location: str) -> None:
    """Do it, and tell."""
    act = pkgutil.resolve_name(name)
    with Account(open_store(location)) as account:
        begin = time.perf_counter()
        act(account)
        seconds = time.perf_counter() - begin
    sys.stdout.write(json.dumps(Apart(seconds, _peak())))


if __name__ == "__main__":
    main(*sys.argv[1:])
