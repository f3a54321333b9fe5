"""Models with an LTX-2 VAE: from a folder, from the store, and what is said when files are missing or do not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from sanacam.model import released
from sanacam.model.checkpoint import centre_taps_from_linear
from sanacam.model.errors import UserError
from sanacam.model.stream import StreamEditor
from sanacam.model.vae.ltx2 import Ltx2Network, Ltx2VAE
from sanacam.model.zoo import BundleConfig, ModelBundle, load_bundle, model_files, save_bundle
from sanacam.model.zoo.random_weights import random_bundle
from sanacam.model.zoo.registry import LTX2_CAUSAL_VAE, TINY_VAE, ModelPart, get_model
from sanacam.model.zoo.released_models import BIDIRECTIONAL_2B, RELEASED_MODELS, STREAMING_2B, frames_behind
from sanacam.model.zoo.store import ModelStore, StoredFile
from sanacam.model.zoo.tiny import TINY_STREAMING, tiny_streaming_bundle

NAME = "sana-streaming-2b"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_bundle(tiny_streaming_bundle(2), tmp_path / "model", dtype=torch.float32)
    return tmp_path / "model"


def edited(bundle: ModelBundle) -> np.ndarray:
    editor = StreamEditor(bundle, "cpu")
    editor.set_prompt("anime")
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    return np.stack(editor.push([picture] * 17) + editor.flush()).astype(int)


def test_a_folder_round_trip_loads_what_is_chosen_and_no_more(folder: Path) -> None:
    original = tiny_streaming_bundle(2)
    for encoder, decoder, has_full, has_tiny in (
        (None, None, True, False),
        ("full", "tiny", True, True),
        ("tiny", "tiny", False, True),
        ("tiny", "window", True, True),
    ):
        loaded = load_bundle(folder, encoder=encoder, decoder=decoder)
        assert loaded.config == original.config
        assert isinstance(loaded.vae, Ltx2VAE)
        assert (loaded.vae.full is not None, loaded.vae.tiny is not None) == (has_full, has_tiny)
        original.vae.choose(encoder=encoder or "full", decoder=decoder or "window")
        assert np.abs(edited(loaded) - edited(original)).max() <= 1
    assert loaded.vae.full is not None
    assert loaded.vae.full.encoder is None


def test_config_round_trip() -> None:
    for config in (STREAMING_2B, BIDIRECTIONAL_2B, TINY_STREAMING):
        assert BundleConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_missing_coders_name_the_next_step(folder: Path) -> None:
    (folder / "tiny_vae.safetensors").unlink()
    for choice in ({"encoder": "tiny"}, {"decoder": "tiny"}):
        with pytest.raises(UserError, match="no tiny VAE") as refusal:
            load_bundle(folder, **choice)  # type: ignore[arg-type]
        assert "--encoder full --decoder window" in refusal.value.hint
    with pytest.raises(UserError, match="causally"):
        load_bundle(folder, decoder="causal")
    with pytest.raises(UserError, match="no VAE decoder “best”"):
        load_bundle(folder, decoder="best")
    with pytest.raises(UserError, match="nothing to choose"):
        load_bundle("mini", decoder="tiny")


def test_a_choice_that_is_not_here_is_known_before_the_network_is_read(folder: Path) -> None:
    (folder / "tiny_vae.safetensors").unlink()
    (folder / "dit.safetensors").unlink()
    with pytest.raises(UserError, match="no tiny VAE"):
        load_bundle(folder, decoder="tiny")


def test_a_model_offers_only_parts_that_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "_converted", lambda entry, store: tmp_path)
    monkeypatch.setattr(ModelStore, "require_installed", lambda store, entry: dict.fromkeys(("vae", "text"), tmp_path))
    for name, offered in ((NAME, True), ("sana-bidirectional-2b", False)):
        files = model_files.installed_files(get_model(name), ModelStore(tmp_path))
        with pytest.raises(UserError, match="causally") as refusal:
            files.check_coders("full", "causal")
        assert (f"download {name} --with ltx2-causal-vae" in refusal.value.hint) == offered
        with pytest.raises(UserError, match="tiny VAE") as refusal:
            files.check_coders("tiny", "window")
        assert f"download {name} --with taeltx2" in refusal.value.hint


def test_a_vae_of_other_sizes_is_refused(folder: Path) -> None:
    other = random_bundle(
        replace(
            TINY_STREAMING,
            dit=replace(TINY_STREAMING.dit, in_channels=8, source_channels=8, out_channels=8),
            vae=replace(TINY_STREAMING.vae, latent_channels=8),
        )
    )
    save_bundle(other, folder.parent / "other")
    (folder / "vae").rename(folder / "old")
    (folder.parent / "other" / "vae").rename(folder / "vae")
    with pytest.raises(UserError, match="8 latent channels, the model wants 4"):
        load_bundle(folder)
    config = folder / "vae" / "config.json"
    config.write_text(config.read_text().replace('"latent_channels": 8', '"latent_channels": 16'))
    with pytest.raises(UserError):
        load_bundle(folder)
    (folder / "vae" / "config.json").unlink()
    with pytest.raises(UserError, match="cannot be read"):
        load_bundle(folder)


def test_a_vae_with_another_grid_is_refused(folder: Path) -> None:
    other = tiny_streaming_bundle(2)
    other.vae.full = Ltx2Network(replace(TINY_STREAMING.vae, patch_size=2))
    save_bundle(other, folder)
    with pytest.raises(UserError, match="16 pixels along a latent, the model wants 32"):
        load_bundle(folder)


class InstalledModel:
    """The streaming model as downloads leave it in the store, with tiny shapes under the real names."""

    def __init__(self, root: Path) -> None:
        self.entry = get_model(NAME)
        self.store = ModelStore(root)
        self.source = tiny_streaming_bundle(2)
        # As published: temporal kernels with dead outer taps, wrapped.
        weights = centre_taps_from_linear(self.source.dit.state_dict(), self.source.dit.config.softmax_indices)
        dit, vae, text = self.entry.parts
        self.pth = self.folder(dit) / dit.files[0].path
        torch.save({"generator": {f"model.{key}": value for key, value in weights.items()}}, self.pth)
        self.record(dit)
        self.put_vae(vae)
        for file in text.files:
            (self.folder(text) / file.path).write_text("{}")
        self.record(text)

    def folder(self, part: ModelPart) -> Path:
        place = self.store.part_folder(part)
        place.mkdir(parents=True, exist_ok=True)
        return place

    def put_vae(self, part: ModelPart, *, causal: bool = False) -> None:
        full = self.source.vae.full
        (self.folder(part) / "config.json").write_text(json.dumps({**full.config.to_dict(), "decoder_causal": causal}))
        save_file(released.own_storage(full.state_dict()), self.folder(part) / "diffusion_pytorch_model.safetensors")
        self.record(part)

    def record(self, part: ModelPart) -> None:
        for file in part.files:
            size = (self.folder(part) / file.path).stat().st_size
            self.store.record(part, file.path, StoredFile(size, "ab" * 32, "here"))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InstalledModel:
    monkeypatch.setenv("SANACAM_MODELS_DIR", str(tmp_path))
    config = replace(TINY_STREAMING, name=NAME)
    monkeypatch.setitem(RELEASED_MODELS, NAME, config)
    monkeypatch.setitem(released.RELEASED, "sana_streaming_ar.pth", replace(config.dit, softmax_kernel=3))
    return InstalledModel(tmp_path)


def test_an_installed_model_is_converted_once_and_edits(installed: InstalledModel) -> None:
    loaded = load_bundle(NAME)
    assert np.abs(edited(loaded) - edited(installed.source)).max() <= 1
    header = released.read_header(installed.store.converted_folder(installed.entry) / "dit.safetensors")
    assert header.source_sha256 == "ab" * 32
    assert "Apache" in header.licence
    # Read from the conversion from now on: nothing of the old content is needed.
    installed.pth.write_bytes(b"x" * installed.pth.stat().st_size)
    assert np.abs(edited(load_bundle(NAME)) - edited(installed.source)).max() <= 1


@pytest.mark.parametrize("trouble", ["cut off", "another checkpoint", "no header"])
def test_a_conversion_that_no_longer_fits_is_made_again(
    trouble: str, installed: InstalledModel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    converted = installed.store.converted_folder(installed.entry) / "dit.safetensors"
    load_bundle(NAME)
    dit = installed.entry.parts[0]
    if trouble == "cut off":
        converted.write_bytes(converted.read_bytes()[:-7])
    elif trouble == "no header":
        save_file({"a": torch.zeros(1)}, converted)
    else:
        size = installed.pth.stat().st_size
        installed.store.record(dit, installed.pth.name, StoredFile(size, "cd" * 32, "elsewhere"))
    again, weights = load_bundle(NAME).dit.state_dict(), installed.source.dit.state_dict()
    assert all(torch.equal(value, weights[key]) for key, value in again.items())
    assert "is converted: " in caplog.text
    written = converted.stat().st_mtime_ns
    load_bundle(NAME)
    assert converted.stat().st_mtime_ns == written
    assert released.read_header(converted).source_sha256 == installed.store.manifest(dit)[installed.pth.name].sha256


def test_optional_parts_of_an_installed_model(installed: InstalledModel) -> None:
    for choice, part in (({"decoder": "tiny"}, TINY_VAE), ({"decoder": "causal"}, LTX2_CAUSAL_VAE)):
        with pytest.raises(UserError) as refusal:
            load_bundle(NAME, **choice)  # type: ignore[arg-type]
        assert f"sanacam models download {NAME} --with {part.name}" in refusal.value.hint
    save_file(
        released.own_storage(installed.source.vae.tiny.state_dict()),
        installed.folder(TINY_VAE) / TINY_VAE.files[0].path,
    )
    installed.record(TINY_VAE)
    installed.put_vae(LTX2_CAUSAL_VAE, causal=True)
    assert load_bundle(NAME, decoder="tiny").vae.tiny is not None
    loaded = load_bundle(NAME, decoder="causal")
    assert loaded.vae.causal.config.decoder_causal
    assert loaded.vae.full.decoder is None
    installed.source.vae.choose(decoder="causal")
    assert np.abs(edited(loaded) - edited(installed.source)).max() <= 1


def test_a_foreign_checkpoint_in_the_store_is_refused_and_leaves_nothing(installed: InstalledModel) -> None:
    torch.save({"state_dict": {"weight": torch.zeros(3)}}, installed.pth)
    dit = installed.entry.parts[0]
    installed.record(dit)
    with pytest.raises(UserError, match="unknown: weight"):
        load_bundle(NAME)
    assert not list(installed.store.converted_folder(installed.entry).glob("*"))


def test_gemma_reads_its_prompts(installed: InstalledModel, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanacam.model.text.gemma import GemmaEncoder

    asked = []

    def load(folder: Path, max_tokens: int, device: object, precision: str, kept: bool) -> object:
        asked.append((folder, max_tokens, device, precision, kept))
        return installed.source.text_encoder

    monkeypatch.setattr(GemmaEncoder, "load", load)
    monkeypatch.setitem(RELEASED_MODELS, NAME, replace(TINY_STREAMING, name=NAME, text_kind="gemma"))
    load_bundle(NAME, text_device="cpu", text_precision="int8")
    load_bundle(NAME, text_device="cpu", text_kept=True)
    given = (installed.folder(installed.entry.parts[2]), TINY_STREAMING.dit.max_text_tokens, "cpu")
    assert asked == [(*given, "int8", False), (*given, "bf16", True)]


def test_find_files_lists_the_choices(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no model") as refusal:
        model_files.find_files(tmp_path)
    assert NAME in refusal.value.hint


def test_latency_in_frames() -> None:
    assert frames_behind(STREAMING_2B) == 24 + 16
    assert frames_behind(STREAMING_2B, decoder="causal") == 24
    assert frames_behind(STREAMING_2B, "tiny", "tiny") == 31
