"""The video autoencoders against the reference's golden vectors, and the command that does it by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from sanacam.model.parity import main, run_folder
from sanacam.model.parity_report import close
from sanacam.model.parity_vae import VaeCase, run_vae_case, shape_for
from sanacam.model.vae.ltx2 import Ltx2Config, ltx2_network
from sanacam.model.vae.ltx2.causal_decode import CausalDecodeStream

GOLDENS = Path(__file__).parents[1] / "data" / "goldens" / "vae"
CASES = sorted(path.name for path in GOLDENS.iterdir() if path.is_dir())


@pytest.fixture
def tiny_copy(tmp_path: Path) -> Path:
    folder = tmp_path / "taehv_ltx_narrow"
    shutil.copytree(GOLDENS / folder.name, folder)
    return folder


def rewrite(file: Path, **changes: torch.Tensor) -> None:
    save_file(load_file(file) | {key.replace("__", "."): value for key, value in changes.items()}, file)


@pytest.mark.parametrize("case", CASES)
def test_case_agrees(case: str) -> None:
    with torch.inference_mode():
        outcomes = list(run_vae_case(GOLDENS / case))
    vectors = VaeCase(GOLDENS / case)
    assert len(outcomes) >= len(vectors.expected)
    assert [(o.case, o.error) for o in outcomes if not o.passed] == []
    assert {o.tolerance for o in outcomes} - {0.0} == {2e-4}


def test_every_case_is_here() -> None:
    assert CASES == ["ltx23_like", "ltx2_causal_decoder", "ltx2_release_path", "taehv_ltx_narrow"]


@torch.inference_mode()
def test_causal_decoder_gives_the_references_frames_per_call() -> None:
    case = VaeCase(GOLDENS / "ltx2_causal_decoder")
    network = ltx2_network(Ltx2Config.from_dict(case.info["config"]), case.weights, origin=case.name)
    latents = case.given("dec.z_normalised")
    for split in case.params["dec_chunks_list"]:
        stream = CausalDecodeStream(network, shape_for(None, latents, 32))
        counts = [stream.push(part).shape[1] for part in latents.split(split, 2)]
        assert counts == case.info["checks"][f"stream_{'-'.join(map(str, split))}_frames_per_chunk"]


def test_command_reads_a_case_and_folders_of_cases(tiny_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tiny_copy)]) == 0
    alone = capsys.readouterr().out
    assert main([str(tiny_copy.parent)]) == 0
    assert capsys.readouterr().out == alone
    assert "taehv_ltx_narrow dec.frames_ntchw.sub3" in alone


def test_command_fails_on_a_changed_weight(tiny_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = load_file(tiny_copy / "weights.safetensors")
    weights["decoder.22.bias"][0] += 0.01
    save_file(weights, tiny_copy / "weights.safetensors")
    assert main([str(tiny_copy)]) == 1
    failed = [line for line in capsys.readouterr().out.splitlines() if "FAILED" in line]
    assert len(failed) == 2
    assert all("dec.frames" in line for line in failed)


def test_the_tolerance_is_the_one_that_a_case_states(tiny_copy: Path) -> None:
    info = json.loads((tiny_copy / "config.json").read_text())
    info["suggested_tolerance"] = {"atol": 1e-12, "rtol": 0.0}
    (tiny_copy / "config.json").write_text(json.dumps(info))
    assert not all(outcome.passed for outcome in run_folder(tiny_copy)[0])


def test_an_output_that_cannot_be_made_is_named(tiny_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(tiny_copy / "io.safetensors", dec__magic=torch.zeros(1))
    assert main([str(tiny_copy)]) == 2
    assert "dec.magic" in capsys.readouterr().err


def test_a_missing_input_is_named(tiny_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tensors = load_file(tiny_copy / "io.safetensors")
    del tensors["in.video_u8"]
    save_file(tensors, tiny_copy / "io.safetensors")
    assert main([str(tiny_copy)]) == 2
    assert "in.video_u8" in capsys.readouterr().err


def test_closeness_has_a_relative_part_and_wants_numbers_and_the_shape() -> None:
    wanted = torch.tensor([100.0, 0.0])
    assert close("x", wanted + torch.tensor([0.01, 0.0]), wanted, 2e-4, 1e-4).passed
    assert not close("x", wanted + torch.tensor([0.0, 3e-4]), wanted, 2e-4, 1e-4).passed
    assert not close("x", torch.full((2,), torch.nan), wanted, 2e-4, 1e-4).passed
    assert not close("x", wanted[:1], wanted, 2e-4, 1e-4).passed


@pytest.mark.parametrize("damage", ["sizes", "channels"])
def test_files_that_contradict_each_other_end_in_a_sentence(
    tiny_copy: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    video = load_file(tiny_copy / "io.safetensors")["in.video_u8"]
    if damage == "sizes":
        rewrite(tiny_copy / "io.safetensors", in__video_u8=video[..., :7].contiguous())
    else:
        rewrite(tiny_copy / "io.safetensors", in__video_u8=video[:, :2].contiguous())
    assert main([str(tiny_copy)]) == 2
    assert tiny_copy.name in capsys.readouterr().err


def test_a_setting_that_is_not_known_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(GOLDENS / "ltx23_like", tmp_path / "case"))
    info = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**info, "config": {**info["config"], "magic": 1}}))
    assert main([str(folder)]) == 2
    assert "magic" in capsys.readouterr().err
