"""The settings and their one schema: the command line, the settings file and the window are all derived from it.

Every field of the groups below carries its description (``sanacam.app.option``). ``schema()`` lists them for a form;
``sanacam.app.settings_file`` reads and writes them as TOML; ``sanacam.app.arguments`` turns them into command-line
options. Precedence: defaults, then the file, then the command line.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from sanacam.app.option import Option, described, option
from sanacam.app.outputs.codec import CODECS
from sanacam.app.panic_mode import PANIC_MODES
from sanacam.app.size import AUTO_SIZE
from sanacam.model.errors import UserError
from sanacam.model.precision_names import precision_forms


@dataclass(frozen=True)
class LookSettings:
    """What the picture should become."""

    prompt: str = option(
        "", "what the picture should become, in English (mini reads German too)", "-p --prompt", metavar="TEXT"
    )
    preset: str = option(
        "", "a ready-made look instead of a prompt (see `sanacam presets`)", "--preset", metavar="NAME"
    )
    strength: float = option(
        1.0, "how much of the edit to show: 0 is the source, 1 the full edit", "--strength", minimum=0.0, maximum=1.0
    )


@dataclass(frozen=True)
class ModelSettings:
    """Which network runs, and on what."""

    name: str = option("mini", "model name or folder; mini is built in", "--model", metavar="NAME")
    steps: int = option(
        0,
        "sampling steps for each chunk, more is slower; 0 takes what the model was made for",
        "--steps",
        minimum=0,
        maximum=50,
    )
    seed: int = option(
        0, "seed of the noise: the same seed gives the same result", "--seed", minimum=0, maximum=2**31 - 1
    )
    device: str = option("auto", "auto, cpu, cuda, cuda:N or mps", "--device", check="device", metavar="DEVICE")
    precision: str = option(
        "auto",
        f"number formats of the network: {precision_forms()}; auto takes what `sanacam quantize --use` has kept for "
        "this card, else what it computes in",
        "--precision",
        check="precision",
        metavar="FORMAT",
    )
    encoder: str = option(
        "auto",
        "video encoder of a 2B model: full, or tiny (a hundredth of the work, less exact)",
        "--encoder",
        choices=("auto", "full", "tiny"),
    )
    decoder: str = option(
        "auto",
        "video decoder of a 2B model: window (the release's, waits for 16 frames), causal (own weights, no waiting), "
        "context (cheaper, may show seams) or tiny (a preview)",
        "--decoder",
        choices=("auto", "window", "causal", "context", "tiny"),
    )
    text: str = option(
        "auto",
        "where the text encoder of a 2B model reads a new prompt: card, card-kept (4 GB stay there), card-8bit or cpu",
        "--text-encoder",
        choices=("auto", "card", "card-kept", "card-8bit", "cpu"),
    )


@dataclass(frozen=True)
class LiveSettings:
    """Live editing: where pictures come from and go to."""

    source: str = option(
        "pattern",
        "camera:NAME, screen:N, window:TITLE, region:X,Y,W,H, file:PATH or pattern; see `sanacam sources`",
        "--source",
        "live",
        metavar="SOURCE",
    )
    loop: bool = option(False, "play a file again and again", "--loop", "live")
    sink: tuple[str, ...] = option(
        ("window",), "window, virtualcam, obs, file:PATH; several with commas", "--sink", "live", metavar="SINKS"
    )
    size: str = option(
        AUTO_SIZE,
        "picture size WIDTHxHEIGHT, source, or auto (640x360 with a graphics card, else 320x176)",
        "--size",
        "live",
        check="auto or size",
        metavar="SIZE",
    )
    fps: float = option(
        0.0,
        "frames a second of the output; 0 takes the rate of the source",
        "--fps",
        "live",
        minimum=0.0,
        maximum=240.0,
    )
    transition: str = option(
        "keep",
        "how a new prompt comes in: keep, recache, reset, blend:N (over N chunks) or one of the three with +blend:N",
        "--transition",
        "live",
        check="transition",
        metavar="HOW",
    )
    panic: str = option(
        "raw", "what the panic key shows instead of the edited picture", "--panic", "live", choices=PANIC_MODES
    )
    panic_image: str = option("", "your picture for --panic image", "--panic-image", "live", metavar="FILE")
    osc: int = option(
        0,
        "port on 127.0.0.1 for the control port's commands over OSC; 0: none",
        "--osc",
        "live",
        minimum=0,
        maximum=65535,
    )
    duration: float = option(
        0.0,
        "stop after this many seconds; 0 runs until Ctrl-C or the end",
        "--duration",
        "live",
        minimum=0.0,
        metavar="S",
    )


@dataclass(frozen=True)
class FileSettings:
    """Editing a file."""

    size: str = option(
        AUTO_SIZE,
        "WIDTHxHEIGHT (see --aspect), source, or auto (source; with a 2B model 1280x704, which it was made for)",
        "--size",
        "edit",
        check="auto or size",
        metavar="SIZE",
    )
    aspect: str = option(
        "fit",
        "how the picture meets --size: fit (inside, not enlarged), crop (fills it, edges cut off) or pad (black bars)",
        "--aspect",
        "edit",
        choices=("fit", "crop", "pad"),
    )
    crf: int = option(
        18, "H.264 quality: 0 is lossless, 18 looks clean, 51 is the worst", "--crf", "edit", minimum=0, maximum=51
    )


@dataclass(frozen=True)
class ObsSettings:
    """OBS Studio on this machine; written by ``sanacam obs setup``."""

    way: str = option(
        "off",
        "how the picture gets into OBS: stream (nothing to install) or script (shortest delay); off: not set up",
        "--way",
        "obs",
        choices=("off", "stream", "script"),
    )
    port: int = option(4455, "port of OBS's WebSocket server", "--port", "obs", minimum=1, maximum=65535)
    scene: str = option("", "scene for the source; empty: the one on air", "--scene", "obs", metavar="NAME")
    sound: tuple[str, ...] = option(
        (),
        "inputs of OBS whose sound is delayed to match the picture; several with commas",
        "--sound",
        "obs",
        metavar="INPUTS",
    )
    password_from: str = option(
        "keyring",
        "where the password of the server comes from: the system's keyring, or each time OBS's own settings",
        "--password-from",
        "obs",
        choices=("keyring", "obs"),
    )


@dataclass(frozen=True)
class OutputSettings:
    """Where live pictures go: cameras and recordings in the output host."""

    camera_way: str = option(
        "auto",
        "virtual camera: direct, obs (through OBS, with the scene around the picture), or auto (through OBS when OBS "
        "runs its camera already)",
        "--camera-way",
        "live",
        choices=("auto", "direct", "obs"),
    )
    camera_fit: str = option(
        "pad",
        "how a picture of another shape gets into the virtual camera: with black bars, or cut off",
        "--camera-fit",
        "live",
        choices=("pad", "crop"),
    )
    codec: str = option(
        "auto",
        "of recordings: auto and h264 take the graphics card's encoder if there is one, x264 the processor",
        "--codec",
        "live",
        choices=CODECS,
    )
    microphone: str = option(
        "",
        "record this microphone with the picture: default, or a name that the system gives it",
        "--microphone",
        "live",
        metavar="NAME",
    )
    record_source: str = option(
        "no", "record the unedited picture too, as NAME.source.mp4", "--record-source", "live", choices=("no", "yes")
    )
    linger: float = option(
        30.0,
        "seconds for which camera, OBS and recordings go on when Sanacam was killed",
        "--linger",
        "live",
        minimum=0.0,
        maximum=3600.0,
        metavar="S",
    )


@dataclass(frozen=True)
class Settings:
    """All settings, immutable; change with ``with_values``."""

    look: LookSettings = LookSettings()
    model: ModelSettings = ModelSettings()
    live: LiveSettings = LiveSettings()
    file: FileSettings = FileSettings()
    output: OutputSettings = OutputSettings()
    obs: ObsSettings = ObsSettings()

    def get(self, key: str) -> Any:
        """Value of ``group.name``."""
        group, name = key.split(".")
        return getattr(getattr(self, group), name)

    def with_values(self, values: Mapping[str, Any]) -> Settings:
        """A copy with ``{"group.name": value}`` applied and checked.

        Raises:
            UserError: an unknown key (near ones are named) or a value that its option refuses.
        """
        groups: dict[str, dict[str, Any]] = {}
        for key, value in values.items():
            item = find_option(key)
            groups.setdefault(item.group, {})[item.name] = item.validate(value)
        changed: dict[str, Any] = {group: replace(getattr(self, group), **items) for group, items in groups.items()}
        return replace(self, **changed)

    def as_tables(self) -> dict[str, dict[str, Any]]:
        """``{group: {name: value}}`` with lists for tuples, ready for TOML or JSON."""
        tables: dict[str, dict[str, Any]] = {}
        for item in schema():
            value = self.get(item.key)
            tables.setdefault(item.group, {})[item.name] = list(value) if item.kind is list else value
        return tables


def schema() -> tuple[Option, ...]:
    """Every setting, in display order."""
    groups = fields(Settings)
    return tuple(described(group.name, item) for group in groups for item in fields(cast(Any, group.default)))


def find_option(key: str) -> Option:
    """The option named ``group.name``.

    Raises:
        UserError: no such setting; near names are listed.
    """
    known = {item.key: item for item in schema()}
    if key in known:
        return known[key]
    near = difflib.get_close_matches(key, known, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known settings: {', '.join(known)}."
    raise UserError(f'There is no setting called "{key}".', hint)
