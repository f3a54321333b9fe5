"""How much an evaluation measures: all that the bars are meant for, or a quick hint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """Attributes:
    frames: of each clip.
    clips: how many, None for all.
    wordings_per_clip: of each edit; the next clip gets the next ones.
    lpips_every: LPIPS and SSIM look at every so many-th frame; it should share no factor with the chunk.
    vae_clips: how many clips the VAE alone is tried on, None for all.
    drift_minutes, drift_edits: the long run; 0 minutes leave it out.
    drift_frames, drift_size: its clip; None for the size of the others.
    short_frames: of the short streams that ask about other languages, degrees, unknown prompts and steps; 0 leaves
        them out.
    speed_seconds: time on the clock for each speed, 0 leaves it out.
    """

    frames: int = 57
    clips: int | None = None
    wordings_per_clip: int = 2
    lpips_every: int = 1
    vae_clips: int | None = None
    drift_minutes: float = 10.0
    drift_edits: int = 3
    drift_frames: int = 241
    drift_size: tuple[int, int] | None = None
    speed_seconds: float = 8.0
    short_frames: int = 12


FULL = Amount()
#: Under five minutes on two processor cores.
QUICK = Amount(
    frames=12,
    clips=2,
    wordings_per_clip=1,
    lpips_every=5,
    vae_clips=1,
    drift_minutes=0.5,
    drift_edits=1,
    drift_frames=57,
    drift_size=(160, 96),
    short_frames=0,
    speed_seconds=3.0,
)
