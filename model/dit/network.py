"""The hybrid streaming diffusion transformer (SANA-Streaming, arXiv 2605.30409): one class for every size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from sanacam.model.dit.blocks import EMPTY_MEMORY, BlockRecord, HybridBlock
from sanacam.model.dit.chunks import ChunkLayout, visible_chunks
from sanacam.model.dit.config import CAPTION_NORM_EPS, DiTConfig
from sanacam.model.dit.cross import key_bias
from sanacam.model.dit.embeddings import CaptionEmbedder, FinalLayer, PatchEmbedder, TimestepEmbedder
from sanacam.model.dit.init import initialise
from sanacam.model.dit.layers import RMSNorm
from sanacam.model.dit.rope import POSITION_RANGE, rotary_tables
from sanacam.model.dit.state import StreamState
from sanacam.model.dit.text_kv import TextKV

COMPILED_VARIANTS = 64
"""Block kinds × chunk layouts × gradient modes that one process may compile."""


class HybridDiT(nn.Module):
    """Velocity prediction for noisy latents, given source latents of the same frames and a text.

    State-dict names and shapes are those of the released checkpoint (``sana_streaming_ar.pth`` after unwrapping),
    whatever the size. Initialised for training from scratch."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.config = config
        width = config.hidden_size
        self.x_embedder = PatchEmbedder(config)
        self.t_embedder = TimestepEmbedder(width)
        self.t_block = nn.Sequential(nn.SiLU(), nn.Linear(width, 6 * width))
        self.y_embedder = CaptionEmbedder(config)
        self.attention_y_norm = RMSNorm(width, CAPTION_NORM_EPS)
        self.blocks = nn.ModuleList(HybridBlock(config, i in config.softmax_indices) for i in range(config.depth))
        self.final_layer = FinalLayer(config)
        initialise(self)

    @property
    def dtype(self) -> torch.dtype:
        """Of the weights (and so of activations outside autocast)."""
        return self.x_embedder.proj.weight.dtype

    @property
    def hybrid_blocks(self) -> list[HybridBlock]:
        """``blocks`` with their type."""
        return [cast(HybridBlock, block) for block in self.blocks]

    def compile_blocks(self, **options: Any) -> None:
        """``torch.compile`` every block in place; state-dict names stay as they are. ``options`` go to
        ``torch.compile``.

        Each way of cutting a clip into chunks is compiled once for GDN and once for softmax blocks.
        """
        dynamo = torch._dynamo.config
        dynamo.recompile_limit = max(dynamo.recompile_limit, COMPILED_VARIANTS)
        for block in self.blocks:
            block.compile(**options)

    def new_state(
        self,
        batch: int,
        height: int,
        width: int,
        chunk_latents: int,
        *,
        first_chunk_latents: int | None = None,
        dtype: torch.dtype | None = None,
        sink_distance: int | None = None,
        rebase_every: int = POSITION_RANGE,
    ) -> StreamState:
        """A fresh stream memory on the network's device; see :class:`StreamState`."""
        device = self.x_embedder.proj.weight.device
        return StreamState(
            self.config,
            batch,
            height,
            width,
            chunk_latents,
            first_chunk_latents=first_chunk_latents,
            device=device,
            dtype=dtype or self.dtype,
            sink_distance=sink_distance,
            rebase_every=rebase_every,
        )

    def text_kv(self, text: Tensor, mask: Tensor | None = None) -> TextKV:
        """Everything cross-attention needs of a prompt.

        Args:
            text: token embeddings (B, L, caption channels) or (B, 1, L, caption channels).
            mask: (B, L), nonzero where a token is real; ``None`` for all real. A smaller batch of masks is repeated in
                turn.
        """
        if text.ndim == 4:
            text = text.squeeze(1)
        projected = self.attention_y_norm(self.y_embedder(text.to(self.dtype)))
        pairs = [block.cross_attn.text_kv(projected) for block in self.hybrid_blocks]
        if mask is None:
            mask = torch.ones(text.shape[:2], device=text.device)
        bias = key_bias(mask, pairs[0][0])
        return TextKV(tuple(k for k, _ in pairs), tuple(v for _, v in pairs), bias)

    def forward(
        self,
        x: Tensor,
        source: Tensor,
        timestep: Tensor,
        text: Tensor | TextKV,
        text_mask: Tensor | None = None,
        state: StreamState | None = None,
        save: bool = False,
        chunks: Sequence[int] | None = None,
        first_frame: int | None = None,
        position_scale: float = 1.0,
    ) -> Tensor:
        """Velocity ``noise − clean`` for the given frames.

        With ``state`` the frames follow on what it remembers. Several ``chunks`` in one call give what calling chunk by
        chunk (each saving from the same pass) would give; that is how training sees whole clips. Both may be combined.

        Args:
            x: noisy latents (B, C, T, h, w).
            source: source latents of the same frames (B, C', T, h, w).
            timestep: (B,) or (B, T), one per latent frame; 0…1000, truncated to an integer.
            text: token embeddings as in :meth:`text_kv`, or its result.
            text_mask: (B, L); ignored with a :class:`TextKV`.
            save: write this call's frames into ``state``.
            chunks: latent frames of each chunk, sum T; default one chunk.
            first_frame: temporal position of the first latent frame; default where ``state`` is, else 0.
            position_scale: multiplies spatial positions.

        Returns:
            (B, out channels, T, h, w).

        Raises:
            ValueError: if shapes, ``chunks`` or ``state`` do not fit together.
        """
        batch, _, frames, height, width = x.shape
        lengths = tuple(chunks) if chunks is not None else (frames,)
        if sum(lengths) != frames or min(lengths) < 1:
            raise ValueError(f"chunks {lengths} do not cover {frames} latent frames")
        if source.shape[0] != batch or source.shape[2:] != x.shape[2:]:
            raise ValueError(f"source {tuple(source.shape)} does not match the noisy latents {tuple(x.shape)}")
        if save and state is None:
            raise ValueError("save needs a state to write to")
        if state is not None and (state.batch, state.height, state.width) != (batch, height, width):
            raise ValueError(
                f"state is for {(state.batch, state.height, state.width)}, input is {(batch, height, width)}"
            )
        if first_frame is None:
            first_frame = state.position if state is not None else 0

        layout = self._layout(lengths, height, width, state)
        cos, sin = rotary_tables(
            self.config.self_head_dim, first_frame, frames, height, width, float(position_scale), x.device
        )
        kv = text if isinstance(text, TextKV) else self.text_kv(text, text_mask)
        t_emb = self.t_embedder(timestep if timestep.ndim == 2 else timestep[:, None])
        t6 = self.t_block(t_emb).unflatten(-1, (6, -1))
        tokens = self.x_embedder(x, source)
        if torch.is_autocast_enabled(x.device.type):
            tokens = tokens.float()  # one residual dtype for every block, and the better one for training
        records: list[BlockRecord] = []
        for index, block in enumerate(self.hybrid_blocks):
            memory = state.memory(index) if state is not None else EMPTY_MEMORY
            tokens, record = block(tokens, t6, cos, sin, kv.keys[index], kv.values[index], kv.bias, layout, memory)
            if save:
                records.append(record)
        if save and state is not None:
            state.store(records, layout)
        out = self.final_layer(tokens, t_emb)
        return out.unflatten(2, (height, width)).permute(0, 4, 1, 2, 3)

    def _layout(self, lengths: tuple[int, ...], height: int, width: int, state: StreamState | None) -> ChunkLayout:
        """Visibility of each chunk, counted in ``remembered + own`` chunks."""
        remembered = state.remembered() if state is not None else ()
        start = state.chunk_index if state is not None else 0
        position = {chunk: i for i, chunk in enumerate((*remembered, *range(start, start + len(lengths))))}
        visible = tuple(
            tuple(position[c] for c in visible_chunks(start + i, self.config.num_cached_blocks, self.config.sink))
            for i in range(len(lengths))
        )
        return ChunkLayout(lengths, visible, height, width)
