"""How much graphics memory a model needs, from its parameters and its stream state.

Parameters, state and tensor sizes are arithmetic. The rest – what the layers need while they run – is fitted to two
peaks measured with the official release on an H200 at 1280×704 in bf16: 7.35 GiB for the DiT alone and 15.1 GiB for
the whole path with every network on the card. :data:`WORKSPACE` and :data:`DIT_WORK_PER_TOKEN` are that fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Precision = Literal["fp32", "bf16"]
Encoder = Literal["full", "tiny"]
Decoder = Literal["window", "causal", "context", "tiny"]
TextPlace = Literal["cpu", "card", "card-8bit"]

ITEM_SIZE: dict[Precision, int] = {"fp32": 4, "bf16": 2}

VAE_STRIDE = 32
VAE_ENCODER_PARAMETERS, VAE_DECODER_PARAMETERS = 694_098_881, 528_380_720
TINY_ENCODER_PARAMETERS, TINY_DECODER_PARAMETERS = 1_565_568, 10_194_160
GEMMA_PARAMETERS = 2_614_341_888
# Two past input frames of every causal convolution, bf16 values a pixel: 941 MB and 595 MB at 1280×704.
ENCODER_STATE_PER_PIXEL = 941e6 / 2 / (1280 * 704)
DECODER_STATE_PER_PIXEL = 595e6 / 2 / (1280 * 704)
# The widest level holds 128 channels at a quarter of the picture's height and width; about five such tensors live at
# once (input, residual, padded copies, output).
VAE_CHANNELS_PER_PIXEL = 128 / 16
VAE_LIVE_TENSORS = 5
TINY_WORK_SHARE = 0.5

WORKSPACE = 1_200_000_000
"""Bytes that the libraries for matrix products and convolutions keep, whatever the size of the picture."""
DIT_WORK_PER_TOKEN = 300_000
"""Values alive a token while a block runs."""


@dataclass(frozen=True)
class Running:
    """How a model is run.

    Attributes:
        width, height: pixels of the picture that is edited.
        precision: number format of weights and activations.
        encoder, decoder: which halves of the VAE are used.
        text: where the text encoder is kept while frames run.
    """

    width: int
    height: int
    precision: Precision = "bf16"
    encoder: Encoder = "full"
    decoder: Decoder = "window"
    text: TextPlace = "cpu"


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
        chunk_latents: latent frames in one forward.
        prompts: whose keys and values are held (2 with classifier-free guidance).
        cached_latents: latent frames whose keys and values softmax blocks keep; 0 for a model without memory.
        vae_frames: pixel frames the VAE takes at once.
    """

    parameters: int
    hidden: int = 2240
    heads: int = 20
    head_dim: int = 112
    gdn_blocks: int = 15
    softmax_blocks: int = 5
    text_tokens: int = 300
    chunk_latents: int = 3
    prompts: int = 1
    cached_latents: int = 8
    vae_frames: int = 25

    def footprint(self, running: Running) -> Footprint:
        """Bytes on the card for this way of running."""
        item = ITEM_SIZE[running.precision]
        rows, columns = (-(-side // VAE_STRIDE) for side in (running.height, running.width))
        pixels = rows * columns * VAE_STRIDE**2
        state = self._dit_state(rows * columns, item)
        if self.cached_latents:
            state += self._vae_state(pixels, item, running)
        work = max(self._dit_work(rows * columns, item), self._vae_work(pixels, item, running))
        return Footprint(self._weights(item, running), state, work)

    def _weights(self, item: int, running: Running) -> int:
        encoder = VAE_ENCODER_PARAMETERS if running.encoder == "full" else TINY_ENCODER_PARAMETERS
        decoder = TINY_DECODER_PARAMETERS if running.decoder == "tiny" else VAE_DECODER_PARAMETERS
        text = {"cpu": 0, "card": 2, "card-8bit": 1}[running.text] * GEMMA_PARAMETERS
        return (self.parameters + encoder + decoder) * item + text

    def _dit_state(self, tokens_per_frame: int, item: int) -> int:
        blocks = self.gdn_blocks + self.softmax_blocks
        text = blocks * self.prompts * self.text_tokens * 2 * self.hidden * item
        if not self.cached_latents:
            return text
        gdn = self.gdn_blocks * self.heads * (self.head_dim**2 + self.head_dim) * 4
        keys_values = self.softmax_blocks * 2 * tokens_per_frame * self.hidden * self.cached_latents * item
        tails = blocks * tokens_per_frame * self.hidden * item
        return text + gdn + keys_values + tails

    def _vae_state(self, pixels: int, item: int, running: Running) -> int:
        values = 0.0
        if running.encoder == "full":
            values += ENCODER_STATE_PER_PIXEL * pixels
        if running.decoder == "causal":
            values += DECODER_STATE_PER_PIXEL * pixels
        return int(values * item)

    def _dit_work(self, tokens_per_frame: int, item: int) -> int:
        tokens = self.chunk_latents * tokens_per_frame
        return WORKSPACE + DIT_WORK_PER_TOKEN * tokens * item

    def _vae_work(self, pixels: int, item: int, running: Running) -> int:
        work = VAE_LIVE_TENSORS * VAE_CHANNELS_PER_PIXEL * pixels * self.vae_frames * item
        both_tiny = running.encoder == "tiny" and running.decoder == "tiny"
        return int(work * (TINY_WORK_SHARE if both_tiny else 1))


@dataclass(frozen=True)
class PixelMemory:
    """A small model whose peak was measured: ``parameters``, and bytes a pixel above the weights in fp32."""

    parameters: int
    fp32_bytes_per_pixel: int

    def footprint(self, running: Running) -> Footprint:
        """Bytes on the device for this way of running."""
        item = ITEM_SIZE[running.precision]
        work = running.width * running.height * self.fp32_bytes_per_pixel * item // 4
        return Footprint(self.parameters * item, 0, work)


Memory = HybridMemory | PixelMemory
