"""Which sink the host should have, as it is told over the control channel."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from sanacam.app.outputs.codec import CODECS, Codec

Kind = Literal["virtualcam", "obscamera", "obs", "recording", "extra"]
Fit = Literal["pad", "crop"]

IN_WORDS: dict[Kind, str] = {
    "virtualcam": "virtual camera",
    "obscamera": "virtual camera of OBS",
    "obs": "OBS",
    "recording": "recording",
    "extra": "extra sink",
}


@dataclass(frozen=True, slots=True)
class SinkSpec:
    """A sink in the host.

    Attributes:
        kind: what.
        path: of a recording, absolute; of an extra sink, how ``sanacam.app.outputs.extras`` names it.
        overwrite: whether a recording may replace a file.
        microphone: recorded with the picture; "" none, else as ``sanacam.app.outputs.microphone`` names it.
        codec: of a recording, as ``sanacam.app.outputs.video_encoder`` names it.
        beside: also record the unedited picture, into ``NAME.source.mp4``.
        fit: how a picture of another shape gets into the virtual camera.
    """

    kind: Kind
    path: str = ""
    overwrite: bool = False
    microphone: str = ""
    codec: Codec = "auto"
    beside: bool = False
    fit: Fit = "pad"

    @property
    def key(self) -> str:
        """Two sinks with the same key are the same."""
        return f"{self.kind} {self.path}".rstrip()

    @property
    def name(self) -> str:
        """For people."""
        if self.kind == "extra":
            return self.path
        return f"{IN_WORDS[self.kind]} {Path(self.path).name}".rstrip()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> SinkSpec:
        """Raises ValueError: not the JSON of a sink."""
        if not isinstance(values, dict) or not set(values) <= {field.name for field in fields(cls)}:
            raise ValueError(f"not a sink: {values!r}")
        spec = cls(**values)
        texts = isinstance(spec.path, str) and isinstance(spec.microphone, str) and spec.codec in CODECS
        flags = isinstance(spec.overwrite, bool) and isinstance(spec.beside, bool)
        if spec.kind not in get_args(Kind) or spec.fit not in get_args(Fit) or not texts or not flags:
            raise ValueError(f"not a sink: {values!r}")
        if (spec.kind in ("recording", "extra")) != bool(spec.path):
            raise ValueError("recordings and extra sinks, and nothing else, have a path")
        return spec
