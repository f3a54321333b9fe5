"""One forward of the packed network over static memory, made of few operations and no copies between layouts.

Tokens stay (frame, row, column), channels innermost, from the patch embedding to the velocity: rows of one matrix. The
norm that a block begins with is computed where the residual before it is added.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from sanacam.kernels.operations import Operations
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.fused.linear import Linear, NarrowLinear, PlainLinear, Projection
from sanacam.model.dit.fused.memory import FusedMemory, Window
from sanacam.model.dit.fused.pack import PackedBlock, PackedNetwork
from sanacam.model.dit.fused.text import TextBuffers

ROW_FORMS: tuple[Format, ...] = ("fp8", "int8", "mxfp8")
"""Formats that a kernel which holds whole rows packs by itself."""
FP8: tuple[Format, ...] = ("fp8", "fp8_tensor")
BEHIND_FP8: tuple[Format, ...] = ("fp8", "int8")
"""Formats in which the result of an fp8 product is packed by the launch that multiplies."""


def fixed_scale(linear: Linear) -> Tensor | None:
    """Scale with which the kernel before may pack parts of rows for this product."""
    return linear.input_scale if isinstance(linear, NarrowLinear) and linear.form == "fp8_tensor" else None


def _table(row: Tensor) -> Tensor:
    return row.view(1, 1, 1, -1)


class FusedForward:
    """Velocity of one chunk's tokens. Reads text and memory where they stand; writes the present chunk's keys into the
    window, and states and tails when asked to."""

    def __init__(
        self, config: DiTConfig, packed: PackedNetwork, ops: Operations, memory: FusedMemory, text: TextBuffers
    ) -> None:
        self.config, self.packed, self.ops, self.memory, self.text = config, packed, ops, memory, text
        ordinal = {True: 0, False: 0}
        self._place: list[int] = []
        for index in range(config.depth):
            softmax = index in config.softmax_indices
            self._place.append(ordinal[softmax])
            ordinal[softmax] += 1

    def __call__(
        self, tokens: Tensor, blocks: Tensor, final: Tensor, frames: int, window: Window, save: bool, velocity: bool
    ) -> Tensor | None:
        """
        Args:
            tokens: noisy and source channels (rows, channels).
            blocks, final: modulation of this timestep, see :class:`Modulation`.
            window: from :meth:`FusedMemory.prepare`.
            save: write this chunk's states and tails.
            velocity: whether the result is wanted; a state-writing forward stops when the last tail is known.

        Returns:
            (rows, out channels), or ``None``.
        """
        ops, packed = self.ops, self.packed
        x = packed.patch(tokens)
        plain: Tensor | None = ops.modulate(x[None, None], _table(blocks[0, 0]), _table(blocks[0, 1]))[0, 0]
        narrow: PackedMatrix | None = None
        for index, block in enumerate(packed.blocks):
            _, _, gate_a, shift_m, scale_m, gate_m = blocks[index].unbind(0)
            last = index + 1 == len(packed.blocks)
            attended = self._attend(index, block, plain, narrow, frames, window, save)
            rows, queries = self._cross_queries(x, attended, gate_a, block.out, block.cross_q)
            crossed = self._cross(index, queries, block.cross_out)
            rows, plain, narrow = self._add_and_norm(rows, crossed, block.cross_out, shift_m, scale_m, block.expand)
            inner = self._glu(block, narrow if narrow is not None else plain, frames)
            if last and not velocity:
                r = block.point(inner)[-self.memory.tokens :]
                self.memory.tails[index].copy_(block.temporal(r)[:, : r.shape[1]])
                return None
            r, mixed = self._feed(block, inner)
            shift, scale = final if last else blocks[index + 1, :2]
            reader = packed.final if last else packed.blocks[index + 1].project
            modulation = gate_m, shift, scale
            parts = self._parts(block.temporal, mixed, frames)
            x, plain, narrow = self._mix_and_norm(index, rows, r, parts, modulation, frames, save, reader)
        assert plain is not None
        return packed.final(plain)

    def _cross_queries(
        self, x: Tensor, attended: Tensor | PackedMatrix, gate: Tensor, out: Linear, linear: Linear
    ) -> tuple[Tensor, Tensor]:
        """Self-attention's output projection added to x, gated (rows, C), and the cross-attention queries that are read
        from it."""
        if linear.form in ROW_FORMS:
            rows, narrow = self.ops.residual_pack(x, out(attended), gate, linear.form)
            return rows, linear(narrow)
        if isinstance(out, PlainLinear) and isinstance(attended, Tensor):
            rows = self.ops.residual_linear(x, attended, out.weight, out.bias, gate)
        else:
            rows = self.ops.residual(x, out(attended), gate)
        return rows, linear(rows)

    def _cross(self, index: int, queries: Tensor, reader: Linear) -> Tensor | PackedMatrix:
        """Cross-attention of one block in the form that its reader wants."""
        text, scale = self.text, fixed_scale(reader)
        heads = self.config.cross_heads
        arguments = (queries, text.keys[index], text.values[index], text.bias, text.length, heads, text.counts)
        if scale is not None:
            return self.ops.cross_attention_fp8(*arguments, scale)
        return self.ops.cross_attention(*arguments)

    def _add_and_norm(
        self, x: Tensor, y: Tensor | PackedMatrix, out: Linear, shift: Tensor, scale: Tensor, reader: Linear
    ) -> tuple[Tensor, Tensor | None, PackedMatrix | None]:
        """``x + out(y)`` (rows, C) and its modulated norm (rows, C) in the form that its reader wants."""
        ops = self.ops
        if isinstance(out, PlainLinear) and isinstance(y, Tensor):
            arguments = x, y, out.weight, out.bias, shift, scale, self.memory.row_counts
            if reader.form in ROW_FORMS:
                added, narrow = ops.linear_modulate_pack(*arguments, reader.form)
                return added, None, narrow
            return *ops.linear_modulate(*arguments), None
        tables, product = (_table(shift), _table(scale)), out(y)[None, None]
        if reader.form in ROW_FORMS:
            summed, _, narrow = ops.residual_modulate_pack(x[None, None], product, None, *tables, reader.form)
            return summed[0, 0], None, narrow
        summed, plain = ops.residual_modulate(x[None, None], product, None, *tables)
        return summed[0, 0], plain[0, 0], None

    @staticmethod
    def _parts(temporal: Linear, r: Tensor | PackedMatrix, frames: int) -> Tensor:
        """What each frame adds to the next, itself and the one before, beside each other; a single frame has no one
        before it here."""
        if frames == 1 and isinstance(temporal, PlainLinear) and isinstance(r, Tensor):
            return F.linear(r, temporal.weight[: 2 * r.shape[1]])
        return temporal(r)

    def _mix_and_norm(
        self, index: int, x: Tensor, r: Tensor, parts: Tensor, modulation: tuple[Tensor, Tensor, Tensor], frames: int,
        save: bool, reader: Linear | Projection,
    ) -> tuple[Tensor, Tensor | None, PackedMatrix | None]:  # fmt: skip
        """The feed-forward layer's end: its temporal sum added to x, and the norm that the next block begins with, in
        the form or forms that its reader wants."""
        x, r, parts = (t.unflatten(0, (frames, -1)) for t in (x, r, parts))
        gate, shift, scale = modulation
        arguments = x, r, parts, self.memory.tails[index], gate, shift, scale, save
        if reader.form in ROW_FORMS:
            keep = isinstance(reader, Projection) and reader.keeps_plain
            summed, plain, narrow = self.ops.temporal_residual_pack(*arguments, reader.form, keep=keep)
            return summed.flatten(0, 1), None if plain is None else plain.flatten(0, 1), narrow
        summed, plain = self.ops.temporal_residual(*arguments)
        return summed.flatten(0, 1), plain.flatten(0, 1), None

    def _attend(
        self, index: int, block: PackedBlock, plain: Tensor | None, narrow: PackedMatrix | None, frames: int,
        window: Window, save: bool,
    ) -> Tensor | PackedMatrix:  # fmt: skip
        """Self-attention between its projections: (rows, C) -> (rows, C) in the form that the next product wants."""
        scale, ops = fixed_scale(block.out), self.ops
        memory, heads, place = self.memory, self.config.self_heads, self._place[index]
        count = frames * memory.tokens
        cos, sin = memory.cos[:count], memory.sin[:count]
        (q, k, v, gate), update = block.project(plain, narrow)
        if block.a_log is not None and block.dt_bias is not None:
            shape = (frames, memory.tokens, -1)
            assert update is not None
            q, k, v, gate, update = (t.unflatten(0, shape[:2])[None] for t in (q, k, v, gate, update))
            state = memory.m[place], memory.z[place]
            arguments = (
                q, k, v, gate, update, block.q_weight, block.k_weight, cos.view(shape), sin.view(shape), block.a_log,
                block.dt_bias, *state, memory.counts,
            )  # fmt: skip
            into = state if save else None
            if scale is not None:
                return ops.gdn_fp8(*arguments, scale, into=into)[0]
            return ops.gdn(*arguments, into=into)[0].reshape(count, -1)
        keys, values = memory.keys[place], memory.values[place]
        q = self.ops.write_window(q, k, v, block.q_weight, block.k_weight, cos, sin, memory.place, keys, values)
        q, k, v = (
            t.unflatten(-1, (heads, -1)).transpose(0, 1)[None]
            for t in (q, keys[window.start : window.end], values[window.start : window.end])
        )
        attended = F.scaled_dot_product_attention(q, k, v)
        rows = attended[0].transpose(0, 1).flatten(1)
        return ops.output_gate(rows, gate) if scale is None else ops.output_gate_fp8(rows, gate, scale)

    def _glu(self, block: PackedBlock, source: Tensor | PackedMatrix | None, frames: int) -> Tensor | PackedMatrix:
        """Feed-forward layer within each frame up to its last product, in the form that this wants: (rows, hidden)."""
        assert source is not None
        memory, ops = self.memory, self.ops
        picture = block.expand(source).view(frames, memory.height, memory.width, -1)
        weight, bias = block.depth_weight, block.depth_bias
        scale = fixed_scale(block.point)
        if scale is not None:
            return ops.glu_conv_fp8(picture, weight, bias, scale)
        return ops.glu_conv(picture, weight, bias).flatten(0, 2)

    def _feed(self, block: PackedBlock, inner: Tensor | PackedMatrix) -> tuple[Tensor, Tensor | PackedMatrix]:
        """Its last product (rows, C), and the same in the form that the temporal convolution wants."""
        point, form = block.point, block.temporal.form
        if isinstance(point, NarrowLinear) and point.form in FP8 and form in BEHIND_FP8:
            arguments = point.enter(inner), point.product.weight, point.bias, self.memory.row_counts
            return self.ops.linear_pack(*arguments, form, point.dtype)
        r = point(inner)
        return r, r
