"""Short clips: how near an edit comes to its teacher, how steady it is, and whether it can be undone."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from sanacam.model.ablation.held_out import HeldOut
from sanacam.model.ablation.plan import Measure
from sanacam.model.ablation.streams import Network, edit_clip
from sanacam.model.ablation.warp import warp_error
from sanacam.model.evaluation.metrics import STILL, Perceptual, compare_change, perceptual_mean, psnr
from sanacam.model.evaluation.teacher_match import probe_frames
from sanacam.model.evaluation.teachers import nearest_edit

Case = dict[str, Any]
"""``clip``, ``edit`` and a number for each metric."""


@torch.no_grad()
def measure_matches(
    network: Network, held: HeldOut, measure: Measure, perceptual: Perceptual, seed: int, *, undo: bool
) -> list[Case]:
    """Every clip with one wording of every edit that it can have.

    Per case: ``right`` share of probed frames that are nearest to the right teacher; ``lpips``, ``psnr`` to the
    teacher; ``change`` and ``seam``, frame-to-frame change against the teacher's and at chunk borders against inside
    (1 is ideal); ``warp``, warp error against the teacher's; with ``undo`` the LPIPS between the source and the edit
    edited back.
    """
    cases: list[Case] = []
    for index, (teachers, flow) in enumerate(zip(held.teachers, held.flows, strict=True)):
        edits = teachers.names
        clip = (teachers.source.float() / 255).expand(len(edits), -1, -1, -1, -1)
        outputs = edit_clip(network, clip, *held.features(edits, index), seed, measure.piece)
        backs: Tensor | list[None] = [None] * len(edits)
        if undo:
            backs = edit_clip(network, outputs, *held.features(edits, index, "inverse"), seed, measure.piece)
        for edit, output, back in zip(edits, outputs, backs, strict=True):
            target = teachers.of(edit)
            probes = torch.tensor(probe_frames(len(output)), device=output.device)
            change = compare_change(output, target, network.vae.frames_per_latent)
            nearest = nearest_edit(output, teachers, 1.0, probes, perceptual).unit
            case: Case = {
                "clip": teachers.clip.name,
                "edit": edit,
                "right": sum(name == edit for name in nearest) / len(nearest),
                "lpips": perceptual_mean(perceptual, output, target),
                "psnr": psnr(output, target),
                "change": change.ratio,
                "seam": change.border_ratio,
                "warp": (warp_error(output, flow) + STILL) / (warp_error(target, flow) + STILL),
            }
            if back is not None:
                case["undo"] = perceptual_mean(perceptual, back, clip[0])
            cases.append(case)
    return cases
