"""Editing whole clips at the best quality: the bidirectional model, window after window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, cast

import torch
from torch import Tensor

from sanacam.model.checkpoint import cast_weights
from sanacam.model.clip_sampling import CLIP_GUIDANCE, NEGATIVE_PROMPT, sample_clip
from sanacam.model.dit import TextKV
from sanacam.model.errors import UserError
from sanacam.model.pixels import Pixels, check_picture, pictures_to_tensor, tensor_to_pictures
from sanacam.model.precision import choose_device, choose_whole
from sanacam.model.stage_clock import NoClock, StageClock
from sanacam.model.vae.codec import frame_timing, stream_size
from sanacam.model.vae.ltx2 import Ltx2VAE

if TYPE_CHECKING:
    from sanacam.model.zoo import ModelBundle

MOTION_SCORE = 10
"""Said to the released model with every prompt."""
OVERLAP_LATENTS = 3
"""Latent frames (17 pictures) that a window shares with the one before it."""
ENCODED_AT_ONCE = 24
"""Pictures; the encoder's result does not depend on it."""


class GuidedTextEncoder(Protocol):
    """What guidance asks of a text encoder beyond :class:`~sanacam.model.text.TextEncoder`."""

    def encode(self, prompt: str, motion_score: int = 0) -> tuple[Tensor, Tensor]: ...

    def encode_negative(self, prompt: str) -> tuple[Tensor, Tensor]: ...


