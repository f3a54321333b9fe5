"""The runtime API: frames in, edited frames out, as a stream of any length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from sanacam.kernels.blas_workspace import go_without_workspace
from sanacam.model.chunk_sampler import StreamPlace, Way, fused_obstacle
from sanacam.model.dit.state import TRAINED_SINK_DISTANCE
from sanacam.model.errors import UserError
from sanacam.model.initial_noise import InitialNoise
from sanacam.model.pixels import Pixels, check_picture, pictures_to_tensor, tensor_to_pictures
from sanacam.model.placement import place
from sanacam.model.precision import POLICIES, Precision, choose_device, choose_dtype, choose_precision
from sanacam.model.prompt_change import PromptTransition, VisibleChunks
from sanacam.model.sampling import flow_schedule
from sanacam.model.sized_stream import SizedStream
from sanacam.model.stage_clock import NoClock, StageClock
from sanacam.model.transition import parse_transition
from sanacam.model.vae.codec import choose_coders, frame_timing

if TYPE_CHECKING:
    from sanacam.model.zoo import BundleConfig, ModelBundle

__all__ = ["POLICIES", "StreamEditor", "choose_device", "choose_dtype"]


def check_streams(config: BundleConfig) -> None:
    """
    Raises:
        UserError: the model is not for streams.
    """
    if config.sampler != "stream":
        raise UserError(
            f"{config.name} edits whole clips and cannot follow a running picture.",
            "Use it with `sanacam edit`, or choose sana-streaming-2b.",
        )


class StreamEditor:
    """Edits a stream of pictures by a text, chunk by chunk, with constant memory.

    One frame comes out for each frame that goes in, in order and of the same size; a chunk of :attr:`frames_per_chunk`
    frames is edited as soon as it is complete. A decoder with look-ahead (LTX-2's ``window``) gives a chunk's last
    frames out with the next chunk or with :meth:`flush`. Use from one thread.

    Args:
        bundle: from :func:`sanacam.model.zoo.load_bundle`. Its networks are moved to ``device``, cast and packed by
            ``policy`` in place, unless :func:`~sanacam.model.placement.place` has done it.
        device: ``auto`` or a torch device.
        policy: ``auto``, ``fp32``, ``bf16``, ``fp8``, …; see :func:`choose_precision`, which may have been called.
        steps: denoising steps a chunk; default what the model was made for.
        seed: of the initial noise.
        sink_distance: how far, in latent frames, a model's sink may fall behind the present (``None``: without limit);
            see :class:`StreamState`. Means nothing to models without a sink.
        way: how the network is run: ``fused`` kernels (bf16 on a CUDA card), ``plain`` PyTorch, or ``auto``.
        clock: told of every stage of every chunk.
        admit: asked with (width, height) before memory for pictures of a new size is taken; what it raises refuses it.

    Raises:
        UserError: the model is for whole clips, a policy that does not fit model or device, fewer than one step, or a
            sink distance shorter than the window.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        device: str | torch.device = "auto",
        policy: str | Precision = "auto",
        *,
        steps: int | None = None,
        seed: int = 0,
        sink_distance: int | None = TRAINED_SINK_DISTANCE,
        way: Way = "auto",
        clock: StageClock | None = None,
        admit: Callable[[int, int], object] = lambda width, height: None,
    ) -> None:
        check_streams(bundle.config)
        self.bundle = bundle
        self.clock = clock or NoClock()
        self.device = choose_device(device)
        if isinstance(policy, str):
            policy = choose_precision(policy, self.device, bundle.config.name, bundle.config.dit)
        self.precision, self.dtype = policy, policy.dtype
        count = bundle.config.steps if steps is None else steps
        if count < 1:
            raise UserError(f"{count} denoising steps are too few.", "Use 1 or more.")
        longest = max(bundle.config.first_chunk_latents, bundle.config.chunk_latents)
        remembered = bundle.config.dit.num_cached_blocks * longest
        if bundle.config.dit.sink and sink_distance is not None and sink_distance < remembered:
            raise UserError(
                f"A sink at most {sink_distance} latent frames away would stand among the newest ones.",
                f"Use {remembered} or more.",
            )
        self.schedule = flow_schedule(count, bundle.config.flow_shift)
        place(bundle, self.device, self.precision)
        self._way: Way = "plain" if way == "auto" and self.dtype != torch.bfloat16 else way
        if self._way != "plain" and not fused_obstacle(bundle.dit):
            go_without_workspace()
        self.seed = seed
        self.strength = 1.0
        self._noise = InitialNoise(bundle.config.initial_noise, seed, self.device)
        self.sink_distance = sink_distance
        self._admit = admit
        self._prompt = PromptTransition()
        self._sized: SizedStream | None = None
        self._running = False
        self._waiting: list[Pixels] = []
        self._visible = VisibleChunks()

    @property
    def frames_per_chunk(self) -> int:
        """Pixel frames that the next chunk takes. The first chunk of a stream may take another number than the later
        ones."""
        if self._sized is not None and self._running:
            return self._sized.next_chunk_frames
        config, vae = self.bundle.config, self.bundle.vae
        return frame_timing(vae).wanted(config.first_chunk_latents or config.chunk_latents)

    @property
    def stream_state(self) -> StreamPlace | None:
        """The network's memory; ``None`` before the first frame."""
        return self._sized.sampler.state if self._sized is not None else None

    @property
    def way(self) -> str:
        """How the network is run, in words; empty before the first frame."""
        return self._sized.sampler.description if self._sized is not None else ""

    @torch.inference_mode()
    def prepare(self, width: int, height: int, progress: Callable[[float], None] | None = None) -> None:
        """Do what the first chunks of pictures of this size would otherwise wait for: compile kernels, choose their
        settings, record graphs. It begins a new stream; what has been prepared before takes no time.

        Args:
            progress: told the share that is done, 0…1; what it raises ends the preparation.
        """
        self.reset()
        if self._sized is None or self._sized.picture != (height, width):
            self._sized = None
            sized = self._open((height, width))
            sized.warm_up(progress)
            self._sized = sized

    @torch.inference_mode()
    def set_prompt(self, text: str, transition: str = "keep") -> None:
        """Edit by ``text`` from the next chunk on. Frames still waiting for their chunk to fill are edited by it too.
        An adapter of the bundle that answers to ``text`` is put on, another one is taken off, both at once.

        Args:
            transition: how a running stream goes over to it: ``keep``, ``recache``, ``reset``, ``blend:N`` or one of
                the three with ``+blend:N``; see :class:`~sanacam.model.transition.Transition`. The VAE's memory always
                goes on, so that the picture has no seam of its own. The first prompt of a stream acts at once.

        Raises:
            UserError: for a text that the encoder cannot use, no such transition, or an adapter made for another
                model; the old prompt stays.
        """
        way = parse_transition(transition)
        tokens, mask = self.bundle.text_encoder.encode(text)
        self.bundle.adapters.wear_for(text)
        text_kv = self.bundle.dit.text_kv(tokens[None].to(self.device), mask[None].to(self.device))
        self._prompt.change(text_kv, way.blend_chunks if self._running else 0)
        if way.memory == "keep" or self._sized is None:
            return
        if way.memory == "recache":
            now = self._prompt.text()
            assert now is not None
            self._visible.rewrite(self._sized.sampler, now)
        else:
            self._sized.sampler.state.reset()
            self._visible.clear()

    def set_strength(self, strength: float) -> None:
        """Blend in pixel space, for the frames that come out from now on: 0 shows the source exactly, 1 the edit. The
        model runs either way.

        Raises:
            UserError: outside 0…1.
        """
        if not 0.0 <= strength <= 1.0:
            raise UserError(f"The strength {strength:g} is outside 0 to 1.", "0 shows the source, 1 the full edit.")
        self.strength = float(strength)

    def choose_vae(self, encoder: str | None = None, decoder: str | None = None) -> None:
        """Use another video encoder or decoder; ``None`` keeps the present one. It begins a new stream.

        Args:
            encoder, decoder: see :data:`~sanacam.model.vae.ltx2.ENCODERS` and ``DECODERS``.

        Raises:
            UserError: the model has no such choice, or its network is not loaded. Nothing has changed then.
        """
        choose_coders(self.bundle.vae, encoder, decoder)
        self.reset()
        self._sized = None

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
                self._sized = self._open(expected)
        self._running = True
        self._waiting.extend(frames)
        edited: list[Pixels] = []
        while len(self._waiting) >= self._sized.next_chunk_frames:
            chunk = self._waiting[: self._sized.next_chunk_frames]
            edited += self._edit(self._sized, chunk)
            del self._waiting[: len(chunk)]
        return edited

    def flush(self) -> list[Pixels]:
        """End the stream: edit what waits for its chunk to fill, completed by repeating the last frame, and give out
        all real frames that are still inside. The next :meth:`push` begins a new stream."""
        sized = self._sized
        edited: list[Pixels] = []
        if sized is not None and self._running:
            while self._waiting or not sized.covered:
                edited += self._edit(sized, self._waiting)
                self._waiting = []
            edited += self._finish(sized)
            self.reset()
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
        self._noise.reset()

    def _open(self, picture: tuple[int, int]) -> SizedStream:
        self._admit(picture[1], picture[0])
        return SizedStream(
            self.bundle, picture, self.device, self.precision, self.schedule, self.sink_distance, self._way
        )

    @torch.inference_mode()
    def _edit(self, sized: SizedStream, pictures: Sequence[Pixels]) -> list[Pixels]:
        """One chunk from real pictures; missing ones are made by repeating the last."""
        text = self._prompt.text()
        assert text is not None
        last = pictures[-1] if pictures else sized.inside[-1]
        whole = [*pictures, *[last] * (sized.next_chunk_frames - len(pictures))]
        with self.clock.stage("pictures in"):
            frames = pictures_to_tensor(whole, sized.padded, self.device, self.dtype)
        with self.clock.stage("encode"):
            latents = sized.codec.encode(frames)
        with self.clock.stage("dit"):
            edited, call = sized.sampler.sample(self._noise.draw(latents.shape), latents, text)
        self._visible.add(call, sized.sampler.state)
        self._prompt.advance()
        sized.take(pictures, latents.shape[2])
        with self.clock.stage("decode"):
            picture = sized.codec.decode(edited.to(self.dtype))
        with self.clock.stage("pictures out"):
            return self._give_out(sized, picture)

    @torch.inference_mode()
    def _finish(self, sized: SizedStream) -> list[Pixels]:
        return self._give_out(sized, sized.codec.finish_decode())

    def _give_out(self, sized: SizedStream, frames: Tensor) -> list[Pixels]:
        """Final frames (1, T, 3, H, W) as pictures, mixed with their sources by the strength, without those made from
        repeated pictures."""
        count = min(frames.shape[1], len(sized.inside))
        if not count:
            return []
        sources = [sized.inside.popleft() for _ in range(count)]
        frames = frames[:, :count].float()
        if self.strength < 1.0:
            source = pictures_to_tensor(sources, sized.padded, self.device, torch.float32)
            frames = torch.lerp(source, frames.clamp(-1.0, 1.0), self.strength)
        return tensor_to_pictures(frames, *sized.picture)
