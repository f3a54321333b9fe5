"""The video autoencoders against golden vectors: a folder a case, with ``config.json``, ``weights.safetensors`` and
``io.safetensors``.

Names of expected outputs say how they are made; any sizes, splits and windows that they or the config state are
followed. A name may end in ``.firstN`` (the first N latents only), ``.framesA_B`` (frames A to B of the result) and
``.subK`` (every K-th pixel in both directions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import inf
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sanacam.model.checkpoint import read_weights
from sanacam.model.errors import UserError
from sanacam.model.parity_golden import AGAIN, CONTRADICTIONS, check_listed, read_description
from sanacam.model.parity_report import Outcome, close
from sanacam.model.vae.ltx2.causal_decode import CausalDecodeStream
from sanacam.model.vae.ltx2.causal_encode import CausalEncodeStream
from sanacam.model.vae.ltx2.config import Ltx2Config
from sanacam.model.vae.ltx2.context_decode import ContextDecodeStream
from sanacam.model.vae.ltx2.network import Ltx2Network, ltx2_network
from sanacam.model.vae.ltx2.time_edges import WholeClip
from sanacam.model.vae.ltx2.window_decode import WindowDecodeStream
from sanacam.model.vae.streams import DecodeStream, EncodeStream, StreamShape
from sanacam.model.vae.tiny.network import TinyNetwork, tiny_network
from sanacam.model.vae.tiny.streaming import TinyDecodeStream, TinyEncodeStream

CONFIG, WEIGHTS, VECTORS = "config.json", "weights.safetensors", "io.safetensors"
ATOL, RTOL = 2e-4, 1e-4
"""Where a case states none."""
MODIFIER = re.compile(r"\.(first\d+|frames\d+_\d+|sub\d+)$")
TINY_KEY = "decoder.3.conv.0.weight"
"""Only the tiny autoencoder's weights have it."""
WINDOWS = re.compile(r"dec\.chunk_tile_(\d+)_(\d+)")
CONTEXT = re.compile(r"dec\.noncausal_with_cache_prepend1\.(\d+(?:-\d+)*)")


def is_vae_case(folder: Path) -> bool:
    """Whether the folder is laid out like a case, of which a file may be missing."""
    return sum((folder / name).is_file() for name in (CONFIG, WEIGHTS, VECTORS)) > 1


def run_encode(stream: EncodeStream, frames: Tensor, split: Sequence[int]) -> Tensor:
    """Latents of a clip (B, T, 3, H, W), pushed in portions."""
    return torch.cat([*(stream.push(part) for part in frames.split(list(split), 1)), stream.finish()], dim=2)


def decode_parts(stream: DecodeStream, latents: Tensor, split: Sequence[int]) -> list[Tensor]:
    """Frames that each portion of latents (B, C, t, h, w) gives out, then those of the end."""
    return [*(stream.push(part) for part in latents.split(list(split), 2)), stream.finish()]


def run_decode(stream: DecodeStream, latents: Tensor, split: Sequence[int]) -> Tensor:
    """:func:`decode_parts` as one clip."""
    return torch.cat(decode_parts(stream, latents, split), dim=1)


def modifiers(name: str) -> tuple[str, list[str]]:
    """A name without its modifiers, and these in order."""
    found: list[str] = []
    while match := MODIFIER.search(name):
        found.insert(0, match[1])
        name = name[: match.start()]
    return name, found


def part_of(frames: Tensor, cuts: Sequence[str]) -> Tensor:
    """Apply ``framesA_B`` and ``subK`` to (B, T, 3, H, W)."""
    for cut in cuts:
        if cut.startswith("frames"):
            first, last = (int(number) for number in cut.removeprefix("frames").split("_"))
            frames = frames[:, first : last + 1]
        elif cut.startswith("sub"):
            step = int(cut.removeprefix("sub"))
            frames = frames[..., ::step, ::step]
    return frames


