"""An image editor of diffusers (Qwen-Image-Edit, InstructPix2Pix, FLUX Kontext, …) edits the first frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.adapters.weights import best_device, best_dtype, weights_folder
from sanacam.model.training.pipeline.instructions import Instruction
from sanacam.model.training.pipeline.pictures import Clip


class DiffusersEditor:
    """Any pipeline that takes ``prompt`` and ``image`` and gives ``images``.

    Args:
        model: folder with ``model_index.json``.
        steps: denoising steps.
        settings: further arguments of the pipeline's call (``true_cfg_scale``, …).

    Raises:
        UserError: the weights or diffusers are not there.
    """

    def __init__(
        self,
        model: str,
        steps: int = 30,
        seed: int = 0,
        device: str | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.folder = weights_folder(model, "image editor", "diffusers")
        self.steps, self.seed, self.settings = steps, seed, settings or {}
        self.device = best_device(device)
        self._pipeline: Any = None

    def describe(self) -> dict[str, Any]:
        return {
            "maker": "diffusers", "model": self.folder.name, "steps": self.steps, "seed": self.seed,
            "settings": self.settings,
        }  # fmt: skip

    def edit(self, clip: Clip, instruction: Instruction) -> Picture:
        if self._pipeline is None:
            self._pipeline = load_pipeline(self.folder, self.device)
        height, width = clip.frames.shape[1:3]
        result = self._pipeline(
            prompt=instruction.forward[0],
            image=Image.fromarray(clip.frames[0]),
            num_inference_steps=self.steps,
            generator=torch.Generator("cpu").manual_seed(self.seed),
            **self.settings,
        ).images[0]
        return np.array(result.convert("RGB").resize((width, height), Image.Resampling.LANCZOS))


def load_pipeline(folder: Any, device: torch.device) -> Any:
    """Whatever pipeline the folder describes; only its own files are read, and no code comes from it."""
    from diffusers import DiffusionPipeline

    pipeline = DiffusionPipeline.from_pretrained(folder, dtype=best_dtype(device), local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)
