"""Pictures as the fields of a sample: clips as AVIF sequences, single pictures as lossless WebP.

Pictures are ``numpy`` uint8: clips (T, H, W, 3), masks (T, H, W), single ones (H, W, 3).
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.shards import Sample

_SPEED = 8


@dataclass(frozen=True)
class Clip:
    """What the makers work on.

    Attributes:
        frames: (T, H, W, 3) uint8.
        mask: (T, H, W) uint8 person probability, or None where nobody looked for a person or found none.
        fps: frames a second.
    """

    frames: Picture
    mask: Picture | None
    fps: float

    def first(self, count: int) -> Clip:
        return Clip(self.frames[:count], None if self.mask is None else self.mask[:count], self.fps)


def encode_clip_field(pictures: Picture, fps: float, quality: int = 88) -> bytes:
    """AVIF sequence of frames (T, H, W, 3) or masks (T, H, W). One thread, so that the same pictures give the same
    bytes everywhere."""
    images = [Image.fromarray(picture) for picture in pictures]
    buffer = io.BytesIO()
    images[0].save(
        buffer, "AVIF", save_all=True, append_images=images[1:], quality=quality, speed=_SPEED,
        duration=round(1000 / fps), subsampling="4:2:0", max_threads=1,
    )  # fmt: skip
    return _timeless(buffer.getvalue())


def _timeless(content: bytes) -> bytes:
    """An AVIF sequence without the times of its making: the headers of movie, track and media (ISO 14496-12) hold
    version, flags, then the times of creation and of change, 32 or (version 1) 64 bits each."""
    changed = bytearray(content)
    for box in (b"mvhd", b"tkhd", b"mdhd"):
        start = content.find(box)
        # A single picture has no such headers.
        if start >= 0:
            size = 16 if content[start + 4] else 8
            changed[start + 8 : start + 8 + size] = bytes(size)
    return bytes(changed)


def decode_clip_field(content: bytes, grey: bool = False) -> Picture:
    """All pictures of a field: (T, H, W, 3), or (T, H, W) if ``grey``."""
    mode = "L" if grey else "RGB"
    with Image.open(io.BytesIO(content)) as image:
        pictures = []
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            pictures.append(np.asarray(image.convert(mode)))
    return np.stack(pictures)


def encode_picture(picture: Picture) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "WEBP", lossless=True, method=2)
    return buffer.getvalue()


def decode_picture(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content)) as image:
        return np.array(image.convert("RGB"))


def clip_of(sample: Sample) -> Clip:
    """The source clip of a sample."""
    frames = decode_clip_field(sample.fields["source.avif"])
    mask = sample.fields.get("mask.avif")
    masks = None if mask is None else resize_masks(decode_clip_field(mask, grey=True), frames.shape[1:3])
    return Clip(frames, masks, float(sample.meta["fps"]))


def resize_masks(masks: Picture, size: tuple[int, ...]) -> Picture:
    """(T, h, w) to (T, *size)."""
    scaled = F.interpolate(torch.from_numpy(masks)[:, None].float(), size=size, mode="bilinear", align_corners=False)
    result: Picture = scaled[:, 0].round().byte().numpy()
    return result


def as_tensor(pictures: Picture) -> Tensor:
    """(T, H, W, 3) uint8 to (T, 3, H, W) float32 in 0…1; masks (T, H, W) to (T, 1, H, W)."""
    tensor = torch.from_numpy(np.ascontiguousarray(pictures)).float().div_(255)
    return tensor[:, None] if tensor.ndim == 3 else tensor.permute(0, 3, 1, 2).contiguous()


def as_pictures(tensor: Tensor) -> Picture:
    """(T, 3, H, W) in 0…1 to (T, H, W, 3) uint8."""
    pictures: Picture = tensor.mul(255).round().clamp(0, 255).byte().permute(0, 2, 3, 1).contiguous().numpy()
    return pictures
