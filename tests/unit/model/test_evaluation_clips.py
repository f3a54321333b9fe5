"""Clips of every kind are read alike, and bad ones are named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sanacam.model.errors import UserError
from sanacam.model.evaluation.clips import choose_clips, find_clips, load_clip
from sanacam.model.evaluation.wordings import check_edits, held_out_wordings, read_wordings, wordings_for_clip
from sanacam.model.training.prompts import Prompt

SIZE = (32, 24)


def pictures(count: int = 10) -> np.ndarray:
    """(T, 48, 64, 3): left half dark, right half bright, brighter with time."""
    video = np.zeros((count, 48, 64, 3), np.uint8)
    video[:, :, 32:] = 150
    return video + (np.arange(count, dtype=np.uint8) * 5).reshape(-1, 1, 1, 1)


def write_stills(folder: Path, video: np.ndarray) -> None:
    folder.mkdir()
    for index, picture in enumerate(video):
        Image.fromarray(picture).save(folder / f"{index:04d}.png")


def write_sequence(path: Path, video: np.ndarray) -> None:
    first, *rest = (Image.fromarray(p) for p in video)
    first.save(path, save_all=True, append_images=rest, duration=40, quality=95)


def write_video(path: Path, video: np.ndarray) -> None:
    av = pytest.importorskip("av")
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 64, 48, "yuv420p", 4_000_000
        for picture in video:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


@pytest.mark.parametrize("kind", ["stills", "avif", "webp", "npz", "mp4"])
def test_every_kind_of_clip_gives_the_same_pictures(tmp_path: Path, kind: str) -> None:
    video = pictures()
    match kind:
        case "stills":
            write_stills(tmp_path / "clip", video)
        case "npz":
            np.savez(tmp_path / "clip.npz", frames=video)
        case "mp4":
            write_video(tmp_path / "clip.mp4", video)
        case _:
            write_sequence(tmp_path / f"clip.{kind}", video)
    (source,) = find_clips(tmp_path)
    clip = load_clip(source, SIZE, 9)
    assert clip.name == "clip"
    assert clip.frames.shape == (9, 3, 24, 32)
    assert clip.mask is None
    for t in (0, 8):
        assert clip.frames[t, :, 4:20, 2:12].float().mean() == pytest.approx(5 * t, abs=6)
        assert clip.frames[t, :, 4:20, 20:30].float().mean() == pytest.approx(150 + 5 * t, abs=6)


@pytest.mark.parametrize("place", ["clip.mask.npz", "clip_mask.npz", "masks/clip.npz", "../masks/clip.npz"])
def test_masks_are_found_where_they_may_lie(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    write_stills(folder / "clip", pictures())
    mask = np.zeros((10, 48, 64), np.uint8)
    mask[:, :, 32:] = 255
    (folder / place).parent.mkdir(exist_ok=True)
    np.savez(folder / place, mask=mask)
    (source,) = find_clips(folder)
    clip = load_clip(source, SIZE, 10)
    assert clip.mask is not None
    assert clip.mask.shape == (10, 1, 24, 32)
    assert clip.mask[:, :, :, 20:].min() == 255
    assert clip.mask[:, :, :, :12].max() == 0


def test_an_archive_may_carry_its_mask_as_probabilities(tmp_path: Path) -> None:
    np.savez(tmp_path / "clip.npz", frames=pictures(), mask=np.full((10, 48, 64), 0.5, np.float32))
    clip = load_clip(find_clips(tmp_path)[0], SIZE, 10)
    assert clip.mask is not None
    assert set(clip.mask.unique().tolist()) <= {127, 128}


def test_clips_are_scaled_and_cropped_in_the_middle(tmp_path: Path) -> None:
    video = np.zeros((8, 100, 40, 3), np.uint8)
    video[:, 40:60] = 255
    np.savez(tmp_path / "tall.npz", frames=video)
    clip = load_clip(find_clips(tmp_path)[0], (40, 20), 8)
    assert clip.frames.shape == (8, 3, 20, 40)
    assert clip.frames.min() == 255


def test_a_quick_choice_sees_clips_with_and_without_a_mask(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        np.savez(tmp_path / f"{name}.npz", frames=pictures())
    np.savez(tmp_path / "c.mask.npz", mask=np.zeros((10, 48, 64), np.uint8))
    assert [c.name for c in choose_clips(find_clips(tmp_path), 2)] == ["c", "a"]


def bad_folder(tmp_path: Path, kind: str) -> Path:
    folder = tmp_path / "clips"
    if kind == "missing":
        return folder
    if kind == "a file":
        folder.write_text("no folder")
        return folder
    folder.mkdir()
    match kind:
        case "short":
            np.savez(folder / "clip.npz", frames=pictures(3))
        case "not a video":
            (folder / "clip.mp4").write_bytes(b"hello")
        case "not a sequence":
            (folder / "clip.avif").write_bytes(b"hello")
        case "no frames":
            np.savez(folder / "clip.npz", other=pictures())
        case "wrong shape":
            np.savez(folder / "clip.npz", frames=pictures()[..., 0])
        case "short mask":
            np.savez(folder / "clip.npz", frames=pictures(), mask=np.zeros((4, 48, 64), np.uint8))
        case "not numpy":
            (folder / "clip.npz").write_bytes(b"hello")
        case "not an archive":
            (folder / "clip.npz").write_bytes(b"PK\x03\x04hello")
        case "nothing in it":
            (folder / "clip.npz").write_bytes(b"")
        case "damaged archive":
            np.savez(folder / "clip.npz", frames=pictures())
            content = bytearray((folder / "clip.npz").read_bytes())
            content[len(content) // 2] ^= 0xFF
            (folder / "clip.npz").write_bytes(bytes(content))
        case "no pixels":
            np.savez(folder / "clip.npz", frames=pictures()[:, :0])
    return folder


@pytest.mark.parametrize(
    "kind",
    [
        "missing",
        "a file",
        "empty",
        "short",
        "not a video",
        "not a sequence",
        "no frames",
        "wrong shape",
        "short mask",
        "not numpy",
        "not an archive",
        "nothing in it",
        "damaged archive",
        "no pixels",
    ],
)
def test_bad_clips_are_named_in_one_sentence(tmp_path: Path, kind: str) -> None:
    folder = bad_folder(tmp_path, kind)
    with pytest.raises(UserError) as caught:
        load_clip(find_clips(folder)[0], SIZE, 10)
    assert str(folder) in caught.value.message
    assert caught.value.hint


def test_wordings_go_round_so_that_all_are_used() -> None:
    prompts = [Prompt(f"wording {i}", "noir") for i in range(5)]
    used = [p.text for clip in range(5) for p in wordings_for_clip(prompts, clip, 2)]
    assert sorted(set(used)) == [p.text for p in prompts]
    assert wordings_for_clip(prompts[:1], 3, 4) == prompts[:1]


def test_held_out_wordings_name_their_edit() -> None:
    wordings = held_out_wordings(["noir", "anime"])
    assert list(wordings) == ["noir", "anime"]
    assert all(p.edit == name and p.text for name, prompts in wordings.items() for p in prompts)


def test_a_wordings_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text(json.dumps({"anime": ["cartoon me", "手描き風"], "noir": ["old film"]}), encoding="utf-8")
    wordings = read_wordings(path)
    assert [p.text for p in wordings["anime"]] == ["cartoon me", "手描き風"]
    assert wordings["noir"][0] == Prompt("old film", "noir")


@pytest.mark.parametrize(
    "text",
    [None, "no json", "[]", "{}", '{"anime": "cartoon"}', '{"anime": []}', '{"anime": [" "]}', '{"nosuch": ["x"]}'],
)
def test_bad_wordings_files_are_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "w.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError):
        read_wordings(path)


def test_unknown_edits_are_named() -> None:
    with pytest.raises(UserError, match="nosuch"):
        check_edits(["noir", "nosuch"])
