"""The settings and their one schema: the command line, the settings file and the window are all derived from it.

Every field of the groups below carries an ``Option``-like description (help, choices, range, flag, the commands
that offer it). ``schema()`` lists them for a form; ``sanacam.app.settings_file`` reads and writes them as TOML;
``sanacam.app.arguments`` turns
them into command-line options. Precedence: defaults, then the file, then the command line.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

from sanacam.app.outputs.codec import CODECS
from sanacam.app.panic_mode import PANIC_MODES
from sanacam.app.size import AUTO_SIZE, parse_size
from sanacam.model.errors import UserError
from sanacam.model.precision_names import is_precision, precision_forms
from sanacam.model.transition import parse_transition

_META = "sanacam"
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True)
class Option:
    """One setting as a form, a parser or a file sees it.

    ``kind`` is ``str``, ``int``, ``float``, ``bool`` or ``list`` (of strings). ``minimum``/``maximum`` are inclusive.
    ``check`` names an extra rule (``"auto or size"``, ``"device"``, ``"precision"``, ``"transition"``). ``flags`` are
    the command-line spellings, ``commands`` the subcommands that offer it.
    """

    group: str
    name: str
    kind: type
    default: Any
    help: str
    flags: tuple[str, ...]
    commands: tuple[str, ...]
    metavar: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    check: str = ""

    @property
    def key(self) -> str:
        """``group.name``, as messages and the file spell it."""
        return f"{self.group}.{self.name}"

    def validate(self, value: Any) -> Any:
        """``value`` as this setting's type and within its range.

        Raises:
            UserError: wrong type, not finite, out of range, not one of the choices, or malformed.
        """
        value = self._typed(value)
        if self.choices and value not in self.choices:
            raise UserError(
                f'"{value}" is not a possible value of {self.key}.', f"Choose one of: {', '.join(self.choices)}."
            )
        if self.kind in (int, float) and not self._in_range(value):
            raise UserError(f"{self.key} is {value}, which is out of range.", f"It takes {self.range_text()}.")
        if self.check == "auto or size" and value != AUTO_SIZE:
            parse_size(value)
        if self.check == "transition":
            parse_transition(value)
        if self.check == "device" and not _DEVICE.fullmatch(value):
            raise UserError(f'"{value}" is not a device.', "Use auto, cpu, cuda, cuda:1 or mps.")
        if self.check == "precision" and not is_precision(value):
            raise UserError(f'"{value}" is not a possible value of {self.key}.', f"Choose one of: {precision_forms()}.")
        return value

    def range_text(self) -> str:
        """The allowed range in words, empty when there is none."""
        if self.minimum is not None and self.maximum is not None:
            return f"{self.minimum:.10g} to {self.maximum:.10g}"
        if self.minimum is not None:
            return f"{self.minimum:g} or more"
        return "" if self.maximum is None else f"{self.maximum:g} or less"

    def _in_range(self, value: float) -> bool:
        if not math.isfinite(value):
            return False
        low = self.minimum is None or value >= self.minimum
        return low and (self.maximum is None or value <= self.maximum)

    def _typed(self, value: Any) -> Any:
        # bool is an int in Python; `fps = true` in a file is still a mistake.
        if self.kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if self.kind is bool and isinstance(value, bool):
            return value
        if self.kind is list and isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return tuple(value)
        if self.kind in (int, str) and isinstance(value, self.kind) and not isinstance(value, bool):
            return value
        wanted = {
            str: "a text",
            int: "a whole number",
            float: "a number",
            bool: "true or false",
            list: "a list of texts",
        }[self.kind]
        raise UserError(f"{self.key} must be {wanted}, not {value!r}.", "Correct the value in the settings.")


def _option(default: Any, help: str, flags: str, commands: str = "live edit", **more: Any) -> Any:
    meta = {"help": help, "flags": tuple(flags.split()), "commands": tuple(commands.split()), **more}
    return field(default=default, metadata={_META: meta})


@dataclass(frozen=True)
class LookSettings:
    """What the picture should become."""

    prompt: str = _option("", "what the picture should become, in English", "-p --prompt", metavar="TEXT")
    preset: str = _option(
        "", "a ready-made look instead of a prompt (see `sanacam presets`)", "--preset", metavar="NAME"
    )
    strength: float = _option(
        1.0, "how much of the edit to show: 0 is the source, 1 the full edit", "--strength", minimum=0.0, maximum=1.0
    )


@dataclass(frozen=True)
class ModelSettings:
    """Which network runs, and on what."""

    name: str = _option("mini", "model name or folder; mini is built in", "--model", metavar="NAME")
    steps: int = _option(
        0,
        "sampling steps for each chunk, more is slower; 0 takes what the model was made for",
        "--steps",
        minimum=0,
        maximum=50,
    )
    seed: int = _option(
        0, "seed of the noise: the same seed gives the same result", "--seed", minimum=0, maximum=2**31 - 1
    )
    device: str = _option("auto", "auto, cpu, cuda, cuda:N or mps", "--device", check="device", metavar="DEVICE")
    precision: str = _option(
        "auto",
        f"number formats of the network: {precision_forms()}; auto takes what `sanacam quantize --use` has kept for "
        "this card, else what it computes in",
        "--precision",
        check="precision",
        metavar="FORMAT",
    )
    encoder: str = _option(
        "auto",
        "video encoder of a 2B model: full, or tiny (a hundredth of the work, less exact)",
        "--encoder",
        choices=("auto", "full", "tiny"),
    )
    decoder: str = _option(
        "auto",
        "video decoder of a 2B model: window (the release's, waits for 16 frames), causal (own weights, no waiting), "
        "context (cheaper, may show seams) or tiny (a preview)",
        "--decoder",
        choices=("auto", "window", "causal", "context", "tiny"),
    )
    text: str = _option(
        "auto",
        "where the text encoder of a 2B model reads a new prompt: card, card-kept (4 GB stay there), card-8bit or cpu",
        "--text-encoder",
        choices=("auto", "card", "card-kept", "card-8bit", "cpu"),
    )


@dataclass(frozen=True)
class LiveSettings:
    """Live editing: where pictures come from and go to."""

    source: str = _option(
        "pattern",
        "camera:NAME, screen:N, window:TITLE, region:X,Y,W,H, file:PATH or pattern; see `sanacam sources`",
        "--source",
        "live",
        metavar="SOURCE",
    )
    loop: bool = _option(False, "play a file again and again", "--loop", "live")
    sink: tuple[str, ...] = _option(
        ("window",), "window, virtualcam, obs, file:PATH; several with commas", "--sink", "live", metavar="SINKS"
    )
    size: str = _option(
        AUTO_SIZE,
        "picture size WIDTHxHEIGHT, source, or auto (640x360 with a graphics card, else 320x176)",
        "--size",
        "live",
        check="auto or size",
        metavar="SIZE",
    )
    fps: float = _option(
        0.0,
        "frames a second of the output; 0 takes the rate of the source",
        "--fps",
        "live",
        minimum=0.0,
        maximum=240.0,
    )
    transition: str = _option(
        "keep",
        "how a new prompt comes in: keep, recache, reset, blend:N (over N chunks) or one of the three with +blend:N",
        "--transition",
        "live",
        check="transition",
        metavar="HOW",
    )
    panic: str = _option(
        "raw", "what the panic key shows instead of the edited picture", "--panic", "live", choices=PANIC_MODES
    )
    panic_image: str = _option("", "your picture for --panic image", "--panic-image", "live", metavar="FILE")
    osc: int = _option(
        0,
        "port on 127.0.0.1 for the control port's commands over OSC; 0: none",
        "--osc",
        "live",
        minimum=0,
        maximum=65535,
    )
    duration: float = _option(
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

    size: str = _option(
        AUTO_SIZE,
        "WIDTHxHEIGHT (see --aspect), source, or auto (source; with a 2B model 1280x704, which it was made for)",
        "--size",
        "edit",
        check="auto or size",
        metavar="SIZE",
    )
    aspect: str = _option(
        "fit",
        "how the picture meets --size: fit (inside, not enlarged), crop (fills it, edges cut off) or pad (black bars)",
        "--aspect",
        "edit",
        choices=("fit", "crop", "pad"),
    )
    crf: int = _option(
        18, "H.264 quality: 0 is lossless, 18 looks clean, 51 is the worst", "--crf", "edit", minimum=0, maximum=51
    )


@dataclass(frozen=True)
class ObsSettings:
    """OBS Studio on this machine; written by ``sanacam obs setup``."""

    way: str = _option(
        "off",
        "how the picture gets into OBS: stream (nothing to install) or script (shortest delay); off: not set up",
        "--way",
        "obs",
        choices=("off", "stream", "script"),
    )
    port: int = _option(4455, "port of OBS's WebSocket server", "--port", "obs", minimum=1, maximum=65535)
    scene: str = _option("", "scene for the source; empty: the one on air", "--scene", "obs", metavar="NAME")
    sound: tuple[str, ...] = _option(
        (),
        "inputs of OBS whose sound is delayed to match the picture; several with commas",
        "--sound",
        "obs",
        metavar="INPUTS",
    )
    password_from: str = _option(
        "keyring",
        "where the password of the server comes from: the system's keyring, or each time OBS's own settings",
        "--password-from",
        "obs",
        choices=("keyring", "obs"),
    )


@dataclass(frozen=True)
class OutputSettings:
    """Where live pictures go: cameras and recordings in the output host."""

    camera_way: str = _option(
        "auto",
        "virtual camera: direct, obs (through OBS, with the scene around the picture), or auto (through OBS when OBS "
        "runs its camera already)",
        "--camera-way",
        "live",
        choices=("auto", "direct", "obs"),
    )
    camera_fit: str = _option(
        "pad",
        "how a picture of another shape gets into the virtual camera: with black bars, or cut off",
        "--camera-fit",
        "live",
        choices=("pad", "crop"),
    )
    codec: str = _option(
        "auto",
        "of recordings: auto and h264 take the graphics card's encoder if there is one, x264 the processor",
        "--codec",
        "live",
        choices=CODECS,
    )
    microphone: str = _option(
        "",
        "record this microphone with the picture: default, or a name that the system gives it",
        "--microphone",
        "live",
        metavar="NAME",
    )
    record_source: str = _option(
        "no", "record the unedited picture too, as NAME.source.mp4", "--record-source", "live", choices=("no", "yes")
    )
    linger: float = _option(
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
            option = find_option(key)
            groups.setdefault(option.group, {})[option.name] = option.validate(value)
        changed: dict[str, Any] = {group: replace(getattr(self, group), **items) for group, items in groups.items()}
        return replace(self, **changed)

    def as_tables(self) -> dict[str, dict[str, Any]]:
        """``{group: {name: value}}`` with lists for tuples, ready for TOML or JSON."""
        tables: dict[str, dict[str, Any]] = {}
        for option in schema():
            value = self.get(option.key)
            tables.setdefault(option.group, {})[option.name] = list(value) if option.kind is list else value
        return tables


def schema() -> tuple[Option, ...]:
    """Every setting, in display order."""
    options = []
    for group in fields(Settings):
        for item in fields(cast(Any, group.default)):
            default = item.default
            kind = list if isinstance(default, tuple) else type(default)
            options.append(Option(group.name, item.name, kind, default, **item.metadata[_META]))
    return tuple(options)


def find_option(key: str) -> Option:
    """The option named ``group.name``.

    Raises:
        UserError: no such setting; near names are listed.
    """
    known = {option.key: option for option in schema()}
    if key in known:
        return known[key]
    near = difflib.get_close_matches(key, known, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known settings: {', '.join(known)}."
    raise UserError(f'There is no setting called "{key}".', hint)
