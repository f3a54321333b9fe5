"""The numbers of a session, gathered from its parts."""

from __future__ import annotations

from sanacam.app.capture_thread import CaptureThread
from sanacam.app.clock import OutputClock
from sanacam.app.engine import Engine
from sanacam.app.meters import RateMeter
from sanacam.app.presentation import PresentationQueue
from sanacam.app.session_report import SessionStats, State
from sanacam.app.slot import FrameFeed


def session_numbers(
    state: State,
    message: str,
    capture: CaptureThread | None,
    feed: FrameFeed,
    edited: RateMeter,
    queue: PresentationQueue,
    output: OutputClock | None,
    engine: Engine | None,
) -> SessionStats:
    """See ``SessionStats``. Rates are 0 unless something plays; a part that has not been made counts nothing."""
    busy = state in ("starting", "running", "failed")
    return SessionStats(
        state=state,
        capture_fps=capture.captured.rate() if capture and busy else 0.0,
        edit_fps=edited.rate() if busy else 0.0,
        output_fps=output.shown.rate() if output and busy else 0.0,
        captured=capture.captured.total if capture else 0,
        edited=edited.total,
        shown=output.new.total if output else 0,
        dropped=feed.dropped + queue.dropped + (output.skipped if output else 0),
        repeated=output.repeated if output else 0,
        latency_ms_p50=output.latency.percentile_ms(50) if output else None,
        latency_ms_p95=output.latency.percentile_ms(95) if output else None,
        message=message,
        preparing=engine.preparing if engine and busy else None,
    )
