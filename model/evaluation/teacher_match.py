"""How near the streamed output comes to its teacher, wording by wording, clip by clip."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.model.evaluation.metrics import Change, Perceptual, compare_change, perceptual_mean, psnr, ssim
from sanacam.model.evaluation.streaming import Editor, from_pixels, stream, to_pixels
from sanacam.model.evaluation.teachers import Nearest, Teachers, nearest_edit
from sanacam.model.training.prompts import Prompt

#: Where in the clip (0…1) the frames for the nearest-teacher test lie.
_PROBES = (0.25, 0.55, 0.9)


@dataclass(frozen=True)
class Case:
    """One clip streamed with one wording, against its teacher. ``nearest`` has a name for each probed frame."""

    edit: str
    clip: str
    wording: str
    strength: float
    psnr: float
    ssim: float
    lpips: float
    change: Change
    nearest: Nearest

    @property
    def hits(self) -> list[bool]:
        """Whether each probed frame was nearest to the right teacher."""
        return [name == self.edit for name in self.nearest.unit]


def probe_frames(length: int) -> list[int]:
    """Three frames spread over a clip, away from its start."""
    return [min(length - 1, int(length * place)) for place in _PROBES]


def lpips_frames(length: int, every: int) -> list[int]:
    """Frames that LPIPS looks at. If ``every`` shares no factor with the chunk, all places in a chunk count."""
    return list(range(0, length, every))


def run_case(
    editor: Editor,
    teachers: Teachers,
    prompt: Prompt,
    perceptual: Perceptual,
    lpips_every: int = 1,
) -> tuple[Case, Tensor]:
    """Streams the clip and measures it. Gives the output (T, 3, H, W) uint8 as well."""
    device = teachers.source.device
    edited = from_pixels(list(stream(editor, to_pixels(teachers.source), prompt.text)), device)
    output = edited.float() / 255
    target = teachers.of(prompt.edit, prompt.strength)
    looked_at = torch.tensor(lpips_frames(len(output), lpips_every), device=device)
    probes = torch.tensor(probe_frames(len(output)), device=device)
    case = Case(
        edit=prompt.edit,
        clip=teachers.clip.name,
        wording=prompt.text,
        strength=prompt.strength,
        psnr=psnr(output, target),
        ssim=ssim(output[looked_at], target[looked_at]),
        lpips=perceptual_mean(perceptual, output[looked_at], target[looked_at]),
        change=compare_change(output, target, editor.frames_per_chunk),
        nearest=nearest_edit(output, teachers, prompt.strength, probes, perceptual),
    )
    return case, edited
