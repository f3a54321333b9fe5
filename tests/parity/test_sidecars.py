"""What descriptions beside golden vectors state is used, and one that does not fit its tensors ends in a sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_dit import frozen

from sanacam.model.dit import DiTConfig
from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.ffn import GatedConvFFN
from sanacam.model.parity import main, run_folder

GOLDENS = Path(__file__).parents[1] / "data" / "goldens"
TINY = GOLDENS / "vae" / "taehv_ltx_narrow"


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., Path]:
    """Copies some of the public vectors into a folder."""

    def copy(*names: str) -> Path:
        for name in names:
            for path in (GOLDENS / "dit").glob(f"{name}.*"):
                shutil.copy(path, tmp_path)
        return tmp_path

    return copy


@pytest.fixture
def tiny_case(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "case"))


def restate(description: Path, **entries: Any) -> None:
    description.write_text(json.dumps({**json.loads(description.read_text()), **entries}))


def test_a_tensor_that_is_listed_but_missing_is_told(
    take: Callable[..., Path], tiny_case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file, key in (
        (take("gdn_block") / "gdn_block.safetensors", "nostate.beta"),
        (tiny_case / "io.safetensors", "enc.latents_ntchw"),
    ):
        tensors = load_file(file)
        del tensors[key]
        save_file(tensors, file)
        assert main([str(file.parent)]) == 2
        assert key in capsys.readouterr().err


def test_what_cannot_be_compared_does_not_hide_the_rest(
    take: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = take("cross_attn", "ffn_block", "rope")
    whole = (folder / "ffn_block.safetensors").read_bytes()
    (folder / "ffn_block.safetensors").write_bytes(whole[: len(whole) // 2])
    (folder / ".git").mkdir()
    assert main([str(folder)]) == 2
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["cross_attn", "rope"]
    assert "ffn_block.safetensors" in err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cross_attn", "[]"),
        ("cross_attn", "[" * 100_000),
        ("cross_attn", '"tensors"'),
        ("ffn_block", '{"tensors": {}, "dim": 0, "hidden": 168, "HW": [3, 3, 4]}'),
        ("rope", '{"tensors": {}, "entries": ["x"]}'),
    ],
)
def test_a_description_of_another_form_ends_in_a_sentence(
    take: Callable[..., Path], name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = take(name)
    (folder / f"{name}.json").write_text(text)
    assert main([str(folder)]) == 2
    assert name in capsys.readouterr().err


def test_weights_alone_a_folder_that_is_not_there_and_other_options(
    take: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = take("tiny_bidirectional_weights")
    for arguments, words in (
        ([str(folder)], "Weights alone"),
        ([str(folder / "none")], "missing"),
        ([str(folder), "--help"], "usage"),
    ):
        assert main(arguments) == 2
        assert words in capsys.readouterr().err


def test_epsilons_and_rotary_tables_of_a_block_count(
    take: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = take("gdn_block", "softmax_block")
    restate(folder / "softmax_block.json", norm_eps=1e-2)
    assert sorted(o.case for o in run_folder(folder)[0] if not o.passed) == [
        "softmax_block cache",
        "softmax_block nocache",
    ]
    restate(folder / "gdn_block.json", eps=1e-3)
    assert main([str(folder)]) == 2
    assert "eps" in capsys.readouterr().err
    restate(folder / "gdn_block.json", eps=1e-8, tensors={})
    tensors = load_file(folder / "gdn_block.safetensors")
    tensors["rope_1_4"] = tensors.pop("rope_0_3")
    save_file(tensors, folder / "gdn_block.safetensors")
    failed = [outcome.case for outcome in run_folder(folder)[0] if not outcome.passed]
    assert {"gdn_block rotary tables", "gdn_block without state"} <= {*failed}


def test_a_network_of_another_kind_is_refused(take: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    folder = take("bidirectional_forward", "tiny_bidirectional_weights")
    for name in ("bidirectional_forward", "tiny_bidirectional_weights"):
        description = folder / f"{name}.json"
        restate(description, config={**json.loads(description.read_text())["config"], "qk_norm": False})
    assert main([str(folder)]) == 2
    assert "qk_norm" in capsys.readouterr().err


def test_weights_of_any_name_are_found_and_of_two_those_named_alike(take: Callable[..., Path]) -> None:
    folder = take("bidirectional_forward", "tiny_bidirectional_weights")
    for path in folder.glob("tiny_*"):
        path.rename(folder / f"weights{path.suffix}")
    assert [outcome.passed for outcome in run_folder(folder)[0]] == [True]
    for path in folder.glob("bidirectional_*"):
        path.rename(folder / f"seed2_forward{path.suffix}")
    for path in folder.glob("weights.*"):
        shutil.copy(path, folder / f"seed1{path.suffix}")
        path.rename(folder / f"seed2{path.suffix}")
    other = load_file(folder / "seed1.safetensors")
    save_file({**other, "t_block.1.bias": other["t_block.1.bias"] + 1}, folder / "seed1.safetensors")
    assert [outcome.passed for outcome in run_folder(folder)[0]] == [True]


def test_any_width_of_an_ffn(tmp_path: Path) -> None:
    width, hidden = 56, 61  # int(56 · (61 / 56)) is 60
    config = replace(DiTConfig.mini(), hidden_size=width, mlp_ratio=(hidden + 0.5) / width, self_heads=1, cross_heads=1)
    ffn = GatedConvFFN(config)
    x = torch.randn(1, 2, 6, width)
    with torch.no_grad():
        out, tail = ffn(x, ChunkLayout((2,), ((),), 2, 3), None)
    vectors = {
        "x": x.flatten(1, 2),
        "nocache.out": out.flatten(1, 2),
        "nocache.tail": tail.permute(0, 3, 1, 2).contiguous(),
    }
    save_file({**vectors, **{f"w.{key}": value for key, value in ffn.state_dict().items()}}, tmp_path / "f.safetensors")
    (tmp_path / "f.json").write_text(json.dumps({"dim": width, "hidden": hidden, "HW": [2, 2, 3], "tensors": {}}))
    outcomes, troubles = run_folder(tmp_path)
    assert troubles == []
    assert [outcome.passed for outcome in outcomes] == [True]


def test_fewer_masks_than_texts_are_repeated_in_turn() -> None:
    config = replace(DiTConfig.mini(), hidden_size=24, depth=1, self_heads=1, cross_heads=2, caption_channels=5)
    network = frozen(config)
    text, mask = torch.randn(4, 3, 5), torch.tensor([[1, 1, 0], [1, 0, 0]])
    few, all_given = network.text_kv(text, mask), network.text_kv(text, mask.repeat(2, 1))
    assert few.bias.shape == (4, 1, 1, 3)
    assert torch.equal(few.bias, all_given.bias)


def test_frames_that_each_call_gives_out_are_counted(tiny_case: Path) -> None:
    description = tiny_case / "config.json"
    info = json.loads(description.read_text())
    restate(description, kind="whatever", checks={**info["checks"], "streaming_frames_per_latent": [8, 8, 8, 1]})
    outcomes, troubles = run_folder(tiny_case)
    assert troubles == []
    assert [outcome.case for outcome in outcomes if not outcome.passed] == ["case frames latent by latent"]


def test_a_case_of_the_video_autoencoder_that_lacks_a_file_or_sense(
    tiny_case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    restate(tiny_case / "config.json", suggested_tolerance=None)
    assert main([str(tiny_case)]) == 2
    assert "case" in capsys.readouterr().err
    for name in ("config.json", "weights.safetensors", "io.safetensors"):
        held = (tiny_case / name).read_bytes()
        (tiny_case / name).unlink()
        assert main([str(tiny_case)]) == 2
        assert name in capsys.readouterr().err
        (tiny_case / name).write_bytes(held)
