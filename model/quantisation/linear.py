"""Products by a packed weight, as modules: natively where a back end can, or in exact emulation."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.kernels.gemm.problem import Machine, Problem, triton_version
from sanacam.kernels.gemm.registry import Choice, choose
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.reference import quantize as reference
from sanacam.kernels.reference.quantize_fp8 import tensor_scale
from sanacam.kernels.reference.quantize_nvfp4 import nvfp4_tensor_scale


def pack_rows(x: Tensor, form: Format, scale: Tensor | None = None) -> PackedMatrix:
    """Activations (rows, K) in a format: by the packing kernels on a card, by the plain quantisers elsewhere (the same
    bits).

    Args:
        scale: fixed tensor scale () of ``fp8_tensor`` and ``nvfp4``; by default it is taken from ``x``, which costs a
            pass.
    """
    if scale is None and form == "fp8_tensor":
        scale = tensor_scale(x)
    if scale is None and form == "nvfp4":
        scale = nvfp4_tensor_scale(x)
    if form == "bf16" or x.device.type != "cuda" or triton_version() == (0, 0):
        return reference.quantise(x, form, scale)
    from sanacam.kernels.quantize import quantise

    return quantise(x, form, scale)


class PackedLinear(nn.Module):
    """``x Wᵀ + b`` with a packed weight, by the back end that the registry chooses for the first number of rows.

    Fits wherever the fused forward wants a linear map: rows in, rows out. Takes ordinary activations and packs them, or
    a :class:`PackedMatrix` that the kernel before has stored already.

    Args:
        weight: packed (N, K). bias: (N,), kept in its dtype.
        layer: what errors call it.
        input_scale: fixed tensor scale of the activations for ``fp8_tensor`` and ``nvfp4``.
        emulate: multiply the format's exact numbers where no back end has the format.
        prefer: name of a back end.

    Raises:
        NoBackendError: (at the first call) no back end can.
    """

    codes: Tensor
    scale: Tensor | None
    block_scale: Tensor | None

    def __init__(
        self, weight: PackedMatrix, bias: Tensor | None = None, *, layer: str = "", input_scale: Tensor | None = None,
        emulate: bool = False, prefer: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self.form: Format = weight.format
        self.layer, self.emulate, self.prefer = layer, emulate, prefer
        self.register_buffer("codes", weight.codes)
        self.register_buffer("scale", weight.scale)
        self.register_buffer("block_scale", weight.block_scale)
        self.register_buffer("bias", bias)
        self.register_buffer("input_scale", input_scale)
        self.choice: Choice | None = None

    @classmethod
    def of(
        cls, weight: Tensor, bias: Tensor | None, form: Format, layer: str = "", *, emulate: bool = False
    ) -> PackedLinear:
        """From an ordinary matrix (N, K)."""
        return cls(reference.quantise(weight.detach(), form), bias, layer=layer, emulate=emulate)

    @property
    def weight(self) -> PackedMatrix:
        """The packed (N, K)."""
        return PackedMatrix(self.form, self.codes, self.scale, self.block_scale)

    def choose(self, rows: int) -> Choice:
        """Which back end multiplies ``rows`` rows, and why.

        Raises:
            NoBackendError: none can.
        """
        weight = self.weight
        problem = Problem(self.form, rows, weight.rows, weight.inner, self.layer)
        return choose(problem, Machine.here(self.codes.device), emulate=self.emulate, prefer=self.prefer)

    def forward(self, x: Tensor | PackedMatrix, dtype: torch.dtype | None = None) -> Tensor:
        """(…, K) -> (…, N) in the dtype of ``x``; a packed (R, K) -> (R, N) in ``dtype``, bf16 unless given."""
        if isinstance(x, PackedMatrix):
            return self._multiply(x, dtype or torch.bfloat16)
        rows = x.reshape(-1, x.shape[-1])
        packed = pack_rows(rows, self.form, self.input_scale)  # type: ignore[arg-type]
        return self._multiply(packed, dtype or x.dtype).view(*x.shape[:-1], -1)

    def accumulate(self, x: Tensor | PackedMatrix, onto: Tensor) -> Tensor:
        """``onto + x Wᵀ`` in place, ``onto`` (R, N)."""
        return onto.add_(self.forward(x, onto.dtype))

    def _multiply(self, x: PackedMatrix, dtype: torch.dtype) -> Tensor:
        if self.choice is None:
            self.choice = self.choose(x.rows)
        bias = self.bias
        assert bias is None or isinstance(bias, Tensor)
        return self.choice.multiply(x, self.weight, bias, dtype)


class EmulatedLinear(nn.Module):
    """``x Wᵀ + b`` with both rounded to a format, multiplied in fp32: a format's quality on any machine.

    The unpacked weight is kept, so that a stream costs one rounding of the activations a product.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None, form: Format) -> None:
        super().__init__()
        self.form: Format = form
        self.register_buffer("rounded_weight", reference.rounded(weight.detach(), form))
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> Tensor:
        """(…, K) -> (…, N) in the dtype of ``x``."""
        weight, bias = self.rounded_weight, self.bias
        assert isinstance(weight, Tensor)
        assert bias is None or isinstance(bias, Tensor)
        rounded = reference.rounded(x, self.form)
        return F.linear(rounded, weight, None if bias is None else bias.float()).to(x.dtype)

    def accumulate(self, x: Tensor, onto: Tensor) -> Tensor:
        """``onto + x Wᵀ`` in place."""
        return onto.add_(self.forward(x))