class VaeCase:
    """One folder of vectors."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.resolve().name
        self.info = read_description(folder / CONFIG)
        self.weights = read_weights(folder / WEIGHTS)
        self.tensors = read_weights(folder / VECTORS)
        check_listed(self.name, self.info, self.tensors)
        self.params: dict[str, Any] = self.info.get("params", {})
        stated = self.info.get("suggested_tolerance", {})
        self.atol, self.rtol = stated.get("atol", ATOL), stated.get("rtol", RTOL)
        self.expected = {key: value for key, value in self.tensors.items() if key not in INPUTS}

    def given(self, key: str) -> Tensor:
        """An input."""
        if key not in self.tensors:
            raise UserError(f"The golden vectors {self.name} lack the input “{key}”.", "Copy them again.")
        return self.tensors[key]

    def source(self) -> Tensor:
        """The clip (B, T, 3, H, W) in −1…1."""
        return (self.given("in.video_u8").float() / 127.5 - 1).transpose(1, 2)

    def compare(self, name: str, got: Tensor, key: str) -> Outcome:
        """With the expected output ``key``."""
        return close(f"{self.name} {name}", got, self.expected[key], self.atol, self.rtol)

    def check_counts(self, label: str, parts: Sequence[Tensor], stated_as: str) -> Iterator[Outcome]:
        """How many frames each portion gave out, where the config's ``checks`` state it."""
        stated = self.info.get("checks", {}).get(stated_as)
        if stated is not None:
            counts = [part.shape[1] for part in parts if part.shape[1]]
            wrong = max((abs(a - b) for a, b in zip(counts, stated, strict=False)), default=0)
            yield Outcome(f"{self.name} frames {label}", wrong if len(counts) == len(stated) else inf, 0.0)

    def unknown(self, key: str) -> UserError:
        return UserError(
            f"The golden vectors {self.name} hold “{key}”, which cannot be made.", "Update the program, or remove it."
        )


INPUTS = ("in.video_u8", "dec.z_normalised", "dec.latents_ntchw")


def shape_for(pictures: Tensor | None, latents: Tensor | None, stride: int) -> StreamShape:
    """Of a stream that takes these frames or latents."""
    if pictures is not None:
        return StreamShape(pictures.shape[0], *pictures.shape[3:])
    assert latents is not None
    return StreamShape(latents.shape[0], latents.shape[3] * stride, latents.shape[4] * stride)


def moments(network: Ltx2Network, frames: Tensor, split: Sequence[int]) -> Tensor:
    """What the reference's encoder returns: means, then the one log-variance repeated as often."""
    assert network.encoder is not None
    whole = WholeClip(causal=True)
    if len(split) == 1:
        encoded = network.encoder(frames, whole)
    else:
        histories, parts = network.encoder.new_histories(shape_for(frames, None, 1)), []
        for part in frames.split(list(split), 1):
            parts.append(network.encoder(part, histories))
            histories.advance()
        encoded = torch.cat(parts, dim=2)
    channels = network.config.latent_channels
    return torch.cat([encoded[:, :channels], encoded[:, channels:].expand(-1, channels, -1, -1, -1)], dim=1)


def decoded(network: Ltx2Network, name: str, latents: Tensor) -> Tensor | None:
    """Frames (B, T, 3, H, W) of the output ``name``; None if there is no such way of decoding."""
    shape, count = shape_for(None, latents, network.config.spatial_stride), latents.shape[2]
    if name == "dec.full_bidirectional":
        return network.decode_clip(latents)
    if name == "dec.causal_whole":
        return network.decode_clip(latents, causal=True)
    if match := WINDOWS.fullmatch(name):
        stream = WindowDecodeStream(network, shape, window=int(match[1]), stride=int(match[2]))
        return run_decode(stream, latents, [1] * count)
    if match := CONTEXT.fullmatch(name):
        split = [int(number) for number in match[1].split("-")]
        return run_decode(ContextDecodeStream(network, shape), latents, split)
    return None


