"""Which encoder a recording uses: the graphics card's when it really works here, else one on the processor.

That an encoder is built in says little: it needs the card, the driver, and a free session. So each candidate is opened
for the size in question and has to encode a picture.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from sanacam.app.outputs.codec import Codec

log = logging.getLogger(__name__)

TIME_BASE = Fraction(1, 90_000)
BT709 = 1
"""The same number names the matrix, the primaries and the transfer curve."""
LIMITED_RANGE = 1


@dataclass(frozen=True)
class Encoder:
    """One encoder and how it is used. Without B-frames and look-ahead a fragment is on the disk as soon as its last
    frame is.
    """

    name: str
    pixel_format: str = "yuv420p"
    options: dict[str, str] = field(default_factory=dict)


_NVENC = {"preset": "p4", "tune": "ll", "rc": "vbr", "cq": "21", "b": "0", "delay": "0", "bf": "0"}
_QSV = {"preset": "veryfast", "global_quality": "22", "async_depth": "1", "bf": "0"}
_AMF = {"usage": "lowlatency", "rc": "cqp", "qp_i": "22", "qp_p": "22"}
_APPLE = {"realtime": "1", "q": "65", "bf": "0"}


def _of_the_card(codec: str) -> list[Encoder]:
    if sys.platform == "darwin":
        return [Encoder(f"{codec}_videotoolbox", "yuv420p", _APPLE)]
    return [
        Encoder(f"{codec}_nvenc", "yuv420p", _NVENC),
        Encoder(f"{codec}_qsv", "nv12", _QSV),
        Encoder(f"{codec}_amf", "yuv420p", _AMF),
    ]


X264 = Encoder("libx264", options={"crf": "20", "preset": "veryfast", "tune": "zerolatency"})
X265 = Encoder("libx265", options={"crf": "24", "preset": "ultrafast", "tune": "zerolatency"})
VP9 = Encoder(
    "libvpx-vp9", options={"crf": "30", "b": "0", "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
)


def choose_encoder(codec: Codec, container: str, width: int, height: int) -> Encoder:
    """The encoder for a recording of this size (pixels, even). WebM takes VP9 whatever ``codec`` says."""
    if container == "webm":
        return VP9
    if codec == "x264":
        return X264
    candidates = _of_the_card("hevc" if codec == "hevc" else "h264")
    working = next((encoder for encoder in candidates if encoder_works(encoder.name, width, height)), None)
    return working or (X265 if codec == "hevc" else X264)


@lru_cache(maxsize=32)
def encoder_works(name: str, width: int, height: int) -> bool:
    """Whether the encoder opens here for this size and encodes a picture."""
    known = [*_of_the_card("h264"), *_of_the_card("hevc"), X264, X265, VP9]
    encoder = next(encoder for encoder in known if encoder.name == name)
    try:
        context = CodecContext.create(name, "w")
        assert isinstance(context, VideoCodecContext)
        set_up(context, encoder, width, height, 30.0)
        black = VideoFrame.from_ndarray(np.zeros((height, width, 3), np.uint8), format="rgb24")
        frame = black.reformat(format=encoder.pixel_format)
        frame.pts, frame.time_base = 0, TIME_BASE
        return bool([*context.encode(frame), *context.encode(None)])
    except (av.error.FFmpegError, ValueError, OSError) as error:
        log.info("the encoder %s does not work here: %s", name, error)
        return False


def set_up(context: VideoCodecContext, encoder: Encoder, width: int, height: int, fps: float) -> None:
    """Size, rate and options of ``encoder``; BT.709 colours, limited range."""
    context.width, context.height, context.pix_fmt = width, height, encoder.pixel_format
    context.framerate = Fraction(fps).limit_denominator(1001)
    context.time_base = TIME_BASE
    context.options = dict(encoder.options)
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = LIMITED_RANGE