class ClipEditor:
    """Edits pictures in windows of ``8 (n − 1) + 1``, n the latent frames that the model takes at once (81 pictures).

    One picture comes out for each that goes in, in order. **Joining windows:** the last 17 edited pictures of a window
    are encoded again and stand, unchanged at every step of the sampler, at the beginning of the next window, so that
    the network goes on from what it sees; over these pictures the decoded windows are cross-faded. A shorter clip, or
    the rest of a longer one, is completed to ``8 k + 1`` pictures by repeating the last one. Use from one thread.

    Args:
        bundle: of a model for clips, with an LTX-2 VAE. Its networks are moved to ``device`` and cast in place.
        device: see :class:`~sanacam.model.stream.StreamEditor`.
        policy: ``auto``, ``fp32`` or ``bf16``.
        steps: of the sampler; default what the model was made for.
        seed: of the noise.
        guidance: how strongly the prompt is followed (1: no guidance, half the time).
        overlap_latents: see :data:`OVERLAP_LATENTS`.
        on_step: called with the steps done and their number after each; what it raises ends the window, and the
            editor must be reset.
        clock: told of every stage of every window.

    Attributes:
        way: how the network is run, in words.

    Raises:
        UserError: the model is not for clips, unknown policy, or fewer than one step.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        device: str | torch.device = "auto",
        policy: str = "auto",
        *,
        steps: int | None = None,
        seed: int = 0,
        guidance: float = CLIP_GUIDANCE,
        overlap_latents: int = OVERLAP_LATENTS,
        on_step: Callable[[int, int], None] | None = None,
        clock: StageClock | None = None,
    ) -> None:
        config, vae = bundle.config, bundle.vae
        if config.sampler != "clip" or not isinstance(vae, Ltx2VAE):
            raise UserError(f"{config.name} edits streams, not whole clips.", "Use sana-bidirectional-2b.")
        self.steps = config.steps if steps is None else steps
        if self.steps < 1:
            raise UserError(f"{self.steps} denoising steps are too few.", "Use 1 or more.")
        self.bundle = bundle
        self.device = choose_device(device)
        self.dtype = choose_whole(policy, self.device, config.name).dtype
        self._vae = vae
        for network in (bundle.dit, vae):
            cast_weights(network, self.dtype, self.device)
            network.eval().requires_grad_(False)
        timing = frame_timing(vae)
        self._window = timing.covered(config.chunk_latents)
        self._overlap = timing.covered(overlap_latents)
        self._group = timing.frames_per_latent
        if not 0 < self._overlap < self._window:
            raise ValueError(f"windows of {config.chunk_latents} latent frames cannot share {overlap_latents}")
        self.seed = seed
        self.guidance = guidance
        self.strength = 1.0
        self.on_step = on_step
        self.clock = clock or NoClock()
        self.way = "plain PyTorch"
        self._noise_source = torch.Generator().manual_seed(seed)
        self._text: TextKV | None = None
        self._negative: TextKV | None = None
        self._waiting: list[Pixels] = []
        # The edited pictures (1, overlap, 3, H, W) of the window before that the next one begins with; their sources
        # lead _waiting.
        self._before: Tensor | None = None

    @property
    def frames_per_chunk(self) -> int:
        """Pictures that the next window still wants."""
        return self._window - len(self._waiting)

    @torch.inference_mode()
    def set_prompt(self, text: str) -> None:
        """Edit by ``text`` from the next window on.

        Raises:
            UserError: the encoder cannot use it, or an adapter made for another model answers to it; the old prompt
                stays.
        """
        encoder = cast(GuidedTextEncoder, self.bundle.text_encoder)
        features = encoder.encode(text, MOTION_SCORE)
        self.bundle.adapters.wear_for(text)
        self._text = self._text_kv(*features)
        if self._negative is None and self.guidance != 1.0:
            self._negative = self._text_kv(*encoder.encode_negative(NEGATIVE_PROMPT))

    def set_strength(self, strength: float) -> None:
        """Blend in pixel space: 0 shows the source, 1 the edit.

        Raises:
            UserError: outside 0…1.
        """
        if not 0.0 <= strength <= 1.0:
            raise UserError(f"The strength {strength:g} is outside 0 to 1.", "0 shows the source, 1 the full edit.")
        self.strength = float(strength)

    def push(self, frames: Sequence[Pixels]) -> list[Pixels]:
        """Take pictures (uint8 RGB, (H, W, 3)) and return those that are done, oldest first.

        Raises:
            UserError: no prompt is set, or the size changes within the clip.
            ValueError: not a uint8 RGB picture.
        """
        if self._text is None:
            raise UserError("There is no prompt yet.", "Call set_prompt with the edit you want.")
        sizes = {check_picture(frame) for frame in (*self._waiting[:1], *frames)}
        if len(sizes) > 1:
            raise UserError("The picture size changed within the clip.", "Edit the parts one by one.")
        edited: list[Pixels] = []
        for frame in frames:
            self._waiting.append(frame)
            if len(self._waiting) == self._window:
                edited += self._edit(last=False)
        return edited

    def flush(self) -> list[Pixels]:
        """End the clip: edit the rest and give out all that is inside. The next :meth:`push` begins a new clip."""
        fresh = len(self._waiting) - (self._overlap if self._before is not None else 0)
        edited: list[Pixels] = []
        if fresh > 0:
            edited = self._edit(last=True)
        elif self._before is not None:
            edited = self._give_out(self._waiting, self._before)
        self.reset()
        return edited

    def reset(self) -> None:
        """Forget the clip; prompt and strength stay."""
        self._waiting = []
        self._before = None
        self._noise_source.manual_seed(self.seed)

    @torch.inference_mode()
    def _edit(self, *, last: bool) -> list[Pixels]:
        """One window of what waits; keeps the overlap for the next one unless this is the last."""
        real = len(self._waiting)
        wanted = 1 + -(-(real - 1) // self._group) * self._group
        height, width = check_picture(self._waiting[0])
        size = stream_size(self._vae, height, width)
        pictures = [*self._waiting, *[self._waiting[-1]] * (wanted - real)]
        with self.clock.stage("pictures in"):
            given = pictures_to_tensor(pictures, size, self.device, self.dtype)
        with self.clock.stage("encode"):
            source = self._encode(given)
            known = self._encode(self._before) if self._before is not None else None
        noise = torch.randn(source.shape, generator=self._noise_source).to(self.device)
        assert self._text is not None
        with self.clock.stage("dit"):
            latents = sample_clip(
                self.bundle.dit,
                noise,
                source,
                self._text,
                self._negative,
                steps=self.steps,
                guidance=self.guidance,
                flow_shift=self.bundle.config.flow_shift,
                position_scale=self.bundle.config.position_scale(*size),
                known=known,
                on_step=self.on_step,
            )
        with self.clock.stage("decode"):
            frames = self._decode(latents.to(self.dtype))[:, :real]
        if self._before is not None:
            weight = torch.arange(1, self._overlap + 1, device=self.device) / (self._overlap + 1)
            shared = torch.lerp(self._before.float(), frames[:, : self._overlap].float(), weight.view(1, -1, 1, 1, 1))
            frames = torch.cat([shared.to(frames.dtype), frames[:, self._overlap :]], dim=1)
        done = real if last else real - self._overlap
        with self.clock.stage("pictures out"):
            edited = self._give_out(self._waiting[:done], frames[:, :done])
        self._waiting = self._waiting[done:]
        self._before = None if last else frames[:, done:].clamp(-1.0, 1.0).clone()
        return edited

    def _text_kv(self, tokens: Tensor, mask: Tensor) -> TextKV:
        return self.bundle.dit.text_kv(tokens[None].to(self.device), mask[None].to(self.device))

    def _encode(self, frames: Tensor) -> Tensor:
        """(1, 8k + 1, 3, H, W) → (1, C, k + 1, h, w)."""
        height, width = frames.shape[-2:]
        state = self._vae.new_state(1, height, width, self.device, self.dtype, parts=("encoder",))
        parts = [self._vae.encode(part, state) for part in frames.split(ENCODED_AT_ONCE, dim=1)]
        return torch.cat([*parts, self._vae.finish_encode(state)], dim=2)

    def _decode(self, latents: Tensor) -> Tensor:
        """Inverse of :meth:`_encode`. The choice ``window`` takes the whole clip as one window."""
        if self._vae.decoder_choice == "window" and self._vae.full is not None:
            return self._vae.full.decode_clip(latents)
        stride = self._vae.spatial_stride
        height, width = (side * stride for side in latents.shape[-2:])
        state = self._vae.new_state(1, height, width, self.device, self.dtype, parts=("decoder",))
        return torch.cat([self._vae.decode(latents, state), self._vae.finish_decode(state)], dim=1)

    def _give_out(self, sources: Sequence[Pixels], frames: Tensor) -> list[Pixels]:
        frames = frames.float()
        if self.strength < 1.0:
            size = (frames.shape[-2], frames.shape[-1])
            source = pictures_to_tensor(sources, size, self.device, torch.float32)
            frames = torch.lerp(source, frames.clamp(-1.0, 1.0), self.strength)
        return tensor_to_pictures(frames, *check_picture(sources[0]))
