"""Self-forced streaming on long clips: the generator learns on what it makes itself, as it will at inference.

Each step takes every stream one window further: the generator edits the new frames with its caches (see ``rollout``),
the window is joined to the end of the one before, and only new frames count. The fake score is trained on every window;
on one step in ``generator_every`` the generator is updated by distribution matching and, in the ``cycle_reverse``
stage, by having to undo its own edit. (The release makes a second window for the fake score on those steps; here both
learn from the same one.) Where a clip has no whole window left, the next clip begins with empty caches.

What a step does follows from its number; caches and the last window are part of a checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.training.cycle_reverse import reverse_window
from sanacam.model.training.distribution_matching import fake_score_loss, matching_gradient, matching_loss
from sanacam.model.training.latents import decode_clip
from sanacam.model.training.long_clips import LongClips
from sanacam.model.training.long_stream import JudgedWindow, LongStream
from sanacam.model.training.noise import draw_score_sigma, fresh_noise, stream_noise
from sanacam.model.training.pairs import step_seed
from sanacam.model.training.rollout import Rollout
from sanacam.model.training.stage import Player, Stage, Turn, load_average
from sanacam.model.training.stages.context import Context
from sanacam.model.training.stages.transformers import bidirectional_config, make_transformer, streaming_config
from sanacam.model.vae.codec import VideoVAE

GENERATOR, FAKE = "generator", "fake"
_SHEET_CLIP, _SHEET_STREAMS, _SHEET_MOMENTS = -1, 3, 6


class SelfForcingStage(Stage):
    """Trains ``dit`` (the generator) and ``fake`` (its score); with ``matching`` = 0 the generator alone.

    Args:
        start: generator to begin with.
        teacher: bidirectional weights: the real score, and where the fake one begins.
        fake: another beginning for the fake score (that of an earlier run).
    """

    def __init__(
        self, context: Context, vae: VideoVAE, start: Path, teacher: Path | None, fake: Path | None = None
    ) -> None:
        self.context, self.config = context, context.config
        self.vae = vae.eval().requires_grad_(False)
        self.kind = context.config.stream
        self.dit = make_transformer(context, streaming_config(context), start)
        self.trained: dict[str, nn.Module] = {"dit": self.dit}
        self.scores = None
        if self.kind.matching and teacher is not None:
            shape = bidirectional_config(context)
            real = make_transformer(context, shape, teacher, trained=False)
            self.scores = (real, make_transformer(context, shape, fake or teacher))
        self.clips = LongClips(context, vae, needs_inverse=self.kind.cycle_reverse > 0)
        low = context.ranks.device.type == "cuda"
        self.rollout = Rollout(self.dit, self.kind, torch.bfloat16 if low else torch.float32)
        self.streams = [self._new_stream() for _ in range(self.config.accumulate)]

    def _new_stream(self) -> LongStream:
        config, vae = self.config, self.vae
        grid = (config.height // vae.spatial_stride, config.width // vae.spatial_stride)
        shape = (2, config.batch, vae.latent_channels, self.kind.first_window, *grid)
        return LongStream(
            lambda: self.rollout.new_stream(config.batch, *grid),
            reverse=self.kind.cycle_reverse > 0,
            past=torch.zeros(shape, device=self.context.ranks.device),
        )

    def players(self) -> tuple[Player, ...]:
        config, kind = self.config, self.kind
        generator = Player(GENERATOR, self.trained, 1.0, config.betas, config.weight_decay, config.clip)
        if self.scores is None:
            return (generator,)
        fake = {FAKE: self.scores[1]}
        return generator, Player(FAKE, dict(fake), kind.fake_rate, kind.fake_betas, config.weight_decay, config.clip)

    def results(self) -> dict[str, nn.Module]:
        """The generator, and the fake score for a later run to go on with."""
        return {name: m for player in self.players() for name, m in player.modules.items()}

    def prepare(self, step: int) -> None:
        clip, window = divmod(step, self.kind.windows)
        if window:
            chunks = [self.kind.chunks(i) for i in range(window)]
            for part, stream in enumerate(self.streams):
                stream.go_on(self.clips.draw(clip, part), chunks)

    def memory(self) -> dict[str, Tensor]:
        shards = [self.context.ranks.shard(part) for part in range(len(self.streams))]
        return {
            f"shard{shard}.{name}": tensor
            for shard, stream in zip(shards, self.streams, strict=True)
            for name, tensor in stream.tensors().items()
        }

    def turns(self, step: int, part: int) -> Iterator[Turn]:
        stream = self.streams[part]
        clip, window = divmod(step, self.kind.windows)
        if not window:
            stream.begin(self.clips.draw(clip, part))
        self.context.pairs.seed(step, part)
        trains = step % self.kind.generator_every == 0
        new = stream.source(self.kind.first_window, self.kind.window)
        text, mask = self.context.prompts.batch(stream.clip.prompts)
        with self.context.autocast():
            edited, exit_step = self._edit(stream, new, text, mask, step, trains)
            judged = stream.judged(self.vae, edited, new, self.kind.context)
            numbers = {"spread": edited.detach().std(), "exit": torch.tensor(float(exit_step))}
            loss, parts = self._generator_loss(stream, judged, edited, new, text, mask, step, trains)
        if trains:
            yield Turn(GENERATOR, loss, {**numbers, **parts})
        if self.scores is not None:
            yield Turn(FAKE, self._fake_loss(stream, judged, text, mask), {} if trains else numbers)
        finite = bool(torch.isfinite(edited).all())
        stream.advance(edited if finite else new, new)
        if not finite:
            # Caches that hold such a window would spoil every later one.
            stream.forget()

    def _edit(
        self, stream: LongStream, new: Tensor, text: Tensor, mask: Tensor, step: int, trains: bool
    ) -> tuple[Tensor, int]:
        chance = self.context.pairs
        exit_step = self._shared(step, 0)
        begin = self._begin(stream, new)
        edited = self.rollout.window(
            stream.forward, new, text, mask, self.kind.chunks(stream.window), exit_step, begin, chance.device,
            position_scale=stream.clip.position_scale, train=trains,
        )  # fmt: skip
        return edited, exit_step

    def _begin(self, stream: LongStream, new: Tensor) -> Tensor:
        """What the window starts from; static noise stays the same for the whole clip."""
        chance, device = self.context.pairs.device, new.device
        if self.kind.noise == "fresh":
            return stream_noise(self.kind, new.shape, chance, device)
        return stream_noise(self.kind, new.shape, torch.Generator(device).manual_seed(stream.clip.noise_seed), device)

    def _shared(self, step: int, what: int) -> int:
        """Index into the few-step schedule, the same on all ranks and in all parts (sharded ranks have to run the same
        number of forwards)."""
        chance = torch.Generator().manual_seed(step_seed(self.config.seed + 1, what, step))
        return int(torch.randint(len(self.rollout.schedule.timesteps), (), generator=chance))

    def _generator_loss(
        self, stream: LongStream, judged: JudgedWindow, edited: Tensor, new: Tensor, text: Tensor, mask: Tensor,
        step: int, trains: bool,
    ) -> tuple[Tensor, dict[str, Tensor]]:  # fmt: skip
        """Distribution matching plus the reverse pass, which runs (without gradient) on the other turns too."""
        chance, device, clip = self.context.pairs, new.device, stream.clip
        total = torch.zeros((), device=device)
        parts: dict[str, Tensor] = {}
        if trains and self.scores is not None:
            real, fake = self.scores
            sigma = draw_score_sigma(len(new), self.kind.score_shift, chance.cpu).to(device)
            noise = fresh_noise(judged.edited.shape, chance.device, device)
            gradient = matching_gradient(
                real, fake, judged.edited, noise, sigma, judged.source, text, mask, self.kind.guidance,
                clip.position_scale,
            )  # fmt: skip
            matched = matching_loss(judged.edited, gradient, judged.counted)
            total = total + self.kind.matching * matched
            parts |= {"matching": matched.detach(), "gradient": gradient.abs().mean()}
        if stream.reverse is not None:
            undo_text, undo_mask = self.context.prompts.batch(clip.inverse)
            reverse, back = reverse_window(
                self.rollout, stream.reverse, edited.detach(), new, undo_text, undo_mask,
                self.kind.chunks(stream.window), self._shared(step, 1), chance.device,
                position_scale=clip.position_scale, train=trains,
            )  # fmt: skip
            total = total + self.kind.cycle_reverse * reverse
            if trains:
                parts |= {"reverse": reverse.detach(), "reverse_error": (back - new).square().mean()}
        return total, parts

    def _fake_loss(self, stream: LongStream, judged: JudgedWindow, text: Tensor, mask: Tensor) -> Tensor:
        assert self.scores is not None
        chance, device = self.context.pairs, judged.edited.device
        sigma = draw_score_sigma(len(judged.edited), self.kind.score_shift, chance.cpu).to(device)
        noise = fresh_noise(judged.edited.shape, chance.device, device)
        with self.context.autocast():
            return fake_score_loss(
                self.scores[1], judged.edited, noise, sigma, judged.source, text, mask, judged.counted,
                stream.clip.position_scale,
            )  # fmt: skip

    @torch.no_grad()
    def sheet(self, path: Path, step: int) -> None:
        """Some streams over a whole clip: source and edit in turn, from the first moment to the last."""
        stream = self._new_stream()
        stream.begin(self.clips.draw(_SHEET_CLIP, 0))
        self.context.pairs.seed(_SHEET_CLIP)
        text, mask = self.context.prompts.batch(stream.clip.prompts)
        last = len(self.rollout.schedule.timesteps) - 1
        edits = []
        with self.context.autocast():
            for window in range(self.kind.windows):
                new = stream.source(self.kind.first_window, self.kind.window)
                edits.append(
                    self.rollout.window(
                        stream.forward, new, text, mask, self.kind.chunks(window), last, self._begin(stream, new),
                        self.context.pairs.device, position_scale=stream.clip.position_scale, train=False,
                    )
                )  # fmt: skip
                stream.advance(edits[-1], new)
            edited = torch.cat(edits, 2)
            rows = []
            for index in range(min(_SHEET_STREAMS, len(edited))):
                for latents in (stream.clip.source[index : index + 1, :, : edited.shape[2]], edited[index : index + 1]):
                    pictures = decode_clip(self.vae, latents)[0]
                    moments = torch.linspace(0, len(pictures) - 1, _SHEET_MOMENTS).long()
                    rows.append(pictures[moments.to(pictures.device)])
        self.context.save_sheet(path, rows)

    def finish(self, ema: dict[str, Tensor]) -> None:
        load_average(self.trained, ema)
