"""Puts trained parts together into a model folder that ``sanacam --model DIR`` and ``load_bundle`` read."""

from __future__ import annotations

from pathlib import Path

import torch

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.initial_noise import NOISE_KINDS, NoiseKind
from sanacam.model.text.minilm import MiniLMEncoder
from sanacam.model.training.checkpoint import load_slim, read_metadata, stored_config
from sanacam.model.training.config import POSITION_SCALES
from sanacam.model.training.edits import EDITS
from sanacam.model.vae import MiniVAE, MiniVAEConfig
from sanacam.model.vae.source_mix import MAP_CHANNELS, MAP_SEAM
from sanacam.model.zoo import BundleConfig, ModelBundle, save_bundle

LICENCE = "Apache-2.0 (DiT, VAE); text encoder: see text/LICENSE"

HOLD = 0.95
"""Of the filter over the edited picture (:class:`~sanacam.model.temporal_hold.TemporalHold`)."""
SEAM_FIRMNESS = 0.0
"""Added to the seam's logit. Weights that were trained without the loss's ``border`` part settle for about 0.4 of a
seam and want 2; with it nothing is to be added."""


def firm_seams(vae: MiniVAE, firmness: float) -> None:
    """Close the seams between groups (see :mod:`sanacam.model.vae.source_mix`) more than training alone would."""
    bias = vae.decoder.head.bias
    assert bias is not None
    with torch.no_grad():
        bias[-MAP_CHANNELS:][MAP_SEAM] += firmness


def _noise_kind(name: str) -> NoiseKind:
    if name not in NOISE_KINDS:
        raise UserError(f"The transformer was trained with noise of an unknown kind, {name}.", "Use a newer version.")
    return name


def pack(
    vae_file: Path,
    dit_file: Path,
    text_folder: Path,
    out: Path,
    *,
    seam_firmness: float = SEAM_FIRMNESS,
    hold: float = HOLD,
) -> int:
    """Writes ``out`` (config, weights as fp16, text encoder); other files already there, such as the model card, stay.

    Raises:
        UserError: a part is missing or does not fit the configuration stored in it, or ``hold`` is not 0 or more and
                below 1.
    """
    if not 0.0 <= hold < 1.0:
        raise UserError(f"A hold of {hold:g} is not possible.", "Give at least 0 and less than 1.")
    vae_config = MiniVAEConfig(**stored_config(vae_file))
    about = read_metadata(dit_file)
    dit_config = DiTConfig.from_dict(stored_config(dit_file))
    vae, dit = MiniVAE(vae_config), HybridDiT(dit_config)
    load_slim(vae_file, vae)
    load_slim(dit_file, dit)
    firm_seams(vae, seam_firmness)
    scales = tuple(sorted(set(POSITION_SCALES), reverse=True))
    config = BundleConfig(
        name="mini", dit=dit_config, vae=vae_config, text_kind="minilm", position_scales=scales, licence=LICENCE,
        initial_noise=_noise_kind(about.get("noise", "static")), hold=hold, edits=tuple(EDITS),
    )  # fmt: skip
    encoder = MiniLMEncoder.load(text_folder, max_tokens=dit_config.max_text_tokens)
    save_bundle(ModelBundle(dit, vae, encoder, config), out, text_folder=text_folder, dtype=torch.float16)
    print(f"packed {out}")
    return 0
