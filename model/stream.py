"""The runtime API: frames in, edited frames out, as a stream of any length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from sanacam.model.checkpoint import cast_weights
from sanacam.model.dit import StreamState
from sanacam.model.dit.state import TRAINED_SINK_DISTANCE
from sanacam.model.errors import UserError
from sanacam.model.pixels import Pixels, check_picture, padded_size, pictures_to_tensor, tensor_to_pictures
from sanacam.model.prompt_change import PromptTransition, VisibleChunks
from sanacam.model.sampling import flow_schedule, sample_chunk

if TYPE_CHECKING:
    from sanacam.model.vae import MiniVAEState
    from sanacam.model.zoo import ModelBundle

Transition = Literal["keep", "recache", "reset"]
TRANSITIONS: tuple[str, ...] = ("keep", "recache", "reset")
POLICIES: tuple[str, ...] = ("auto", "fp32", "bf16")


def choose_device(device: str | torch.device) -> torch.device:
    """``auto`` is the first CUDA card if PyTorch can use one, else the CPU."""
    if str(device) == "auto":
        return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    return torch.device(device)


def choose_dtype(policy: str, device: torch.device) -> torch.dtype:
    """Number format of a precision policy; ``auto`` is bf16 on CUDA cards that compute in it (capability 8 and up),
    else fp32.

    Raises:
        UserError: for a policy that does not exist.
    """
    if policy not in POLICIES:
        raise UserError(f"There is no precision policy “{policy}”.", f"Choose one of: {', '.join(POLICIES)}.")
    if policy == "auto":
        native = device.type == "cuda" and torch.cuda.get_device_capability(device)[0] >= 8
        return torch.bfloat16 if native else torch.float32
    return torch.bfloat16 if policy == "bf16" else torch.float32


class _SizedStream:
    """Everything whose shape follows the picture's size: states, noise, positions."""

    def __init__(
        self,
        bundle: ModelBundle,
        height: int,
        width: int,
        device: torch.device,
        dtype: torch.dtype,
        sink_distance: int | None,
    ) -> None:
        vae, config = bundle.vae, bundle.config
        self.picture = (height, width)
        tall, wide = padded_size(height, width, vae.spatial_stride)
        self.grid = (tall // vae.spatial_stride, wide // vae.spatial_stride)
        self.position_scale = config.position_scale(tall, wide)
        self.encoder_state: MiniVAEState = vae.new_state(1, tall, wide, device, dtype)
        self.decoder_state: MiniVAEState = vae.new_state(1, tall, wide, device, dtype)
        self.dit_state: StreamState = bundle.dit.new_state(
            1, *self.grid, config.chunk_latents, dtype=dtype, sink_distance=sink_distance
        )

    def reset(self) -> None:
        for state in (self.encoder_state, self.decoder_state, self.dit_state):
            state.reset()


class StreamEditor:
    """Edits a stream of pictures by a text, chunk by chunk, with constant memory.

    One frame comes out for each frame that goes in, in order and of the same size; a chunk of :attr:`frames_per_chunk`
    frames is edited as soon as it is complete. Use from one thread.

    Args:
        bundle: from :func:`sanacam.model.zoo.load_bundle`. Its networks are moved to ``device`` and cast by ``policy``
            in place.
        device: ``auto`` or a torch device.
        policy: ``auto``, ``fp32`` or ``bf16``; see :func:`choose_dtype`.
        steps: denoising steps a chunk; default what the model was made for.
        seed: of the initial noise.
        sink_distance: how far, in latent frames, a model's sink may fall behind the present (``None``: without limit);
            see :class:`StreamState`. Means nothing to models without a sink.

    Raises:
        UserError: unknown policy, fewer than one step, or a sink distance shorter than the window.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        device: str | torch.device = "auto",
        policy: str = "auto",
        *,
        steps: int | None = None,
        seed: int = 0,
        sink_distance: int | None = TRAINED_SINK_DISTANCE,
    ) -> None:
        self.bundle = bundle
        self.device = choose_device(device)
        self.dtype = choose_dtype(policy, self.device)
        count = bundle.config.steps if steps is None else steps
        if count < 1:
            raise UserError(f"{count} denoising steps are too few.", "Use 1 or more.")
        remembered = bundle.config.dit.num_cached_blocks * bundle.config.chunk_latents
        if bundle.config.dit.sink and sink_distance is not None and sink_distance < remembered:
            raise UserError(
                f"A sink at most {sink_distance} latent frames away would stand among the newest ones.",
                f"Use {remembered} or more.",
            )
        self.schedule = flow_schedule(count, bundle.config.flow_shift)
        for network in (bundle.dit, bundle.vae):
            cast_weights(network, self.dtype, self.device)
            network.eval().requires_grad_(False)
        self.seed = seed
        self.strength = 1.0
        self._noise_source = torch.Generator().manual_seed(seed)
        self._static_noise: Tensor | None = None
        self.sink_distance = sink_distance
        self._prompt = PromptTransition()
        self._sized: _SizedStream | None = None
        self._running = False
        self._waiting: list[Pixels] = []
        self._visible = VisibleChunks()

    @property
    def frames_per_chunk(self) -> int:
        """Pixel frames that are edited at once."""
        return self.bundle.config.chunk_latents * self.bundle.vae.frames_per_latent

    @property
    def stream_state(self) -> StreamState | None:
        """The network's memory; ``None`` before the first frame."""
        return self._sized.dit_state if self._sized is not None else None

    @torch.inference_mode()
    def set_prompt(self, text: str, transition: Transition = "keep", *, blend_chunks: int = 0) -> None:
        """Edit by ``text`` from the next chunk on. Frames still waiting for their chunk to fill are edited by it too.

        Args:
            transition: what becomes of the network's memory of the old edit. ``keep``: it goes on, the new edit grows
                out of the old one. ``recache``: it is rebuilt from the chunks that attention can still see as if they
                had been made with the new text (with a blend: with its first mixture). ``reset``: it is dropped. The
                VAE's memory always goes on, so that the picture has no seam of its own.
            blend_chunks: spread the change over this many chunks; chunk k of N is edited by both prompts, the new one
                weighted k / (N + 1) in cross-attention (see :func:`blend_prompts`). 0 changes at once, as does the
                first prompt of a stream.

        Raises:
            UserError: for a text that the encoder cannot use, an unknown transition, or fewer than 0 chunks; the old
                prompt stays.
        """
        if transition not in TRANSITIONS:
            raise UserError(
                f"There is no prompt transition “{transition}”.", f"Choose one of: {', '.join(TRANSITIONS)}."
            )
        if blend_chunks < 0:
            raise UserError(f"A prompt cannot be blended over {blend_chunks} chunks.", "Use 0 or more.")
        tokens, mask = self.bundle.text_encoder.encode(text)
        text_kv = self.bundle.dit.text_kv(tokens[None].to(self.device), mask[None].to(self.device))
        self._prompt.change(text_kv, blend_chunks if self._running else 0)
        if transition == "keep" or self._sized is None:
            return
        if transition == "recache":
            now = self._prompt.text()
            assert now is not None
            self._visible.rewrite(self.bundle.dit, now, self._sized.dit_state, self._sized.position_scale)
        else:
            self._sized.dit_state.reset()
            self._visible.clear()

    def set_strength(self, strength: float) -> None:
        """Blend in pixel space from the next chunk on: 0 shows the source exactly, 1 the edit. The model runs either
        way.

        Raises:
            UserError: outside 0…1.
        """
        if not 0.0 <= strength <= 1.0:
            raise UserError(f"The strength {strength:g} is outside 0 to 1.", "0 shows the source, 1 the full edit.")
        self.strength = float(strength)

    def push(self, frames: Sequence[Pixels]) -> list[Pixels]:
        """Take frames (uint8 RGB, (H, W, 3)) and return those whose chunk is complete, edited, oldest first.

        Raises:
            UserError: no prompt is set, or a frame's size differs from the stream's (call :meth:`reset` first).
            ValueError: a frame is not a uint8 RGB picture. Nothing of the call is taken in either case.
        """
        if not frames:
            return []
        if not self._prompt.given:
            raise UserError("There is no prompt yet.", "Call set_prompt with the edit you want.")
        sizes = {check_picture(frame) for frame in frames}
        expected = self._sized.picture if self._sized is not None and self._running else next(iter(sizes))
        for height, width in sizes - {expected}:
            raise UserError(
                f"The picture size changed from {expected[1]}×{expected[0]} to {width}×{height} within the stream.",
                "Reset the stream to go on with the new size.",
            )
        if self._sized is None or self._sized.picture != expected:
            with torch.inference_mode():
                self._sized = _SizedStream(self.bundle, *expected, self.device, self.dtype, self.sink_distance)
        self._running = True
        self._waiting.extend(frames)
        edited: list[Pixels] = []
        while len(self._waiting) >= self.frames_per_chunk:
            chunk = self._waiting[: self.frames_per_chunk]
            edited += self._edit(chunk)
            del self._waiting[: len(chunk)]
        return edited

    def flush(self) -> list[Pixels]:
        """Edit what waits for its chunk to fill, completed by repeating the last frame; returns the real frames
        only."""
        if not self._waiting:
            return []
        real = self._waiting
        missing = self.frames_per_chunk - len(real)
        edited = self._edit([*real, *[real[-1]] * missing])[: len(real)]
        self._waiting = []
        return edited

    @torch.inference_mode()
    def reset(self) -> None:
        """Forget the stream: waiting frames, every memory, the noise. Prompt (of a blend the new one) and strength
        stay; the next size is free."""
        self._waiting = []
        self._visible.clear()
        self._prompt.settle()
        self._running = False
        if self._sized is not None:
            self._sized.reset()
        self._static_noise = None
        self._noise_source.manual_seed(self.seed)

    @torch.inference_mode()
    def _edit(self, chunk: Sequence[Pixels]) -> list[Pixels]:
        sized, text, bundle = self._sized, self._prompt.text(), self.bundle
        assert sized is not None
        assert text is not None
        source = pictures_to_tensor(chunk, bundle.vae.spatial_stride, self.device, torch.float32)
        frames = source.to(self.dtype)
        latents = bundle.vae.encode(frames, sized.encoder_state)
        noise = self._noise(latents.shape)
        edited, call = sample_chunk(
            bundle.dit,
            noise,
            latents,
            text,
            sized.dit_state,
            self.schedule,
            bundle.config.cache,
            position_scale=sized.position_scale,
        )
        self._visible.add(call, sized.dit_state)
        self._prompt.advance()
        conditioning = frames if bundle.config.decoder_source else None
        picture = bundle.vae.decode(edited.to(self.dtype), sized.decoder_state, source=conditioning).float()
        if self.strength < 1.0:
            picture = torch.lerp(source, picture.clamp(-1.0, 1.0), self.strength)
        return tensor_to_pictures(picture, *sized.picture)

    def _noise(self, shape: torch.Size) -> Tensor:
        """Initial noise, drawn on the CPU so that every device starts from the same: one field a stream, or fresh every
        chunk."""
        if self.bundle.config.initial_noise == "fresh":
            return torch.randn(shape, generator=self._noise_source).to(self.device)
        if self._static_noise is None:
            field = torch.randn((*shape[:2], 1, *shape[3:]), generator=self._noise_source)
            self._static_noise = field.to(self.device)
        return self._static_noise.expand(shape)
