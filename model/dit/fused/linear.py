"""How the fused path multiplies by weights, whatever the number format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.model.quantisation.linear import PackedLinear, pack_rows

UPDATE = 4
"""Number of the output that holds β and decay logits, see :mod:`sanacam.model.dit.fused.pack`."""


class Linear(Protocol):
    """``x Wᵀ + b`` on rows.

    Attributes:
        form: number format of both operands. Rows that are not in it yet are packed on the way in.
    """

    form: Format

    def __call__(self, x: Tensor | PackedMatrix) -> Tensor:
        """(rows, in) -> (rows, out), contiguous."""
        ...


class PlainLinear:
    """In the dtype of the weight.

    Args:
        weight: (out, in), rows evenly spaced. bias: (out,).
    """

    form: Format = "bf16"

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        self.weight = weight
        self.bias = bias

    def __call__(self, x: Tensor | PackedMatrix) -> Tensor:
        assert isinstance(x, Tensor)
        return F.linear(x, self.weight, self.bias)


class NarrowLinear:
    """By a packed weight; results in the network's dtype.

    Args:
        product: with its weight, bias and back end.

    Attributes:
        input_scale: fixed scale () of what comes in, for formats that want one.
    """

    def __init__(self, product: PackedLinear, dtype: torch.dtype) -> None:
        self.product, self.dtype = product, dtype
        self.form: Format = product.form
        scale, bias = product.input_scale, product.bias
        self.input_scale = scale if isinstance(scale, Tensor) else None
        self.bias = bias if isinstance(bias, Tensor) else None

    def enter(self, x: Tensor | PackedMatrix) -> PackedMatrix:
        """What comes in, packed."""
        return x if isinstance(x, PackedMatrix) else pack_rows(x, self.form, self.input_scale)

    def __call__(self, x: Tensor | PackedMatrix) -> Tensor:
        result: Tensor = self.product(x, self.dtype)
        return result


class Projection:
    """Everything that reads one matrix of tokens, as few products as its formats allow.

    Args:
        parts: products, each with the (number, width) of the outputs that stand beside each other in it.

    Attributes:
        form: narrow format that most parts want their input in, else ``bf16``.
        keeps_plain: whether some part reads the ordinary tokens.
    """

    def __init__(self, parts: Sequence[tuple[Linear, Sequence[tuple[int, int]]]]) -> None:
        self.parts = tuple(parts)
        narrow: list[Format] = [linear.form for linear, _ in self.parts if linear.form != "bf16"]
        self.form: Format = max(narrow, key=narrow.count) if narrow else "bf16"
        self.keeps_plain = any(linear.form != self.form for linear, _ in self.parts) or self.form == "bf16"

    def __call__(self, plain: Tensor | None, packed: PackedMatrix | None) -> tuple[list[Tensor], Tensor | None]:
        """Outputs by number, each (rows, width), columns of a wider product; and the logits of β and decay, if there
        are any."""
        found: dict[int, Tensor] = {}
        for linear, outputs in self.parts:
            source = packed if packed is not None and linear.form == packed.format else plain
            assert source is not None
            product, start = linear(source), 0
            for number, width in outputs:
                found[number] = product[:, start : start + width]
                start += width
        update = found.pop(UPDATE, None)
        return [found[number] for number in range(len(found))], update
