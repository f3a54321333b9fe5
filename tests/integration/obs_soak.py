"""Half an hour with a real OBS: run by hand, not by pytest.

    python tests/integration/obs_soak.py [--minutes 30] [--way stream|script] [--kill-every 300]

The whole way: stamped pictures go in at a source, through a session without a model into an output host, and from there
into OBS. Says each minute how old they are in OBS and how much memory the three processes take. Every ``--kill-every``
seconds one of them, in turn, is killed. Ends with 1 when a picture was ever missing for more than three seconds
otherwise, came back too late, or memory grew by more than 64 MiB over the second half of a time without kills.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))

import stamped_session  # noqa: E402
from obs_studio import ObsStudio, Screenshots, missing  # noqa: E402
from producer_process import SCRIPT, Producer  # noqa: E402

from sanacam.app.obs.connection import ConnectionLostError  # noqa: E402
from sanacam.app.settings import ObsSettings  # noqa: E402

LONGEST_GAP_S = 3.0
BACK_S = 8.0
GROWTH_MIB = 64
FRESH_MS = 700
LOOKS_A_SECOND = 5
NAMES = ("session", "host", "OBS")


def memory_mib(pid: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


class Soak:
    """One run. ``complaints``: what was not as it should be."""

    def __init__(self, studio: ObsStudio, session: Producer) -> None:
        self.complaints: list[str] = []
        self._studio = studio
        self._session = session
        self._began = time.monotonic()
        self._ages: list[int] = []
        self._memory: list[list[float]] = []
        self._look_again()

    def _look_again(self) -> None:
        self._obs = self._studio.connect()
        self._pictures = Screenshots(self._obs)
        self._seen = time.monotonic()

    def _host_pid(self) -> int:
        return int(json.loads((self._studio.home / "sanacam" / "host-1.json").read_text(encoding="utf-8"))["pid"])

    def complain(self, text: str) -> None:
        self.complaints.append(text)
        print(f"{self.minutes():6.1f} min  ! {text}", flush=True)

    def minutes(self) -> float:
        return (time.monotonic() - self._began) / 60

    def _fresh_age(self) -> int | None:
        """Between request and reply, in milliseconds; None when the picture is old, or there is none."""
        try:
            age = self._pictures.age_ms()
        except ConnectionLostError as error:
            # A machine that stalls for seconds, maybe: what follows shows whether OBS is still well.
            self.complain(error.message)
            self._obs.close()
            self._obs = self._studio.connect()
            self._pictures = Screenshots(self._obs)
            return None
        return None if age is None or age[1] > FRESH_MS else (age[0] + age[1]) // 2

    def watch(self, seconds: float) -> None:
        """Look again and again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if (age := self._fresh_age()) is not None:
                self._ages.append(age)
                self._seen = time.monotonic()
            elif time.monotonic() - self._seen > LONGEST_GAP_S:
                self.complain("no fresh picture for three seconds")
                self._seen = time.monotonic()
            time.sleep(1 / LOOKS_A_SECOND)

    def report(self) -> None:
        """One line."""
        memory = [memory_mib(pid) for pid in (self._session.pid, self._host_pid(), self._studio.pid)]
        self._memory.append(memory)
        ages = sorted(self._ages) or [-1]
        middle, old = statistics.median(ages), ages[len(ages) * 95 // 100]
        sizes = ", ".join(f"{name} {size:.0f}" for name, size in zip(NAMES, memory, strict=True))
        print(
            f"{self.minutes():6.1f} min  age {middle:3.0f} ms, 95 % {old:3.0f} ms ({len(self._ages)} looks)"
            f"  MiB: {sizes}  load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        self._ages.clear()

    def kill(self, name: str) -> None:
        """Kill one of the three, start it again (the host is started by the session), and time the picture."""
        self.check_memory()
        if name == "OBS":
            self._obs.close()
            self._studio.kill()
        elif name == "session":
            self._session.kill()
        else:
            os.kill(self._host_pid(), signal.SIGKILL)
        if name != "host":
            time.sleep(1.0)
        began = time.monotonic()
        if name == "OBS":
            self._studio.start()
            self._look_again()
        elif name == "session":
            self._session.start()
        else:
            # The last picture stays young for a moment.
            time.sleep(FRESH_MS / 1000)
        while self._fresh_age() is None:
            if time.monotonic() - began > BACK_S:
                self.complain(f"no picture {BACK_S:.0f} s after {name} was started again")
                break
            time.sleep(0.05)
        after = "it" if name == "host" else "its start"
        print(
            f"{self.minutes():6.1f} min  {name} killed; picture {time.monotonic() - began:.1f} s after {after}",
            flush=True,
        )
        self._seen = time.monotonic()

    def check_memory(self) -> None:
        """At the end of a time without kills."""
        if len(self._memory) >= 4:
            half = self._memory[len(self._memory) // 2]
            for name, before, now in zip(NAMES, half, self._memory[-1], strict=True):
                if now - before > GROWTH_MIB:
                    self.complain(f"the memory of {name} grew from {before:.0f} to {now:.0f} MiB")
        self._memory.clear()

    def close(self) -> None:
        self.check_memory()
        self._obs.close()


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description="Feeds a real OBS for a long time and watches.")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--way", choices=("stream", "script"), default="stream")
    parser.add_argument("--kill-every", type=float, default=300.0, metavar="S", help="0: never")
    arguments = parser.parse_args()
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as home:
        studio = ObsStudio(Path(home), scripts=(SCRIPT,))
        session = Producer(studio, (stamped_session.__file__, "640x352", "30", "obs"))
        try:
            studio.start()
            session.wish(ObsSettings(way=arguments.way, port=studio.port, password_from="obs"))
            session.start()
            soak = Soak(studio, session)
            end = time.monotonic() + arguments.minutes * 60
            next_kill = time.monotonic() + (arguments.kill_every or float("inf"))
            victims = itertools.cycle(NAMES)
            while time.monotonic() < end:
                soak.watch(min(60.0, max(0.0, end - time.monotonic())))
                soak.report()
                if time.monotonic() > next_kill:
                    soak.kill(next(victims))
                    next_kill += arguments.kill_every
            soak.close()
        finally:
            session.stop()
            studio.close()
    print("\n".join(soak.complaints) or "all well")
    return 1 if soak.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
