"""A controllable video generator of diffusers (Wan VACE) makes the clip from the anchor and a control video."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch
from PIL import Image

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.edits.filters import ink_lines
from sanacam.model.training.edits.tone import luma
from sanacam.model.training.pipeline.adapters.image_editor import load_pipeline
from sanacam.model.training.pipeline.adapters.pose import PoseControl
from sanacam.model.training.pipeline.adapters.weights import best_device, weights_folder
from sanacam.model.training.pipeline.instructions import Instruction
from sanacam.model.training.pipeline.pictures import Clip, as_pictures, as_tensor

_FRAMES = 4
"""Frames of a latent; the first is alone in its own, so lengths are multiples and one more."""
_SIDE = 16


class Control(Protocol):
    """What moves, without how it looks."""

    def draw(self, clip: Clip) -> Picture:
        """(T, H, W, 3)."""
        ...


class LineControl:
    """Lines of the source, white on black: needs no weights."""

    def draw(self, clip: Clip) -> Picture:
        lines = [ink_lines(luma(as_tensor(frame[None]))) for frame in clip.frames]
        return as_pictures(torch.cat(lines).expand(-1, 3, -1, -1))


class DiffusersPropagator:
    """A pipeline with the arguments of ``WanVACEPipeline``: control ``video``, ``reference_images``, ``prompt``.

    Args:
        model: folder with ``model_index.json``.
        pose: folder of a ViTPose model, to control by skeletons; None: by lines.
        settings: further arguments of the pipeline's call.

    Raises:
        UserError: weights or libraries are not there.
    """

    def __init__(
        self,
        model: str,
        pose: str | None = None,
        steps: int = 30,
        seed: int = 0,
        device: str | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.folder = weights_folder(model, "video generator", "diffusers")
        self.device = best_device(device)
        self.control: Control = LineControl() if pose is None else PoseControl(pose, device)
        self.steps, self.seed, self.settings, self.pose = steps, seed, settings or {}, pose
        self._pipeline: Any = None

    def describe(self) -> dict[str, Any]:
        return {
            "maker": "diffusers", "model": self.folder.name, "pose": self.pose, "steps": self.steps,
            "seed": self.seed, "settings": self.settings,
        }  # fmt: skip

    def propagate(self, clip: Clip, anchor: Picture, instruction: Instruction) -> Picture:
        if self._pipeline is None:
            self._pipeline = load_pipeline(self.folder, self.device)
        count, height, width = clip.frames.shape[:3]
        size = (max(1, width // _SIDE) * _SIDE, max(1, height // _SIDE) * _SIDE)
        control = [Image.fromarray(frame).resize(size) for frame in self.control.draw(clip)]
        control += [control[-1]] * (-(count - 1) % _FRAMES)
        result = self._pipeline(
            video=control,
            reference_images=[Image.fromarray(anchor).resize(size)],
            prompt=instruction.forward[0],
            width=size[0],
            height=size[1],
            num_frames=len(control),
            num_inference_steps=self.steps,
            generator=torch.Generator("cpu").manual_seed(self.seed),
            output_type="pil",
            **self.settings,
        ).frames[0]
        shown = [frame.resize((width, height), Image.Resampling.LANCZOS) for frame in result[:count]]
        return np.stack([np.array(frame.convert("RGB")) for frame in shown])