def check_ltx2(case: VaeCase) -> Iterator[Outcome]:
    """Every expected output, then every split that the config names against the whole clip."""
    network = ltx2_network(Ltx2Config.from_dict(case.info["config"]), case.weights, origin=case.name)
    for key in case.expected:
        name, cuts = modifiers(key)
        if name == "enc.z_normalised":
            yield case.compare(key, network.encode_clip(case.source()), key)
        elif name in ("enc.moments_whole", "enc.moments_8frame_chunks"):
            frames = case.source()
            count, group = frames.shape[1], network.config.frames_per_latent
            split = [count] if name == "enc.moments_whole" else [count % group, *[group] * (count // group)]
            yield case.compare(key, moments(network, frames, split), key)
        else:
            latents = case.given("dec.z_normalised")
            for cut in cuts:
                if cut.startswith("first"):
                    latents = latents[:, :, : int(cut.removeprefix("first"))]
            frames_or_none = decoded(network, name, latents)
            if frames_or_none is None:
                raise case.unknown(key)
            yield case.compare(key, part_of(frames_or_none, cuts).transpose(1, 2), key)
    yield from check_splits(case, network)


def check_splits(case: VaeCase, network: Ltx2Network) -> Iterator[Outcome]:
    """Streams cut as ``enc_chunks`` and ``dec_chunks_list`` say."""
    if "enc.moments_whole" in case.expected:
        frames = case.source()
        wanted = network.normalise(case.expected["enc.moments_whole"])
        for split in case.params.get("enc_chunks", []):
            stream = CausalEncodeStream(network, shape_for(frames, None, 1))
            name = f"{case.name} encoded as {'-'.join(map(str, split))}"
            yield close(name, run_encode(stream, frames, split), wanted, case.atol, case.rtol)
    for key in case.expected:
        name, cuts = modifiers(key)
        if name != "dec.causal_whole":
            continue
        latents = case.given("dec.z_normalised")
        for split in case.params.get("dec_chunks_list", []):
            decode = CausalDecodeStream(network, shape_for(None, latents, network.config.spatial_stride))
            label, parts = "-".join(map(str, split)), decode_parts(decode, latents, split)
            got = part_of(torch.cat(parts, dim=1), cuts).transpose(1, 2)
            yield case.compare(f"decoded as {label}", got, key)
            yield from case.check_counts(f"decoded as {label}", parts, f"stream_{label}_frames_per_chunk")


def check_tiny(case: VaeCase) -> Iterator[Outcome]:
    """Both directions, in one call and in small portions."""
    network: TinyNetwork = tiny_network(case.weights, origin=case.name)
    for key in case.expected:
        name, cuts = modifiers(key)
        if name == "enc.latents_ntchw":
            frames = case.source()
            for label, portion in (("", frames.shape[1]), (" frame by frame", 1)):
                stream = TinyEncodeStream(network, shape_for(frames, None, 1))
                got = run_encode(stream, frames, portions(frames.shape[1], portion))
                yield case.compare(key + label, got.transpose(1, 2), key)
        elif name == "dec.frames_ntchw":
            latents = case.given("dec.latents_ntchw").transpose(1, 2)
            for label, portion in (("", latents.shape[2]), (" latent by latent", 1)):
                decode = TinyDecodeStream(network, shape_for(None, latents, network.config.spatial_stride))
                parts = decode_parts(decode, latents, portions(latents.shape[2], portion))
                yield case.compare(key + label, part_of((torch.cat(parts, dim=1) + 1) / 2, cuts), key)
                if portion == 1:
                    yield from case.check_counts(label.strip(), parts, "streaming_frames_per_latent")
        else:
            raise case.unknown(key)


def portions(total: int, size: int) -> list[int]:
    """Sizes of the parts, the last one perhaps smaller."""
    return [size] * (total // size) + ([total % size] if total % size else [])


def run_vae_case(folder: Path) -> Iterator[Outcome]:
    """All comparisons of one folder, in fp32 on the CPU.

    Raises:
        UserError: files are damaged, or hold what this program cannot make.
    """
    try:
        case = VaeCase(folder)
        yield from check_tiny(case) if TINY_KEY in case.weights else check_ltx2(case)
    except CONTRADICTIONS as error:
        raise UserError(
            f"The golden vectors {folder.resolve().name} cannot be run ({type(error).__name__}: {error}).", AGAIN
        ) from error
