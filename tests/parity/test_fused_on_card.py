"""The fused kernels on a CUDA card against the network as it is written."""

from __future__ import annotations

import pytest
import torch

from sanacam.model.parity_fused import check_on_card

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA card")]


def test_a_stream_in_bf16_graphs() -> None:
    assert [(o.case, o.error) for o in check_on_card(torch.device("cuda:0")) if not o.passed] == []
