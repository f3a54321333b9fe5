"""Half an hour with a real OBS: run by hand, not by pytest.

    python tests/integration/obs_soak.py [--minutes 30] [--way stream|script] [--kill-every 300]

Feeds OBS with stamped pictures and says each minute how old they are in OBS, how much memory both sides take and what
the keeper says. Every ``--kill-every`` seconds the producer is killed and started again, every other time OBS. Ends
with 1 when a picture was ever missing for more than three seconds otherwise, came back too late, or memory grew by more
than 64 MiB over the second half.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))

from obs_studio import ObsStudio, Screenshots, missing  # noqa: E402
from producer_process import SCRIPT, Producer  # noqa: E402

from sanacam.app.settings import ObsSettings  # noqa: E402

LONGEST_GAP_S = 3.0
BACK_S = 8.0
GROWTH_MIB = 64
FRESH_MS = 700


def memory_mib(pid: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


class Soak:
    """One run. ``complaints``: what was not as it should be."""

    def __init__(self, studio: ObsStudio, producer: Producer) -> None:
        self.complaints: list[str] = []
        self._studio = studio
        self._producer = producer
        self._began = time.monotonic()
        self._ages: list[int] = []
        self._memory: list[tuple[float, float]] = []
        self._look_again()

    def _look_again(self) -> None:
        self._obs = self._studio.connect()
        self._pictures = Screenshots(self._obs)
        self._seen = time.monotonic()

    def complain(self, text: str) -> None:
        self.complaints.append(text)
        print(f"{self.minutes():6.1f} min  ! {text}", flush=True)

    def minutes(self) -> float:
        return (time.monotonic() - self._began) / 60

    def watch(self, seconds: float) -> None:
        """Look ten times a second."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            age = self._pictures.age_ms()
            if age is not None and age[1] < FRESH_MS:
                self._ages.append(age[1])
                self._seen = time.monotonic()
            elif time.monotonic() - self._seen > LONGEST_GAP_S:
                self.complain("no fresh picture for three seconds")
                self._seen = time.monotonic()
            time.sleep(0.1)

    def report(self) -> None:
        """One line."""
        memory = memory_mib(self._producer.pid), memory_mib(self._studio.pid)
        self._memory.append(memory)
        ages = sorted(self._ages) or [-1]
        middle, old = statistics.median(ages), ages[len(ages) * 95 // 100]
        print(
            f"{self.minutes():6.1f} min  age {middle:3.0f} ms, 95 % {old:3.0f} ms"
            f" ({len(self._ages)} looks)  memory {memory[0]:.0f} MiB, OBS {memory[1]:.0f} MiB",
            flush=True,
        )
        self._ages.clear()

    def kill(self, *, obs: bool) -> None:
        """Kill one side, start it again, and time the picture."""
        name = "OBS" if obs else "the producer"
        if obs:
            self._obs.close()
            self._studio.kill()
        else:
            self._producer.kill()
        time.sleep(1.0)
        began = time.monotonic()
        if obs:
            self._studio.start()
            self._look_again()
        else:
            self._producer.start()
        while (age := self._pictures.age_ms()) is None or age[1] > FRESH_MS:
            if time.monotonic() - began > BACK_S:
                self.complain(f"no picture {BACK_S:.0f} s after {name} was started again")
                break
            time.sleep(0.05)
        print(
            f"{self.minutes():6.1f} min  {name} killed; picture {time.monotonic() - began:.1f} s after its start",
            flush=True,
        )
        self._seen = time.monotonic()
        self._memory.clear()

    def close(self) -> None:
        if len(self._memory) >= 4:
            for side, name in enumerate(("Sanacam", "OBS")):
                half = self._memory[len(self._memory) // 2][side]
                if self._memory[-1][side] - half > GROWTH_MIB:
                    self.complain(f"the memory of {name} grew from {half:.0f} to {self._memory[-1][side]:.0f} MiB")
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
        producer = Producer(studio)
        try:
            studio.start()
            producer.wish(ObsSettings(way=arguments.way, port=studio.port, password_from="obs"))
            producer.start()
            soak = Soak(studio, producer)
            end = time.monotonic() + arguments.minutes * 60
            next_kill = time.monotonic() + (arguments.kill_every or float("inf"))
            kills = 0
            while time.monotonic() < end:
                soak.watch(min(60.0, max(0.0, end - time.monotonic())))
                soak.report()
                if time.monotonic() > next_kill:
                    kills += 1
                    soak.kill(obs=kills % 2 == 0)
                    next_kill += arguments.kill_every
            soak.close()
        finally:
            producer.stop()
            studio.close()
    print("\n".join(soak.complaints) or "all well")
    return 1 if soak.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
