"""Main memory that `sanacam edit` takes for a short and for a long film; by hand, since an hour takes a while:

    PYTHONPATH=tests/helpers python tests/integration/edit_memory.py --minutes 1 60

A model of a few thousand parameters, built like the released streaming one, edits 64×64 pictures; per film the largest
resident memory of the whole command. What grows with the length of a film shows whatever the size of the model.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from long_film import RATE, write_long_film

from sanacam.model.zoo import save_bundle
from sanacam.model.zoo.tiny import tiny_streaming_bundle


def measure(folder: Path, model: Path, minutes: int, coders: str) -> tuple[float, float]:
    """(largest resident memory in MB, seconds) of editing a film of so many minutes."""
    film, output = write_long_film(folder / "in.mkv", 60 * minutes), folder / "out.mp4"
    words = ["edit", film, "-p", "snow", "-o", output, "--model", model, "--device", "cpu", "--overwrite"]
    decoder = {"full": "window", "tiny": "tiny"}[coders]
    began = time.monotonic()
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "SANACAM_CONFIG_DIR": str(folder)}
    command = [sys.executable, "-m", "sanacam.app", *map(str, words), "--encoder", coders, "--decoder", decoder]
    run = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise SystemExit(f"the edit ended with {run.returncode}")
    return usage.ru_maxrss / 1e3 * (1.024 if sys.platform == "linux" else 1e-3), time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description="Largest main memory of `sanacam edit`, by length of the film.")
    parser.add_argument("--minutes", type=int, nargs="+", default=[1, 60])
    parser.add_argument("--coders", choices=("full", "tiny"), default="full")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        model = Path(scratch) / "model"
        save_bundle(tiny_streaming_bundle(1), model)
        for minutes in options.minutes:
            peak, seconds = measure(Path(scratch), model, minutes, options.coders)
            frames = minutes * 60 * RATE
            print(f"{minutes:3} min, {frames:6} pictures: {peak:7.1f} MB, {frames / seconds:6.1f} fps", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
