"""How much graphics memory a model needs, from its parameters, its stream state and what a chunk takes while it runs.

Weights and state are counted. What layers need while they run is proportional to pixels or tokens; the factors are
fitted to peaks of PyTorch's allocator in ``docs/benchmarks/h200-2b-*.json`` (an H200, 1280×704, bf16, all coders),
which a test compares with the result. Peaks of a stream's first chunk, which is longer, follow from the same factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Precision = Literal["fp32", "bf16"]
Encoder = Literal["full", "tiny"]
Decoder = Literal["window", "causal", "context", "tiny"]
TextPlace = Literal["cpu", "card", "card-8bit", "card-kept"]

ITEM_SIZE: dict[Precision, int] = {"fp32": 4, "bf16": 2}

VAE_STRIDE = 32
FRAMES_PER_LATENT = 8
VAE_ENCODER_PARAMETERS, VAE_DECODER_PARAMETERS = 694_098_881, 528_380_720
TINY_ENCODER_PARAMETERS, TINY_DECODER_PARAMETERS = 1_565_568, 10_194_160
GEMMA_PARAMETERS = 2_614_341_888
GEMMA_EMBEDDING = 256_000 * 2304
GEMMA_VISIT = 250_000_000
"""Bytes on the card while a prompt is encoded by layers that visit it; afterwards 34 MB, which the libraries keep."""
# Two past input frames of every causal convolution, bf16 values a pixel: 941 MB and 595 MB at 1280×704.
ENCODER_STATE_PER_PIXEL = 941e6 / 2 / (1280 * 704)
DECODER_STATE_PER_PIXEL = 595e6 / 2 / (1280 * 704)
WINDOW_TAIL_FRAMES = 16

WORKSPACE = 500_000_000
"""Bytes that stay whatever the size of the picture: of the libraries for products and convolutions, and of graphs."""
DIT_WORK_PER_TOKEN = 127_000
"""Values alive a token while a block runs."""
ENCODE_WORK: dict[Encoder, float] = {"full": 50.0, "tiny": 22.0}
DECODE_WORK: dict[Decoder, float] = {"window": 58.5, "causal": 52.0, "context": 58.5, "tiny": 22.0}
"""Values alive a pixel of every frame that a network takes at once."""
PICTURE_BYTES = 46
"""Bytes alive a pixel of every frame of a chunk while it becomes 8-bit pictures, whatever the precision."""


@dataclass(frozen=True)
class Packed:
    """Weights of the DiT that a precision policy holds in narrow formats.

    Attributes:
        policy: its name.
        saved: bytes less than in bf16; a row's scale, 2.5 MB in all, is not counted.
    """

    policy: str
    saved: int


@dataclass(frozen=True)
class Running:
    """How a model is run.

    Attributes:
        width, height: pixels of the picture that is edited.
        precision: number format of weights and activations; of what ``packed`` leaves.
        encoder, decoder: which halves of the VAE are used.
        text: where the text encoder is kept while frames run.
        packed: what a policy packs.
    """

    width: int
    height: int
    precision: Precision = "bf16"
    encoder: Encoder = "full"
    decoder: Decoder = "window"
    text: TextPlace = "cpu"
    packed: Packed | None = None

    @property
    def formats(self) -> str:
        """Name of the number formats, as in ``--precision``."""
        return self.precision if self.packed is None else self.packed.policy


@dataclass(frozen=True)
class Footprint:
    """Bytes on the card: ``weights``, ``state`` that stays between chunks, ``work`` at the peak of a chunk."""

    weights: int
    state: int
    work: int

    @property
    def total(self) -> int:
        """All of it, in bytes."""
        return self.weights + self.state + self.work


@dataclass(frozen=True)
class HybridMemory:
    """What the estimate needs to know of a 2B model.

    Attributes:
        parameters: of the DiT as it is loaded (without the taps that are never read).
        hidden, head_dim, heads: widths of self-attention.
        gdn_blocks, softmax_blocks: how many of each kind.
        chunk_latents: latent frames in the longest forward, which is a stream's first.
        prompts: whose keys and values are held (2 with classifier-free guidance).
        window_latents: latent frames for whose keys and values softmax blocks have room; 0 for a model without memory.
            A stream has two slots of 5 and keeps the keys of its sink, 5 more, apart.
        encoded_latents: latent frames that the full encoder makes at once.
        fp8: what the policy of this name packs; ``None`` for a model that runs in one format.
    """

    parameters: int
    hidden: int = 2240
    heads: int = 20
    head_dim: int = 112
    gdn_blocks: int = 15
    softmax_blocks: int = 5
    text_tokens: int = 300
    chunk_latents: int = 5
    prompts: int = 1
    window_latents: float = 12.5
    encoded_latents: int = 3
    fp8: Packed | None = None

    def footprint(self, running: Running) -> Footprint:
        """Bytes on the card for this way of running."""
        item = ITEM_SIZE[running.precision]
        rows, columns = (-(-side // VAE_STRIDE) for side in (running.height, running.width))
        pixels = rows * columns * VAE_STRIDE**2
        state = self._dit_state(rows * columns, item) + self._vae_state(pixels, item, running)
        stages = (
            self.chunk_latents * rows * columns * DIT_WORK_PER_TOKEN * item,
            self._encode_work(pixels, item, running),
            self._decode_work(pixels, item, running),
            self.chunk_latents * FRAMES_PER_LATENT * pixels * PICTURE_BYTES,
            GEMMA_VISIT if running.text in ("card", "card-8bit") else 0,
        )
        return Footprint(self._weights(item, running), state, WORKSPACE + max(stages))

    def _weights(self, item: int, running: Running) -> int:
        encoder = VAE_ENCODER_PARAMETERS if running.encoder == "full" else TINY_ENCODER_PARAMETERS
        decoder = TINY_DECODER_PARAMETERS if running.decoder == "tiny" else VAE_DECODER_PARAMETERS
        # Kept on a card, Gemma is bf16 whatever the rest is, and its embedding stays in its file.
        text = 2 * (GEMMA_PARAMETERS - GEMMA_EMBEDDING) if running.text == "card-kept" else 0
        saved = 0 if running.packed is None else running.packed.saved
        return (self.parameters + encoder + decoder) * item - saved + text

    def _dit_state(self, tokens_per_frame: int, item: int) -> int:
        blocks = self.gdn_blocks + self.softmax_blocks
        text = blocks * self.prompts * self.text_tokens * 2 * self.hidden * item
        if not self.window_latents:
            return text
        gdn = self.gdn_blocks * self.heads * (self.head_dim**2 + self.head_dim) * 4
        keys_values = int(self.softmax_blocks * 2 * tokens_per_frame * self.hidden * self.window_latents) * item
        tails = blocks * tokens_per_frame * self.hidden * item
        return text + gdn + keys_values + tails

    def _vae_state(self, pixels: int, item: int, running: Running) -> int:
        values = 3.0 * (FRAMES_PER_LATENT - 1) * pixels  # waiting for a latent's last frame
        if running.encoder == "full":
            values += ENCODER_STATE_PER_PIXEL * pixels
        if running.decoder == "causal":
            values += DECODER_STATE_PER_PIXEL * pixels
        if running.decoder == "window" and self.window_latents:
            values += 3 * WINDOW_TAIL_FRAMES * pixels
        return int(values * item)

    def _encode_work(self, pixels: int, item: int, running: Running) -> int:
        latents = self.encoded_latents if running.encoder == "full" else self.chunk_latents
        return int(ENCODE_WORK[running.encoder] * latents * FRAMES_PER_LATENT * pixels * item)

    def _decode_work(self, pixels: int, item: int, running: Running) -> int:
        latents = self.chunk_latents
        if running.decoder == "causal" or (running.decoder == "window" and self.window_latents):
            latents = self.encoded_latents  # a clip is one window
        elif running.decoder == "context":
            latents += 1
        return int(DECODE_WORK[running.decoder] * (latents * FRAMES_PER_LATENT + 1) * pixels * item)


@dataclass(frozen=True)
class PixelMemory:
    """A small model whose peak was measured: ``parameters``, and bytes a pixel above the weights in fp32. What a policy
    would pack of it is too little to count."""

    parameters: int
    fp32_bytes_per_pixel: int

    def footprint(self, running: Running) -> Footprint:
        """Bytes on the device for this way of running."""
        item = ITEM_SIZE[running.precision]
        work = running.width * running.height * self.fp32_bytes_per_pixel * item // 4
        return Footprint(self.parameters * item, 0, work)


Memory = HybridMemory | PixelMemory
