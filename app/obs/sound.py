"""Sound in step: the inputs of OBS that the user has ticked are delayed by as much as the picture is late.

OBS delays the sound of an input by its Sync Offset. What the user had set there stays as the base: the picture's
latency is added to it, and taken away again at the end. A journal says what was changed, written before each change, so
that a crash of either side leaves nothing behind: the next connection mends it. An offset that somebody else has
changed meanwhile is the user's wish and is let go.
"""

from __future__ import annotations

import json
import logging
import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanacam.app.atomic_file import write_atomically
from sanacam.app.obs.connection import ObsConnection, RequestRefusedError
from sanacam.app.obs.source import INPUT_NAME
from sanacam.app.settings_file import config_dir
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

JOURNAL_NAME = "obs_sound.json"
LOWEST_MS, HIGHEST_MS = -950, 20_000
"""What OBS takes as Sync Offset."""
FRAMES_OFF = 1.5
"""A new latency counts when it is off by more frames than this …"""
HOLD_S = 5.0
"""… and this much after the last change, seconds; OBS skips or repeats a little sound at each."""
SAMPLE_S = 0.5
SAMPLES = 9


@dataclass(frozen=True)
class AudioInput:
    """An input of OBS that has sound. ``offset_ms``: its Sync Offset."""

    name: str
    kind: str
    offset_ms: int


def audio_inputs(obs: ObsConnection) -> list[AudioInput]:
    """What could be ticked."""
    found = []
    for item in obs.request("GetInputList")["inputs"]:
        name = str(item["inputName"])
        if name == INPUT_NAME:
            # A Media Source could have sound; this one never has.
            continue
        try:
            offset = obs.request("GetInputAudioSyncOffset", inputName=name)["inputAudioSyncOffset"]
        except RequestRefusedError:
            # It has no sound.
            continue
        found.append(AudioInput(name, str(item["inputKind"]), int(offset)))
    return found


def advice(latency_ms: float | None) -> str:
    """What to type into another program than OBS, in words; for the window and ``sanacam obs status``."""
    if latency_ms is None:
        return "The delay of the picture is not known yet: nothing plays."
    ms = round(latency_ms)
    return (
        f"The picture is {ms} ms late. Delay the sound by as much: type {ms} ms as audio delay or sync offset of the "
        "microphone in the program that mixes your sound. Meeting programs have no such setting."
    )


@dataclass
class _Change:
    """What was done to one input: its offset before, and those that we may have given it, newest last."""

    before_ms: int
    ours_ms: list[int] = field(default_factory=list)


