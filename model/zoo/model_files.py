"""Where a model's files lie: in the program, in a folder of its own, or in the store of downloaded parts.

A model folder holds ``config.json``, ``dit.safetensors``, the text encoder's files in ``text/``, and its VAE: either
``vae.safetensors`` (the kind of ``mini``), or ``vae/`` as diffusers writes an LTX-2 VAE and perhaps
``tiny_vae.safetensors`` beside it.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sanacam.model.errors import UserError
from sanacam.model.zoo.config import BundleConfig
from sanacam.model.zoo.file_check import broken_weights
from sanacam.model.zoo.registry import LTX2_CAUSAL_VAE, TINY_VAE, ModelEntry, find_model
from sanacam.model.zoo.released_models import RELEASED_MODELS

if TYPE_CHECKING:
    from sanacam.model.zoo.store import ModelStore

EMBEDDED = ("mini",)
"""Models that come with the program, in ``sanacam.assets``."""
CONFIG_FILE, DIT_FILE, VAE_FILE, TINY_VAE_FILE = (
    "config.json",
    "dit.safetensors",
    "vae.safetensors",
    "tiny_vae.safetensors",
)
VAE_FOLDER, TEXT_FOLDER = "vae", "text"
REINSTALL = "Install the model again."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelFiles:
    """Everything that is needed to load a model.

    Attributes:
        dit: safetensors file.
        vae: safetensors file, or folder of an LTX-2 VAE.
        text: folder of the text encoder.
        tiny_vae, causal_vae: file and folder of what may be loaded instead of the LTX-2 VAE or its decoder.
        get_optional: command lines that bring what is missing of those, by part name.
    """

    config: BundleConfig
    dit: Path
    vae: Path
    text: Path
    tiny_vae: Path | None = None
    causal_vae: Path | None = None
    get_optional: Mapping[str, str] = field(default_factory=dict)

    def check_coders(self, encoder: str, decoder: str) -> None:
        """Whether the files of this choice are here; choices that do not exist are left to the VAE.

        Raises:
            UserError: they are not.
        """
        missing: tuple[str, str] | None = None
        if "tiny" in (encoder, decoder) and self.tiny_vae is None:
            missing = ("tiny VAE", TINY_VAE.name)
        elif decoder == "causal" and self.causal_vae is None and not self.config.causal_decoder:
            missing = ("decoder that was trained to work causally", LTX2_CAUSAL_VAE.name)
        if missing is not None:
            what, part = missing
            get = f"Get it with `{self.get_optional[part]}`, or use" if part in self.get_optional else "Use"
            raise UserError(f"{self.config.name} has no {what} here.", f"{get} --encoder full --decoder window.")


def find_files(name_or_path: str | Path) -> ModelFiles:
    """Files of a model by its name or of a model folder.

    A downloaded checkpoint is converted when its model is used for the first time, which takes a minute.

    Raises:
        UserError: there is no such model, it is not downloaded, its description is damaged, or this version cannot run
            it.
    """
    name = str(name_or_path)
    if name in EMBEDDED:
        folder = Path(str(resources.files("sanacam.assets") / "models" / name))
        return _of_folder(folder, name, "The installation is incomplete; install the program again.")
    entry = find_model(name)
    if entry is not None:
        # Here, since the store needs packages that running from a folder does not.
        from sanacam.model.zoo.store import ModelStore

        return installed_files(entry, ModelStore())
    names = ", ".join((*EMBEDDED, *RELEASED_MODELS))
    return _of_folder(Path(name_or_path), name, f"Use one of: {names}, or the path of a model folder.")


def installed_files(entry: ModelEntry, store: ModelStore) -> ModelFiles:
    """Files of a downloaded model.

    Raises:
        UserError: parts are missing, or the checkpoint cannot be converted.
    """
    entry.require_runnable()
    folders = store.require_installed(entry)
    config = RELEASED_MODELS[entry.name]
    optional = {
        part.name: store.part_folder(part) for part in entry.optional_parts if store.part_state(part) == "installed"
    }
    tiny = optional.get(TINY_VAE.name)
    return ModelFiles(
        config,
        _converted(entry, store),
        folders["vae"],
        folders["text"],
        tiny / TINY_VAE.files[0].path if tiny is not None else None,
        optional.get(LTX2_CAUSAL_VAE.name),
        {part.name: f"sanacam models download {entry.name} --with {part.name}" for part in entry.optional_parts},
    )


def _converted(entry: ModelEntry, store: ModelStore) -> Path:
    from sanacam.model.released import RELEASED, convert

    target = store.converted_file(entry)
    part = next(part for part in entry.parts if part.role == "dit")
    file = part.files[0]
    sha256 = store.manifest(part)[file.path].sha256
    if outdated := _outdated(target, sha256):
        log.info("%s is converted: %s", file.path, outdated)
        source = store.part_folder(part) / file.path
        convert(source, target, RELEASED[file.path], licence=part.licence.name, sha256=sha256)
    return target


def _outdated(target: Path, sha256: str) -> str:
    """Why a converted file cannot stand for the checkpoint with this hash, in words; empty if it can."""
    from sanacam.model.released import read_header

    if not target.exists():
        return "it never was"
    if trouble := broken_weights(target):
        return f"what it was converted to is damaged, {trouble}"
    try:
        return "" if read_header(target).source_sha256 == sha256 else "it is another one than before"
    except UserError as error:
        return error.message


def _of_folder(folder: Path, name: str, hint: str) -> ModelFiles:
    if not os.path.isfile(folder / CONFIG_FILE):  # which a name too long for a file system does not upset
        raise UserError(f"There is no model “{name[:80]}”.", hint)
    try:
        config = BundleConfig.from_dict(json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, OSError, UserError) as error:
        raise UserError(f"The model description {folder / CONFIG_FILE} cannot be used ({error}).", REINSTALL) from error
    tiny = folder / TINY_VAE_FILE
    return ModelFiles(
        config,
        folder / DIT_FILE,
        folder / (VAE_FOLDER if config.vae_kind == "ltx2" else VAE_FILE),
        folder / TEXT_FOLDER,
        tiny if tiny.is_file() else None,
    )
