"""Waiting worker threads must not hold the cores that capture and window need, unless the user wants them to."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("given", "expected"), [(None, "PASSIVE 3000"), ("ACTIVE", "ACTIVE None")])
def test_the_policy_is_set_before_torch_and_the_users_own_is_kept(given: str | None, expected: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
    if given is not None:
        environment["OMP_WAIT_POLICY"] = given
    program = (
        "import os, sys, sanacam.model\n"
        "assert 'torch' not in sys.modules\n"
        "print(os.environ.get('OMP_WAIT_POLICY'), os.environ.get('GOMP_SPINCOUNT'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == expected
