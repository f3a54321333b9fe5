"""``sanacam live --source … --prompt … --sink …``: until Ctrl-C, the end of the file or ``--duration``.

A file that goes to a camera or OBS has no end: a card follows it, so that programs which watch keep what they watch.
When it is written anew, it is played again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import deque
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanacam.app.arguments import add_setting_arguments, settings_from
from sanacam.app.exit_codes import BAD_INPUT, FAILED, OK
from sanacam.app.live_report import EVENTS_KEPT, STATUS_EVERY_S, LiveReporter, latency_text
from sanacam.app.look import prompt_of
from sanacam.app.panic_mode import panic_choice
from sanacam.app.printing import print_json
from sanacam.app.prompt_text import shorten
from sanacam.app.settings import LiveSettings, ModelSettings, Settings
from sanacam.app.sink_choice import (
    SINK_FORMS,
    WINDOW,
    by_camera_way,
    check_window_sinks,
    film_of,
    make_sinks,
    need_host,
)
from sanacam.app.size import chosen_size, parse_size
from sanacam.app.spoken_name import as_typed
from sanacam.app.standby import DEFAULT_FPS
from sanacam.app.window_entry import open_window
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from sanacam.app.host.link import HostLink
    from sanacam.app.panic import PanicSwitch
    from sanacam.app.session import Session, SessionEvent, SessionStats
    from sanacam.app.sink import Sink

FILM_OVER = UserError(
    "The film is over; cameras and OBS show a card until you stop, or until the file is replaced.",
    "Ctrl-C stops, --loop plays it again and again.",
)
OBS_UNSEEN = "OBS does not show the picture before it has been set up, once: `sanacam obs setup`."
FILM_REPLACED = UserError("The file has been replaced and is played again.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam live``."""
    add_setting_arguments(parser, "live")
    parser.add_argument("--overwrite", action="store_true", help="let a recording replace a file that exists")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line: status, events, the end")
    parser.add_argument(
        "--control",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="listen on 127.0.0.1 for `sanacam panic` and other programs with the token",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run until asked to stop: 0 when it ended well, 1 when a part failed, 2 or ``UserError`` when it never ran."""
    settings = settings_from(arguments)
    if not settings.live.sink:
        raise UserError(
            "There is no sink, so nobody would see the picture.", f"Use --sink with one or more of: {SINK_FORMS}."
        )
    if WINDOW in settings.live.sink:
        check_window_sinks(settings.live.sink)
        if arguments.overwrite:
            raise UserError(
                "The window never replaces a recording; it adds a number to the name.",
                "Leave --overwrite away, or window out of --sink.",
            )
        return open_window(settings, control=arguments.control)
    return run_headless(settings, overwrite=arguments.overwrite, as_json=arguments.json, control=arguments.control)


def run_headless(settings: Settings, *, overwrite: bool, as_json: bool, control: bool = True) -> int:
    """The live path without a window."""
    from sanacam.app.capture import open_source
    from sanacam.app.editor_loading import choose_device, load_editor, native_size, precision_of
    from sanacam.app.interrupt import StopRequest
    from sanacam.app.session import Session

    prompt = prompt_of(settings.look, settings.model.name)
    precision = precision_of(settings.model)
    card = choose_device(settings.model.device).type == "cuda"
    size = parse_size(chosen_size(settings.live.size, card, native_size(settings.model.name)))
    fps = settings.live.fps or None
    source = open_source(settings.live.source, fps=fps, size=size)
    # Events come from the session's threads; they wait here for the one thread that prints.
    events: deque[SessionEvent] = deque(maxlen=EVENTS_KEPT)
    panic = _panic_switch(settings.live)
    names, why = by_camera_way(settings.live.sink, settings.output, settings.obs)
    link = _link(settings, panic, events) if need_host(names, exact=not source.live) else None
    # Who watches a camera or OBS must not see it go because a film is over.
    stay = link is not None and not source.live
    sinks = make_sinks(
        names,
        exact=not source.live,
        overwrite=overwrite,
        link=link,
        output=settings.output,
        film=film_of(settings.live.source),
    )
    session = Session(
        source,
        sinks,
        lambda: load_editor(settings.model, size),
        fps=fps,
        size=size,
        prompt=prompt,
        strength=settings.look.strength,
        transition=settings.live.transition,
        loop=settings.live.loop,
        stay=stay,
        on_event=events.append,
        panic=panic,
        outlet=link,
    )
    print(
        f"Starting {settings.live.source} → {', '.join(settings.live.sink)}: {shorten(prompt)}  (Ctrl-C stops)",
        file=sys.stderr,
        flush=True,
    )
    reporter = LiveReporter(events, as_json)
    unseen = OBS_UNSEEN if "obs" in names and settings.obs.way == "off" else ""
    for note in (f"Number formats: {precision}", why, latency_note(settings.model, fps), as_typed(unseen)):
        if note:
            print(note, file=sys.stderr, flush=True)
    with (
        StopRequest("Stopping; this takes a moment.") as stop,
        _control_port(session, settings, prompt, source.live, link, reporter, control),
    ):
        if link is not None:
            link.start()
        session.start()
        try:
            film = film_of(settings.live.source) if stay else None
            _watch(session, stop, settings.live.duration, sinks, reporter, film)
            last = session.stats()
        finally:
            joined = session.stop()
            if link is not None:
                joined = link.close() and joined
    reporter.end()
    return _verdict(session, last, reporter, joined, as_json)


def latency_note(model: ModelSettings, fps: float | None) -> str:
    """What to expect of a large model that edits many frames at once; empty for others."""
    from sanacam.model.zoo.released_models import LTX2, RELEASED_MODELS, frames_behind

    config = RELEASED_MODELS.get(model.name)
    if config is None:
        return ""
    frames, rate = frames_behind(config, model.encoder, model.decoder), fps or DEFAULT_FPS
    return (
        f"{model.name} edits {config.chunk_latents * LTX2.frames_per_latent} frames at once: the edited picture comes "
        f"up to {frames} frames late ({frames / rate:.1f} s at {rate:g} fps), plus the time to compute it."
    )


def _panic_switch(settings: LiveSettings) -> PanicSwitch:
    """The panic key as the user wants it. Raises UserError: the picture to show cannot be read."""
    from sanacam.app.panic import LARGEST_IMAGE, PanicSwitch
    from sanacam.app.still import read_still

    mode, image = panic_choice(settings.panic, settings.panic_image)
    if image is not None:
        read_still(image, LARGEST_IMAGE)  # now, and not when it is needed
    elif mode == "image":
        raise UserError("No picture is named for panic.", "Add --panic-image FILE, or choose raw, freeze or black.")
    return PanicSwitch(mode, image)


def _link(settings: Settings, panic: PanicSwitch, events: deque[SessionEvent]) -> HostLink:
    from sanacam.app.host.link import HostLink
    from sanacam.app.session_report import SessionEvent

    def tell(note: UserError) -> None:
        events.append(SessionEvent("output", note.message, note.hint, error=True))

    return HostLink(panic, tell, fps=settings.live.fps or None, linger_s=settings.output.linger)


def _control_port(
    session: Session,
    settings: Settings,
    prompt: str,
    live: bool,
    link: HostLink | None,
    reporter: LiveReporter,
    wanted: bool,
) -> AbstractContextManager[object]:
    if not wanted:
        return nullcontext()
    from sanacam.app.control.server import control_port
    from sanacam.app.control.session_target import SessionTarget

    look = replace(settings.look, prompt=prompt, preset="" if settings.look.prompt else settings.look.preset)
    target = SessionTarget(
        session, look, exact=not live, link=link, output=settings.output, film=film_of(settings.live.source),
        model=settings.model.name,
    )  # fmt: skip
    return control_port(target, reporter.note, osc=settings.live.osc)


def _watch(
    session: Session, stop: Any, duration_s: float, sinks: list[Sink], reporter: LiveReporter, film: Path | None
) -> None:
    """Until asked to stop, the end, the duration (from the first edited frame that every sink gets) or nothing is left
    to do. ``film``: one whose end is no end.
    """
    from sanacam.app.capture.film_watch import FilmWatch
    from sanacam.app.host.hosted_sink import HostedSink

    hosted = [sink for sink in sinks if isinstance(sink, HostedSink)]
    running_since: float | None = None
    over_film: FilmWatch | None = None
    while True:
        until = STATUS_EVERY_S
        if running_since is not None and duration_s:
            until = min(until, max(0.0, running_since + duration_s - time.monotonic()))
        asked = stop.wait(min(until, 0.1) if running_since is None else until)
        stats = session.stats()
        if running_since is None and stats.state == "running" and not any(sink.waiting for sink in hosted):
            running_since = time.monotonic()
        reporter.status(stats)
        reporter.events_until_now()
        if film is not None and stats.state == "ended":
            if over_film is None:
                over_film = FilmWatch(film)
                reporter.note(FILM_OVER)
            elif over_film.replaced():
                over_film = None
                reporter.note(FILM_REPLACED)
                _play_again(session, sinks)
        ended = ("ended", "failed", "stopped") if film is None else ("failed", "stopped")
        over = running_since is not None and duration_s and time.monotonic() - running_since >= duration_s
        if asked or over or stats.state in ended or reporter.failed_sinks >= len(sinks):
            return


def _play_again(session: Session, sinks: list[Sink]) -> None:
    """The film from the start; what recorded it has its file."""
    for sink in [sink for sink in sinks if sink.exact]:
        session.remove_sink(sink)
    session.start()


def _verdict(session: Session, last: SessionStats, reporter: LiveReporter, joined: bool, as_json: bool) -> int:
    error = session.error
    if isinstance(error, UserError):
        if reporter.told(error):
            return BAD_INPUT
        raise error
    if error is not None:
        raise RuntimeError("the live session failed") from error
    failed = bool(reporter.failed_sinks) or not joined
    if as_json:
        print_json({"type": "end", "failed": failed, **asdict(last)})
    else:
        print(
            f"{last.shown} edited frame{'' if last.shown == 1 else 's'} shown, {last.dropped} dropped"
            + (f", latency {latency_text(last)}." if last.latency_ms_p50 else ".")
        )
    if not joined:
        print("sanacam: a part of the session did not stop in time.", file=sys.stderr)
    return FAILED if failed else OK
