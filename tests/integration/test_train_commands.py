"""The stages one after another by their commands, each from the files of the one before, on a small data folder."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tiny_data_folder import write_data
from tiny_training import DIT, STREAM, VAE, stage_config

from sanacam.model.errors import UserError
from sanacam.model.training.cli import main
from sanacam.model.training.config import STAGES, StageConfig
from sanacam.model.zoo import BundleConfig

SHIPPED = Path(str(files("sanacam.assets") / "models" / "mini"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


def toml(values: dict[str, Any]) -> str:
    """A flat table with sub-tables, as the shipped files are written."""
    plain = {k: v for k, v in values.items() if not isinstance(v, dict)}
    lines = [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for name, table in values.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines)


def config_file(stage: str, folder: Path) -> Path:
    config: StageConfig = stage_config(stage, steps=2)
    stream = {f.name: getattr(config.stream, f.name) for f in fields(STREAM)}
    tables = ("stream", "decoder", "text")
    values = {f.name: getattr(config, f.name) for f in fields(StageConfig) if f.name not in tables}
    path = folder / f"{stage}.toml"
    path.write_text(toml({**values, "vae": VAE, "dit": DIT, "stream": stream}), encoding="utf-8")
    return path


def test_every_stage_is_one_command_and_the_next_one_begins_where_it_ended(data: Path, tmp_path: Path) -> None:
    vae, teacher = tmp_path / "vae" / "vae.safetensors", tmp_path / "bidirectional" / "dit.safetensors"

    def dit_of(stage: str) -> str:
        return str(tmp_path / stage / "dit.safetensors")

    starts = {
        "vae": [],
        "bidirectional": ["--vae", vae],
        "latent": ["--vae", vae, "--dit", teacher],
        "few_step": ["--vae", vae, "--dit", dit_of("latent"), "--teacher", teacher],
        "self_forcing": ["--vae", vae, "--dit", dit_of("few_step"), "--teacher", teacher],
        "cycle_reverse": [
            "--vae", vae, "--dit", dit_of("self_forcing"), "--teacher", teacher,
            "--fake", tmp_path / "self_forcing" / "fake.safetensors",
        ],
        "joint": ["--vae", vae, "--dit", dit_of("cycle_reverse")],
        "decoder": ["--vae", vae],
    }  # fmt: skip
    assert set(starts) == set(STAGES)
    for stage, origins in starts.items():
        out = tmp_path / stage
        common = [stage, "--data", data, "--out", out, "--config", config_file(stage, tmp_path), "--device", "cpu"]
        assert main([str(word) for word in (*common, *origins)]) == 0
        assert {"log.jsonl", "log.html", "sheet_2.png", "checkpoints"} <= {path.name for path in out.iterdir()}
    parts = ["--vae", str(vae), "--dit", dit_of("joint"), "--text", str(SHIPPED / "text")]
    for folder, hold, expected in (("as it is", [], 0.95), ("loose", ["--hold", "0"], 0.0)):
        assert main(["pack", *parts, *hold, "--out", str(tmp_path / folder)]) == 0
        packed = json.loads((tmp_path / folder / "config.json").read_text(encoding="utf-8"))
        assert BundleConfig.from_dict(packed).hold == expected


def test_what_cannot_be_is_said_before_anything_is_written(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["few_step", "--data", str(data), "--out", str(tmp_path / "out")])
    config = str(config_file("latent", tmp_path))
    with pytest.raises(UserError, match="describes the latent stage"):
        main(["vae", "--data", str(data), "--out", str(tmp_path / "out"), "--config", config])
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"\xff" * 64)
    for origins in ([], ["--minutes", "0"], ["--minutes", "nan"], ["--stop-at", "0"], ["--log-every", "-1"]):
        vae = ["--vae", str(damaged), *origins]
        with pytest.raises(UserError, match=f"{origins[0]} must be above 0" if origins else "is damaged"):
            main(["latent", "--data", str(data), "--out", str(tmp_path / "out"), "--config", config, *vae])
    parts = ["--vae", str(SHIPPED / "vae.safetensors"), "--dit", str(SHIPPED / "dit.safetensors")]
    pack = ["pack", *parts, "--text", str(SHIPPED / "text"), "--out", str(tmp_path / "out")]
    with pytest.raises(UserError, match="does not say how its network is made"):
        main(pack)
    for hold in ("1", "-0.1", "nan"):
        with pytest.raises(UserError, match=r"hold of .* is not possible"):
            main([*pack, "--hold", hold])
    assert not (tmp_path / "out").exists()
