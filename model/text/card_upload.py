"""Ordinary memory to a card at the speed of the bus."""

from __future__ import annotations

import torch
from torch import Tensor


class CardUpload:
    """Tensors go by way of two page-locked buffers: while one is on the bus, all processor cores fill the other.

    Left to itself, a copy from pageable memory (a mapped file, say) is made by one core in small portions, at a
    fraction of the speed of the bus. Use from one thread at a time.

    Args:
        largest: bytes of the largest tensor to come.
    """

    def __init__(self, largest: int) -> None:
        self._buffers = [torch.empty(largest, dtype=torch.uint8, pin_memory=True) for _ in range(2)]
        self._sent = [torch.cuda.Event() for _ in self._buffers]
        self._turn = 0

    def send(self, source: Tensor, target: Tensor) -> None:
        """Write ``source`` (on the CPU) into ``target`` of the same shape on the card, on the current stream. The bus
        carries the dtype of ``source``; ``source`` may change once this returns."""
        self._turn = 1 - self._turn
        buffer, sent = self._buffers[self._turn], self._sent[self._turn]
        sent.synchronize()
        staged = buffer[: source.nbytes].view(source.dtype).view(source.shape)
        staged.copy_(source)
        if source.dtype == target.dtype:
            target.copy_(staged, non_blocking=True)
        else:
            # A copy between devices converts before it sends; the smaller of the two is what should travel.
            target.copy_(staged.to(target.device, non_blocking=True))
        with torch.cuda.device(target.device):
            sent.record()
