"""Processes side by side: numbers that only some have, devices that are not there."""

from __future__ import annotations

import json

import pytest
import torch

from sanacam.model.errors import UserError
from sanacam.model.training import parallel
from sanacam.model.training.parallel import Ranks, join_ranks, mean_numbers


def test_the_mean_of_a_number_is_over_the_ranks_that_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"loss": 1.0, "match": 0.5}, {"loss": 3.0}]
    monkeypatch.setattr(parallel, "meet", lambda ranks, message="": [json.dumps(row) for row in rows])
    for rank, row in enumerate(rows):
        assert mean_numbers(row, Ranks(rank, 2, torch.device("cpu"))) == {"loss": 2.0, "match": 0.5}


def test_devices_that_are_not_there_are_named() -> None:
    with pytest.raises(UserError, match="toaster"):
        join_ranks("toaster")
    with pytest.raises(UserError, match="no device cuda:99"):
        join_ranks("cuda:99")


def test_one_process_keeps_its_numbers() -> None:
    assert mean_numbers({"loss": 1.0}, Ranks(0, 1, torch.device("cpu"))) == {"loss": 1.0}
