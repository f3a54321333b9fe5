"""Shape of one hybrid diffusion transformer; the same class of network serves every size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields, replace
from typing import Any

BLOCK_NORM_EPS = 1e-6
"""LayerNorm before self-attention, FFN and in the final layer."""
SELF_NORM_EPS = 1e-5
"""RMSNorm of self-attention queries and keys."""
CROSS_NORM_EPS = 1e-6
"""RMSNorm of cross-attention queries and keys."""
CAPTION_NORM_EPS = 1e-5
GDN_DENOMINATOR_EPS = 1e-8
TIMESTEP_EMBEDDING_WIDTH = 256


@dataclass(frozen=True)
class DiTConfig:
    """Everything that decides parameter shapes, plus how far softmax blocks look back.

    Attributes:
        hidden_size: residual width ``C``.
        depth: number of blocks.
        self_heads, cross_heads: attention heads; each must divide ``hidden_size``. The self head dimension must be
            even.
        mlp_ratio: FFN hidden width of each GLU half, as a multiple of ``hidden_size``.
        in_channels, source_channels, out_channels: latent channels of the noisy target, the source and the velocity.
        softmax_ratio: share of blocks with softmax attention; see :attr:`softmax_indices`. The others are GDN.
        softmax_kernel: 3 when the checkpoint stores (C, C, 3) temporal kernels for softmax q/k (streaming; only the
            centre tap is used), 1 for plain (C, C) linears (bidirectional, ``mini``).
        caption_channels, max_text_tokens: width and number of text tokens.
        sink: keep the first chunk visible to softmax blocks forever.
        num_cached_blocks: earlier chunks a softmax block sees (sink included); negative means all of them.
        softmax_blocks: the blocks with softmax attention where they are not spread by ``softmax_ratio``, ascending.
        gdn_dt_bias: decay bias of the first and the last head at initialisation, linear between; decay is about ``1 -
            exp(bias)``.

    Raises:
        ValueError: if the values contradict each other.
    """

    hidden_size: int
    depth: int
    self_heads: int
    cross_heads: int
    mlp_ratio: float
    in_channels: int
    source_channels: int
    out_channels: int
    softmax_ratio: float
    caption_channels: int
    max_text_tokens: int
    sink: bool
    num_cached_blocks: int
    softmax_kernel: int = 1
    gdn_dt_bias: tuple[float, float] = (-7.0, -2.5)
    softmax_blocks: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        positive = (
            "hidden_size",
            "depth",
            "self_heads",
            "cross_heads",
            "mlp_ratio",
            "in_channels",
            "source_channels",
            "out_channels",
            "caption_channels",
            "max_text_tokens",
        )
        for name in positive:
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")
        for name in ("self_heads", "cross_heads"):
            if self.hidden_size % getattr(self, name):
                raise ValueError(f"{name}={getattr(self, name)} does not divide hidden_size={self.hidden_size}")
        if self.self_head_dim % 2 or self.self_head_dim < 6:
            raise ValueError(
                f"rotary positions need an even self head dimension of 6 or more, got {self.self_head_dim}"
            )
        if not 0.0 <= self.softmax_ratio <= 1.0:
            raise ValueError(f"softmax_ratio must lie in 0…1, got {self.softmax_ratio}")
        if self.softmax_kernel not in (1, 3):
            raise ValueError(f"softmax_kernel must be 1 or 3, got {self.softmax_kernel}")
        object.__setattr__(self, "gdn_dt_bias", tuple(float(value) for value in self.gdn_dt_bias))
        if len(self.gdn_dt_bias) != 2:
            raise ValueError("gdn_dt_bias takes two numbers: first head, last head")
        if self.softmax_blocks is not None:
            object.__setattr__(self, "softmax_blocks", tuple(int(index) for index in self.softmax_blocks))
            if sorted({*self.softmax_blocks} & {*range(self.depth)}) != [*self.softmax_blocks]:
                raise ValueError(f"softmax_blocks must ascend within {self.depth} blocks, got {self.softmax_blocks}")

    @property
    def self_head_dim(self) -> int:
        return self.hidden_size // self.self_heads

    @property
    def cross_head_dim(self) -> int:
        return self.hidden_size // self.cross_heads

    @property
    def ffn_hidden(self) -> int:
        return int(self.hidden_size * self.mlp_ratio)

    @property
    def softmax_indices(self) -> tuple[int, ...]:
        """Blocks (0-based) with softmax attention: those stated, else evenly spread, the last one among them."""
        if self.softmax_blocks is not None:
            return self.softmax_blocks
        if self.softmax_ratio == 0.0:
            return ()
        count = max(1, int(self.depth * self.softmax_ratio))
        step = self.depth / count
        return tuple(int((i + 1) * step) - 1 for i in range(count))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; :meth:`from_dict` reads them back."""
        plain = {**asdict(self), "gdn_dt_bias": list(self.gdn_dt_bias)}
        stated = plain.pop("softmax_blocks")
        return plain if stated is None else {**plain, "softmax_blocks": list(stated)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> DiTConfig:
        """Inverse of :meth:`to_dict`.

        Raises:
            ValueError: for a key this class does not know or lacks, or for values that contradict each other.
        """
        unknown = sorted(set(values) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"unknown DiT settings: {', '.join(unknown)}")
        missing = sorted({field.name for field in fields(cls) if field.default is MISSING} - set(values))
        if missing:
            raise ValueError(f"missing DiT settings: {', '.join(missing)}")
        return cls(**values)

    @classmethod
    def mini(cls) -> DiTConfig:
        """The embedded model: no sink (so positions are purely relative), decays spread over the heads."""
        return cls(
            hidden_size=256,
            depth=8,
            self_heads=4,
            cross_heads=4,
            mlp_ratio=2.5,
            in_channels=64,
            source_channels=64,
            out_channels=64,
            softmax_ratio=0.125,
            caption_channels=384,
            max_text_tokens=32,
            sink=False,
            num_cached_blocks=2,
        )

    @classmethod
    def sana_streaming_2b(cls) -> DiTConfig:
        """SANA-Streaming 2B, long-streaming release."""
        return cls(
            hidden_size=2240,
            depth=20,
            self_heads=20,
            cross_heads=20,
            mlp_ratio=3.0,
            in_channels=128,
            source_channels=128,
            out_channels=128,
            softmax_ratio=0.25,
            caption_channels=2304,
            max_text_tokens=300,
            sink=True,
            num_cached_blocks=2,
            softmax_kernel=3,
            gdn_dt_bias=(-8.0, -8.0),
        )

    @classmethod
    def sana_bidirectional_2b(cls) -> DiTConfig:
        """SANA-Streaming 2B, offline release: the whole clip is one chunk."""
        return replace(cls.sana_streaming_2b(), softmax_kernel=1, sink=False, num_cached_blocks=0)
