"""Decoder distillation: losses by hand, students that fit their teachers, results that the program loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_training import ALONE, stage_config, tiny_context, tiny_vae

from sanacam.model.errors import UserError
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.checkpoint import load_slim, read_metadata
from sanacam.model.training.config import DecoderTraining
from sanacam.model.training.decoder_losses import FeatureMatch, haar_bands, haar_l1
from sanacam.model.training.decoders import Ltx2ClipDecoder, TinyClipDecoder, causal_student
from sanacam.model.training.loop import TrainingLoop
from sanacam.model.training.stages.decoder import DecoderStage, make_student
from sanacam.model.vae import MiniVAE
from sanacam.model.vae.ltx2 import Ltx2VAE, load_ltx2_vae
from sanacam.model.vae.ltx2.time_edges import WholeClip
from sanacam.model.vae.tiny import TinyNetwork
from sanacam.model.zoo.random_weights import random_bundle
from sanacam.model.zoo.tiny import TINY_STREAMING


@pytest.fixture(scope="module")
def ltx() -> Ltx2VAE:
    vae = random_bundle(TINY_STREAMING, 1).vae
    assert isinstance(vae, Ltx2VAE)
    return vae


def latents(frames: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(1, 4, frames, 2, 3, generator=torch.Generator().manual_seed(seed))


def test_haar_bands_keep_energy_and_ignore_brightness() -> None:
    picture = torch.randn(2, 3, 8, 10, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    low = torch.nn.functional.avg_pool2d(picture, 2) * 2
    energy = low.square().sum() + haar_bands(picture).square().sum()
    torch.testing.assert_close(energy, picture.square().sum())
    assert haar_l1(picture, picture + 0.5) < 1e-12
    step = torch.zeros(1, 4, 4)
    step[..., 1:, :] = 1.0
    bands = haar_bands(step)
    assert bands[0].abs().sum() > 0
    assert bands[1:].eq(0).all()


def test_the_causal_students_taps_are_folded_and_it_sees_no_future(ltx: Ltx2VAE) -> None:
    assert ltx.full is not None
    student = causal_student(ltx.full)
    assert student.decoder is not None
    assert ltx.full.decoder is not None
    taught, own = ltx.full.decoder.conv_in.conv.weight, student.decoder.conv_in.conv.weight
    assert own[:, :, 0].eq(0).all()
    assert torch.equal(own[:, :, 1], taught[:, :, 0])
    assert torch.equal(own[:, :, 2], taught[:, :, 1] + taught[:, :, 2])
    still = latents(1).expand(-1, -1, 4, -1, -1)
    with torch.no_grad():
        # Where nothing moves, a folded convolution gives what it gave.
        before = ltx.full.decoder.conv_in(still, WholeClip(causal=False))
        torch.testing.assert_close(student.decoder.conv_in(still, WholeClip(causal=True)), before)
        x = latents(4)
        later = x.clone()
        later[:, :, 3] += 1.0
        first, second = (student.decode_clip(z) for z in (x, later))
    assert torch.equal(first[:, :17], second[:, :17])
    assert not torch.equal(first[:, 17:], second[:, 17:])


def test_levels_of_tiny_and_large_decoders_have_the_same_sizes(ltx: Ltx2VAE) -> None:
    assert ltx.full is not None
    assert ltx.tiny is not None
    large, tiny = Ltx2ClipDecoder(ltx.full, causal=False), TinyClipDecoder(ltx.tiny)
    with torch.no_grad():
        (frames, levels), (small, own) = large.decode(latents(3)), tiny.decode(latents(3))
        state = replace_decoder(ltx, "tiny").new_state(1, 64, 96)
        shown = ltx.decode(latents(3), state)
    assert frames.shape == small.shape == (1, 17, 3, 64, 96)
    torch.testing.assert_close(small.clamp(-1, 1), shown)
    assert [f.shape[2:] for f in levels] == [f.shape[2:] for f in own]
    assert [f.shape[1] for f in levels] == large.widths
    assert [f.shape[1] for f in own] == tiny.widths


def replace_decoder(vae: Ltx2VAE, decoder: str) -> Ltx2VAE:
    vae.choose(decoder=decoder)
    return vae


def test_features_count_in_units_of_the_teachers() -> None:
    match = FeatureMatch([(4, 4), (2, 4)])
    taught = [torch.randn(1, 4, 2, 3, 3), torch.randn(1, 4, 2, 3, 3)]
    own = [torch.zeros(1, 4, 2, 3, 3), torch.zeros(1, 2, 2, 3, 3)]
    assert [type(m).__name__ for m in match.maps] == ["Identity", "Conv3d"]
    with torch.no_grad():
        match.maps[1].bias.zero_()  # type: ignore[union-attr, operator]
        assert match(own, taught) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", ["causal", "tiny"])
def test_students_of_an_ltx_decoder_learn_and_are_loaded_by_the_program(
    kind: str, ltx: Ltx2VAE, tmp_path: Path
) -> None:
    wanted = DecoderTraining(
        student=kind,  # type: ignore[arg-type]
        sizes={"encoder_width": 8, "decoder_widths": (16, 8, 8, 8)} if kind == "tiny" else {},
    )
    config = stage_config("decoder", frames=9, height=64, width=64, decoder=wanted, lr=3e-3)
    ltx.choose(decoder="window")
    stage = DecoderStage(tiny_context(config, LPIPS("cpu")), ltx)
    loop = TrainingLoop(stage, ALONE, tmp_path)
    loop.run(log_every=4, stop_at=8)
    assert (tmp_path / "sheet_8.png").is_file()
    trained = {name for name, p in stage.student.named_parameters() if p.requires_grad}
    assert trained
    assert all(name.startswith("decoder.") for name in trained)
    if kind == "causal":
        loaded = load_ltx2_vae(tmp_path / "causal", decoder="causal", dtype=torch.float32)
        assert loaded.full is not None
        assert loaded.full.config.decoder_causal
        expected = stage.student.state_dict()["decoder.conv_in.conv.weight"]
        assert torch.equal(loaded.full.state_dict()["decoder.conv_in.conv.weight"], expected)
    else:
        loaded = load_ltx2_vae(None, tmp_path / "vae.safetensors", encoder="tiny", decoder="tiny", dtype=torch.float32)
        assert isinstance(loaded.tiny, TinyNetwork)


def test_a_smaller_mini_decoder_keeps_encoder_and_statistics(tmp_path: Path) -> None:
    teacher = tiny_vae()
    teacher.latents_std.fill_(2.0)
    wanted = DecoderTraining(sizes={"decoder_eighth": 8, "decoder_quarter": 8})
    stage = DecoderStage(tiny_context(stage_config("decoder", decoder=wanted), LPIPS("cpu")), teacher)
    TrainingLoop(stage, ALONE, tmp_path).run(stop_at=2)
    assert isinstance(stage.student, MiniVAE)
    for key, value in teacher.encoder.state_dict().items():
        assert torch.equal(stage.student.encoder.state_dict()[key], value)
    assert '"decoder_eighth": 8' in read_metadata(tmp_path / "vae.safetensors")["config"]
    load_slim(tmp_path / "vae.safetensors", MiniVAE(stage.student.config))
    assert torch.equal(stage.student.latents_std, teacher.latents_std)


def test_students_that_do_not_fit_are_refused(ltx: Ltx2VAE) -> None:
    with pytest.raises(UserError, match="'mini' cannot learn"):
        make_student(DecoderTraining(student="mini"), ltx, None)
    with pytest.raises(UserError, match="'causal' cannot learn"):
        make_student(DecoderTraining(student="causal"), tiny_vae(), None)
    with pytest.raises(UserError, match="sizes do not suit"):
        make_student(replace(DecoderTraining(), sizes={"width": 3}), tiny_vae(), None)