class SoundJournal:
    """What has been changed in OBS and not changed back, for each scene collection."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_dir() / JOURNAL_NAME
        self._entries = self._read()

    @property
    def empty(self) -> bool:
        return not any(self._entries.values())

    def of(self, collection: str) -> dict[str, _Change]:
        """The changed inputs of a scene collection."""
        return self._entries.setdefault(collection, {})

    def save(self) -> None:
        """Raises:
        UserError: it cannot be written.
        """
        tables = {
            collection: {name: {"before": c.before_ms, "ours": c.ours_ms} for name, c in entries.items()}
            for collection, entries in self._entries.items()
            if entries
        }
        if not tables:
            self._path.unlink(missing_ok=True)
            return
        write_atomically(self._path, json.dumps(tables, indent=1) + "\n")

    def _read(self) -> dict[str, dict[str, _Change]]:
        try:
            tables = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                str(collection): {
                    str(name): _Change(int(entry["before"]), [int(value) for value in entry["ours"]])
                    for name, entry in entries.items()
                }
                for collection, entries in tables.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("%s is damaged and is left out: %s", self._path, error)
            return {}


class SoundDelay:
    """Lets the sound of ticked inputs follow the latency of the picture. Used from one thread, the keeper's.

    Args:
        inputs: names of the inputs; those that OBS does not have (any more) are passed over.
        latency_ms: capture → output at the moment; None while unknown.
        frame_ms: how long a frame lasts.
        journal: see ``SoundJournal``.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        latency_ms: Callable[[], float | None],
        frame_ms: Callable[[], float],
        journal: SoundJournal | None = None,
    ) -> None:
        self._inputs = tuple(inputs)
        self._latency_ms = latency_ms
        self._frame_ms = frame_ms
        self._journal = journal or SoundJournal()
        self._recent: deque[float] = deque(maxlen=SAMPLES)
        self._applied_ms: float | None = None
        self._obs: ObsConnection | None = None
        self._collection = ""
        self._let_go: set[str] = set()
        self._next_sample_s = 0.0
        self._changed_s = 0.0

    @property
    def applied_ms(self) -> float | None:
        """The latency that the inputs are delayed by; None when they are not."""
        return self._applied_ms

    def follow(self, obs: ObsConnection, now_s: float | None = None) -> None:
        """To be called often; acts when it is time.

        Raises:
            ConnectionLostError: OBS has gone.
            UserError: the journal cannot be written; nothing has been changed then.
        """
        now = time.monotonic() if now_s is None else now_s
        if not self._inputs and self._journal.empty:
            return
        if now < self._next_sample_s and obs is self._obs:
            return
        self._next_sample_s = now + SAMPLE_S
        if obs is not self._obs or _collection(obs) != self._collection:
            self._begin(obs)
        latency = self._latency_ms()
        if latency is None:
            return
        self._recent.append(latency)
        smooth = statistics.median(self._recent)
        if self._applied_ms is None:
            due = True
        else:
            off = abs(smooth - self._applied_ms) > FRAMES_OFF * self._frame_ms()
            due = off and now - self._changed_s >= HOLD_S
        if due:
            self._apply(obs, smooth)
            self._applied_ms, self._changed_s = smooth, now

    def give_back(self, obs: ObsConnection) -> None:
        """Undo what the journal holds for the scene collection that OBS has open."""
        entries = self._journal.of(_collection(obs))
        for name in list(entries):
            self._undo(obs, name, entries[name])
            del entries[name]
        self._journal.save()
        self._applied_ms, self._obs = None, None
        self._recent.clear()

    def _begin(self, obs: ObsConnection) -> None:
        """A new connection or scene collection: what a crash has left there is mended first."""
        self.give_back(obs)
        self._obs, self._collection = obs, _collection(obs)
        self._let_go.clear()

    def _undo(self, obs: ObsConnection, name: str, change: _Change) -> None:
        now_ms = _offset(obs, name)
        if now_ms is not None and now_ms in change.ours_ms:
            _set_offset(obs, name, change.before_ms)

    def _apply(self, obs: ObsConnection, latency_ms: float) -> None:
        entries = self._journal.of(self._collection)
        for name in self._inputs:
            if name in self._let_go or (now_ms := _offset(obs, name)) is None:
                continue
            change = entries.get(name)
            if change is not None and now_ms not in change.ours_ms:
                log.info("%s: its sync offset was changed in OBS and is left alone now", name)
                self._let_go.add(name)
                del entries[name]
                self._journal.save()
                continue
            change = entries.setdefault(name, _Change(now_ms))
            wanted = min(HIGHEST_MS, max(LOWEST_MS, change.before_ms + round(latency_ms)))
            change.ours_ms = [*change.ours_ms[-1:], wanted]
            try:
                self._journal.save()
            except UserError:
                del entries[name]
                raise
            _set_offset(obs, name, wanted)


def _collection(obs: ObsConnection) -> str:
    return str(obs.request("GetSceneCollectionList")["currentSceneCollectionName"])


def _offset(obs: ObsConnection, name: str) -> int | None:
    """None when there is no such input, or it has no sound."""
    try:
        return int(obs.request("GetInputAudioSyncOffset", inputName=name)["inputAudioSyncOffset"])
    except RequestRefusedError as refusal:
        log.debug("%s: %s", name, refusal)
        return None


def _set_offset(obs: ObsConnection, name: str, offset_ms: int) -> dict[str, Any]:
    return obs.request("SetInputAudioSyncOffset", inputName=name, inputAudioSyncOffset=offset_ms)
