"""Makers that run models of others, on tiny random ones; and that they stay off without weights."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from tiny_footage import walking
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from sanacam.model.errors import UserError
from sanacam.model.training.pipeline.adapters.image_editor import DiffusersEditor
from sanacam.model.training.pipeline.adapters.pose import PoseControl
from sanacam.model.training.pipeline.adapters.video_generator import DiffusersPropagator, LineControl
from sanacam.model.training.pipeline.adapters.vlm import TransformersVlm, VlmInstructor, VlmJudge
from sanacam.model.training.pipeline.instructions import Instruction
from sanacam.model.training.pipeline.makers import NotPossibleError

CLIP = walking(6)
ASKED = Instruction("red_hat", "local_human", ("put a red hat on the person",), (), recipe=False)
WORDS = ["<pad>", "</s>", "<unk>", "<image>", "put", "a", "red", "hat", "on", "the", "person"]


def tiny_tokenizer(length: int) -> PreTrainedTokenizerFast:
    words = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=length,
        additional_special_tokens=["<image>"],
    )  # fmt: skip


@pytest.mark.parametrize("maker", [DiffusersEditor, DiffusersPropagator, PoseControl, VlmInstructor, VlmJudge])
def test_without_weights_a_maker_says_so_and_fetches_nothing(maker: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"weights of the .* are not in"):
        maker(str(tmp_path))


def test_an_image_editor_of_diffusers_edits_the_first_frame(tmp_path: Path) -> None:
    diffusers = pytest.importorskip("diffusers")
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=(8, 16), layers_per_block=1, sample_size=8, in_channels=8, out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16, norm_num_groups=4, attention_head_dim=2,
    )  # fmt: skip
    vae = diffusers.AutoencoderKL(block_out_channels=(8, 8), latent_channels=4, norm_num_groups=4, sample_size=16,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2)  # fmt: skip
    text = CLIPTextModel(CLIPTextConfig(
        vocab_size=len(WORDS), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=16, eos_token_id=1, bos_token_id=1, pad_token_id=0,
    ))  # fmt: skip
    diffusers.StableDiffusionInstructPix2PixPipeline(
        unet=unet, vae=vae, text_encoder=text, tokenizer=tiny_tokenizer(16), scheduler=diffusers.DDIMScheduler(),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(tmp_path)  # fmt: skip
    editor = DiffusersEditor(str(tmp_path), steps=1)
    first = editor.edit(CLIP, ASKED)
    assert first.shape == CLIP.frames.shape[1:]
    assert first.dtype == np.uint8
    assert np.array_equal(first, DiffusersEditor(str(tmp_path), steps=1).edit(CLIP, ASKED))
    assert not np.array_equal(first, DiffusersEditor(str(tmp_path), steps=1, seed=1).edit(CLIP, ASKED))


def test_a_video_generator_of_diffusers_follows_control_and_anchor(tmp_path: Path) -> None:
    diffusers = pytest.importorskip("diffusers")
    pytest.importorskip("accelerate")
    pytest.importorskip("ftfy")
    from transformers import UMT5Config, UMT5EncoderModel

    torch.manual_seed(0)
    transformer = diffusers.WanVACETransformer3DModel(
        patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=16, out_channels=16,
        text_dim=16, freq_dim=16, ffn_dim=16, num_layers=2, cross_attn_norm=True, qk_norm="rms_norm_across_heads",
        rope_max_seq_len=32, vace_layers=[0], vace_in_channels=96,
    )  # fmt: skip
    vae = diffusers.AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    text = UMT5EncoderModel(UMT5Config(
        vocab_size=len(WORDS), d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, pad_token_id=0, eos_token_id=1
    ))  # fmt: skip
    diffusers.WanVACEPipeline(
        tokenizer=tiny_tokenizer(16), text_encoder=text, vae=vae, transformer=transformer,
        scheduler=diffusers.UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True),
    ).save_pretrained(tmp_path)  # fmt: skip
    maker = DiffusersPropagator(str(tmp_path), steps=1, settings={"max_sequence_length": 8, "guidance_scale": 1.0})
    edited = maker.propagate(CLIP, CLIP.frames[0], ASKED)
    assert edited.shape == CLIP.frames.shape
    inner, given = maker._pipeline, {}

    def watched(**arguments: Any) -> Any:
        given.update(arguments)
        return inner(**arguments)

    maker._pipeline = watched
    assert np.array_equal(maker.propagate(CLIP, CLIP.frames[0], ASKED), edited)
    # Six frames are not 4 n + 1: the last is repeated, and what comes of it is cut off.
    assert given["num_frames"] == len(given["video"]) == 9
    assert np.array_equal(np.array(given["reference_images"][0]), CLIP.frames[0])
    assert given["prompt"] == ASKED.forward[0]
    maker.seed = 1
    assert not np.array_equal(maker.propagate(CLIP, CLIP.frames[0], ASKED), edited)


def test_lines_move_with_the_picture() -> None:
    lines = LineControl().draw(CLIP)
    assert lines.shape == CLIP.frames.shape
    assert np.abs(lines[0].astype(int) - lines[-1]).mean() > 1


def test_a_pose_estimator_finds_its_points_inside_the_persons_box(tmp_path: Path) -> None:
    from transformers import VitPoseBackboneConfig, VitPoseConfig, VitPoseForPoseEstimation

    torch.manual_seed(0)
    backbone = VitPoseBackboneConfig(
        image_size=[64, 48], patch_size=[16, 16], hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        out_indices=[2],
    )  # fmt: skip
    config = VitPoseConfig(backbone_config=backbone, use_simple_decoder=True, num_labels=17)
    VitPoseForPoseEstimation(config).save_pretrained(tmp_path)
    control = PoseControl(str(tmp_path), sure=-10.0)
    places, sure = control.points(CLIP)
    assert places.shape == (6, 17, 2)
    assert sure.shape == (6, 17)
    assert CLIP.mask is not None
    for index in range(6):
        columns = np.argwhere(CLIP.mask[index] > 127)[:, 1]
        middle = (columns.min() + columns.max()) / 2
        assert (places[index, :, 0] - middle).abs().max() < 60
    drawn = control.draw(CLIP)
    assert drawn.shape == CLIP.frames.shape
    assert drawn.any()
    assert not PoseControl(str(tmp_path), sure=10.0).draw(CLIP).any()


def write_tiny_vlm(folder: Path) -> None:
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )

    torch.manual_seed(0)
    vision = CLIPVisionConfig(
        hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=28, patch_size=14,
        projection_dim=16,
    )  # fmt: skip
    words = LlamaConfig(
        vocab_size=len(WORDS), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, pad_token_id=0, eos_token_id=1, bos_token_id=1,
    )  # fmt: skip
    config = LlavaConfig(vision_config=vision, text_config=words, image_token_index=3)
    LlavaForConditionalGeneration(config).save_pretrained(folder)
    template = (
        "{% for m in messages %}{% for c in m['content'] %}{% if c['type'] == 'image' %}<image> "
        "{% else %}{{ c['text'] }} {% endif %}{% endfor %}{% endfor %}"
    )
    LlavaProcessor(
        CLIPImageProcessor(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28}), tiny_tokenizer(4096),
        patch_size=14, vision_feature_select_strategy="default", num_additional_image_tokens=1, chat_template=template,
    ).save_pretrained(folder)  # fmt: skip


def test_a_random_vlm_answers_and_its_babble_is_a_reason_not_a_pair(tmp_path: Path) -> None:
    write_tiny_vlm(tmp_path)
    vlm = TransformersVlm(str(tmp_path))
    first = vlm.ask([CLIP.frames[0], CLIP.frames[5]], "put a red hat on the person", 5)
    assert first == vlm.ask([CLIP.frames[0], CLIP.frames[5]], "put a red hat on the person", 5)
    with pytest.raises(NotPossibleError, match="unreadable answer"):
        VlmJudge(str(tmp_path)).judge(CLIP, CLIP.frames[0], CLIP.frames, ASKED)


def answering(maker: Any, text: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(maker.vlm, "ask", lambda pictures, question, most_tokens=0: text)
    return maker


def test_whole_instructions_are_taken_from_an_answer_and_others_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text("{}")
    good = {
        "kind": "background", "name": "Snowy Forest!", "forward": ["put me in a forest"],
        "inverse": ["bring back my room"], "kept": "person",
    }  # fmt: skip
    bad = [{**good, "kind": "magic"}, {**good, "forward": []}, {"kind": "style"}, "x", {**good, "kept": "hat"}]
    text = f"Sure! ```json\n{json.dumps([*bad, good])}\n```"
    maker = answering(VlmInstructor(str(tmp_path)), text, monkeypatch)
    (found,) = maker.instruct(CLIP, 4, Random(1))
    assert found == Instruction(
        "snowy_forest", "background", ("put me in a forest",), ("bring back my room",), kept="person", recipe=False
    )
    with pytest.raises(NotPossibleError, match="unreadable"):
        answering(VlmInstructor(str(tmp_path)), "I cannot do that.", monkeypatch).instruct(CLIP, 4, Random(1))


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ({"instruction": 9, "kept": 8, "physics": 7, "quality": 10}, ""),
        ({"instruction": 9, "kept": 6.5, "physics": 7, "quality": 10}, "kept region"),
        ({"instruction": 2, "kept": 2, "physics": 7, "quality": 10}, "instruction"),
        ({"instruction": 9, "kept": 8, "physics": 11, "quality": 10}, "temporal"),
    ],
)
def test_the_lowest_score_decides(
    scores: dict[str, float], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text("{}")
    judge = answering(VlmJudge(str(tmp_path)), json.dumps(scores), monkeypatch)
    verdict = judge.judge(CLIP, CLIP.frames[0], CLIP.frames, ASKED)
    assert verdict.reason.partition(":")[0] == reason
