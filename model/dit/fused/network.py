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
        x = packed.patch(tokens)[None, None]
        plain: Tensor | None = ops.modulate(x, _table(blocks[0, 0]), _table(blocks[0, 1]))[0, 0]
        narrow: PackedMatrix | None = None
        for index, block in enumerate(packed.blocks):
            _, _, gate_a, shift_m, scale_m, gate_m = blocks[index].unbind(0)
            last = index + 1 == len(packed.blocks)
            attended = block.out(self._attend(index, block, plain, narrow, frames, window, save))
            rows, queries = self._cross_queries(x[0, 0], attended, gate_a, block.cross_q)
            crossed = block.cross_out(self._cross(index, queries, block.cross_out))
            x, plain, narrow = self._add_and_norm(rows[None, None], crossed, None, None, shift_m, scale_m, block.expand)
            fed, extra = self._feed(index, block, plain, narrow, frames, save, stop=last and not velocity)
            if fed is None:
                return None
            shift, scale = final if last else blocks[index + 1, :2]
            reader = packed.final if last else packed.blocks[index + 1].project
            x, plain, narrow = self._add_and_norm(x, fed, extra, gate_m, shift, scale, reader)
        assert plain is not None
        return packed.final(plain)

    def _cross_queries(self, x: Tensor, y: Tensor, gate: Tensor, linear: Linear) -> tuple[Tensor, Tensor]:
        """Gated residual (rows, C) and the cross-attention queries that are read from it."""
        if linear.form in ROW_FORMS:
            rows, narrow = self.ops.residual_pack(x, y, gate, linear.form)
            return rows, linear(narrow)
        rows = self.ops.residual(x, y, gate)
        return rows, linear(rows)

    def _cross(self, index: int, queries: Tensor, reader: Linear) -> Tensor | PackedMatrix:
        """Cross-attention of one block in the form that its reader wants."""
        text, scale = self.text, fixed_scale(reader)
        arguments = (queries, text.keys[index], text.values[index], text.bias, text.length, self.config.cross_heads)
        if scale is not None:
            return self.ops.cross_attention_fp8(*arguments, scale)
        return self.ops.cross_attention(*arguments)

    def _add_and_norm(
        self, x: Tensor, y: Tensor, extra: Tensor | None, gate: Tensor | None, shift: Tensor, scale: Tensor,
        reader: Linear | Projection,
    ) -> tuple[Tensor, Tensor | None, PackedMatrix | None]:  # fmt: skip
        """Residual and modulated norm: the new x (1, 1, rows, C), and the norm (rows, C) in the form or forms that its
        reader wants."""
        tables = None if gate is None else _table(gate), _table(shift), _table(scale)
        y = y[None, None]
        extra = None if extra is None else extra[None, None]
        if reader.form in ROW_FORMS:
            keep = isinstance(reader, Projection) and reader.keeps_plain
            x, plain, narrow = self.ops.residual_modulate_pack(x, y, *tables, reader.form, extra=extra, keep=keep)
            return x, None if plain is None else plain[0, 0], narrow
        x, plain = self.ops.residual_modulate(x, y, *tables, extra=extra)
        return x, plain[0, 0], None

    def _attend(
        self, index: int, block: PackedBlock, plain: Tensor | None, narrow: PackedMatrix | None, frames: int,
        window: Window, save: bool,
    ) -> Tensor | PackedMatrix:  # fmt: skip
        """Self-attention between its projections: (rows, C) -> (rows, C) in the form that the next product wants."""
        scale, ops = fixed_scale(block.out), self.ops
        memory, heads, place = self.memory, self.config.self_heads, self._place[index]
        count = frames * memory.tokens
        cos, sin = memory.cos[:count], memory.sin[:count]
        outputs = block.project(plain, narrow)
        if block.a_log is not None and block.dt_bias is not None:
            shape = (frames, memory.tokens, -1)
            q, k, v, gate, update = (t.unflatten(0, shape[:2])[None] for t in outputs)
            state = memory.m[place], memory.z[place]
            arguments = (
                q, k, v, gate, update, block.q_weight, block.k_weight, cos.view(shape), sin.view(shape), block.a_log,
                block.dt_bias, *state,
            )  # fmt: skip
            into = state if save else None
            if scale is not None:
                return ops.gdn_fp8(*arguments, scale, into=into)[0]
            return ops.gdn(*arguments, into=into)[0].reshape(count, -1)
        q, k, v, gate = outputs
        keys, values = memory.keys[place], memory.values[place]
        q = self.ops.write_window(q, k, v, block.q_weight, block.k_weight, cos, sin, memory.place, keys, values)
        q, k, v = (
            t.unflatten(-1, (heads, -1)).transpose(0, 1)[None]
            for t in (q, keys[window.start : window.end], values[window.start : window.end])
        )
        attended = F.scaled_dot_product_attention(q, k, v)
        rows = attended[0].transpose(0, 1).flatten(1)
        return ops.output_gate(rows, gate) if scale is None else ops.output_gate_fp8(rows, gate, scale)

    def _feed(
        self, index: int, block: PackedBlock, plain: Tensor | None, narrow: PackedMatrix | None, frames: int,
        save: bool, stop: bool,
    ) -> tuple[Tensor | None, Tensor | None]:  # fmt: skip
        """Feed-forward layer: two (rows, C) that add up to its output, the second perhaps nothing; nothing at all where
        it stops at the tail."""
        memory, ops = self.memory, self.ops
        source = narrow if narrow is not None else plain
        assert source is not None
        picture = block.expand(source).view(frames, memory.height, memory.width, -1)
        weight, bias = block.depth_weight, block.depth_bias
        scale = fixed_scale(block.point)
        if scale is not None:
            r = block.point(ops.glu_conv_fp8(picture, weight, bias, scale))
        else:
            r = block.point(ops.glu_conv(picture, weight, bias).reshape(picture.shape[:-1].numel(), -1))
        tail, by_frame = memory.tails[index], r.view(frames, memory.tokens, -1)
        if stop:
            tail.copy_(by_frame[-1])
            return None, None
        mix = block.temporal
        if mix.form == "fp8":
            return mix(ops.temporal_taps_fp8(by_frame, tail, save)), r
        taps = ops.temporal_taps(by_frame, tail, save).flatten(0, 1)
        if isinstance(mix, PlainLinear):
            return mix.accumulate(taps, r), None
        return mix(F.pad(taps, (0, 3 * r.shape[1] - taps.shape[1]))), r
