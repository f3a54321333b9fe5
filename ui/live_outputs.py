"""The sinks of the window's sessions: where they live, and when they come and go.

Camera, OBS and recordings of what is live are in the output host. Camera and OBS stay there between sessions, until
they are switched off, so nobody who watches loses them because another source is chosen. A recording of a film takes
every edited frame once, so it is the session's own and ends with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sanacam.app.host.client import abandoned_sinks
from sanacam.app.host.hosted_sink import HostedSink
from sanacam.app.host.link import HostLink
from sanacam.app.host.spec import SinkSpec
from sanacam.app.outputs.recorder import Recorder
from sanacam.app.panic import PanicSwitch
from sanacam.app.session import Session
from sanacam.app.settings_file import load_settings
from sanacam.app.sink import Sink
from sanacam.app.sink_choice import camera_way
from sanacam.model.errors import UserError
from sanacam.ui.host_on_demand import HostOnDemand
from sanacam.ui.live_plan import LivePlan, free_name
from sanacam.ui.watched_sink import WatchedSink

OutputKind = Literal["camera", "obs", "recording"]
News = Callable[[OutputKind, str, str], None]


@dataclass(frozen=True)
class Output:
    """An output that is wanted. ``path``: of a recording. ``fit``: of the camera; ``through_obs``: which camera."""

    kind: OutputKind
    path: Path | None = None
    fit: str = ""
    through_obs: bool = False


class LiveOutputs:
    """Used from one thread, that which runs the sessions.

    Args:
        panic: covers what the host shows too.
        tell: called from any thread with kind, "open", "failed" or "closed", and the device or file.
        note: called from any thread with what the user should know.

    Attributes:
        host: the outlet for every session.
    """

    def __init__(self, panic: PanicSwitch, tell: News, note: Callable[[UserError], None]) -> None:
        self.host = HostOnDemand(panic, note)
        self._tell = tell
        self._note = note
        self._sinks: dict[Output, Sink] = {}
        self._looked_for_hosts = False
        # The camera's way is asked for once each time it is switched on, or when another one is wished for.
        self._way_for: str | None = None
        self._through_obs = False

    def begin(self, plan: LivePlan) -> list[Sink]:
        """What a session for ``plan`` starts with."""
        if not self._looked_for_hosts:
            self._looked_for_hosts = True
            if abandoned_sinks():
                # A Sanacam that was killed has left them; what goes on there is told by the link.
                self._link(plan)
        wanted = self._wanted(plan)
        self._let_go(output for output in self._sinks if output not in wanted)
        self._sinks = {output: self._sinks.get(output) or self._make(output, plan) for output in wanted}
        return list(self._sinks.values())

    def follow(self, plan: LivePlan, session: Session) -> None:
        """What ``session`` has to change for ``plan``."""
        wanted = self._wanted(plan)
        for output in [output for output in self._sinks if output not in wanted]:
            sink = self._sinks.pop(output)
            # First in the host: to finish a recording takes a while, and the session's clock must not wait for it.
            self._retire(sink)
            session.remove_sink(sink)
        for output in wanted:
            if output not in self._sinks:
                self._sinks[output] = sink = self._make(output, plan)
                session.add_sink(sink)

    def keep_only(self, plan: LivePlan | None) -> None:
        """While no session runs: what ``plan`` does not want is closed. None: nothing has been wanted yet."""
        camera, obs = plan is not None and plan.virtual_camera, plan is not None and plan.obs
        if not camera:
            self._way_for, self._through_obs = None, False
        keep = {"camera": camera, "obs": obs or self._through_obs, "recording": False}
        self._let_go(output for output in self._sinks if not keep[output.kind])

    def end_recordings(self) -> None:
        """To be called before a session is stopped; the rest stays for the next one."""
        self._let_go(output for output in self._sinks if output.kind == "recording")

    def close(self) -> bool:
        """End the host with all that is in it; False when it does not end in time."""
        self._sinks = {}
        return self.host.close()

    def _let_go(self, outputs: Iterable[Output]) -> None:
        for output in list(outputs):
            self._retire(self._sinks.pop(output))

    def _retire(self, sink: Sink) -> None:
        if isinstance(sink, HostedSink):
            try:
                sink.retire()
            except UserError as error:
                self._note(error)

    def _wanted(self, plan: LivePlan) -> list[Output]:
        outputs = self._camera(plan)
        if plan.obs or self._through_obs:
            outputs.insert(0, Output("obs"))
        if plan.recording is not None:
            outputs.append(Output("recording", plan.recording))
        return outputs

    def _camera(self, plan: LivePlan) -> list[Output]:
        if not plan.virtual_camera:
            self._way_for, self._through_obs = None, False
            return []
        if plan.output.camera_way != self._way_for:
            try:
                choice = camera_way(plan.output, load_settings().obs)
            except UserError as error:
                self._way_for, self._through_obs = None, False
                self._note(error)
                self._tell("camera", "failed", "")
                return []
            self._way_for, self._through_obs = plan.output.camera_way, choice.through_obs
            if choice.why:
                self._note(UserError(choice.why))
        fit = "" if self._through_obs else plan.output.camera_fit
        return [Output("camera", fit=fit, through_obs=self._through_obs)]

    def _make(self, output: Output, plan: LivePlan) -> Sink:
        if output.kind == "camera" and output.through_obs:
            return self._hosted("camera", SinkSpec("obscamera"), plan)
        if output.kind == "camera":
            fit: Any = plan.output.camera_fit
            return self._hosted("camera", SinkSpec("virtualcam", fit=fit), plan)
        if output.kind == "obs":
            return self._hosted("obs", SinkSpec("obs"), plan)
        assert output.path is not None, "a recording has a path"
        return self._make_recording(output.path, plan)

    def _make_recording(self, wish: Path, plan: LivePlan) -> Sink:
        link, microphone = self.host.link, plan.output.microphone
        codec: Any = plan.output.codec
        left = {spec.path: spec for spec in link.wishes.left_recordings()} if link is not None else {}
        if str(wish) in left:
            return self._hosted("recording", left[str(wish)], plan)
        path = free_name(wish.absolute())
        if plan.film is not None:
            recorder = Recorder(path, exact=True, codec=codec, microphone=microphone, sound_of=plan.film)
            return WatchedSink(recorder, lambda state: self._tell("recording", state, str(path)))
        beside = plan.output.record_source == "yes"
        spec = SinkSpec("recording", path=str(path), codec=codec, microphone=microphone, beside=beside)
        return self._hosted("recording", spec, plan)

    def _hosted(self, kind: OutputKind, spec: SinkSpec, plan: LivePlan) -> HostedSink:
        def tell(news: str, state: dict[str, Any]) -> None:
            # When the host had to be started again, the recording goes on in another file.
            self._tell(kind, news, str(state.get("path") or state.get("device") or spec.path))

        return HostedSink(self._link(plan), spec, tell)

    def _link(self, plan: LivePlan) -> HostLink:
        return self.host.open(plan.fps, plan.output.linger)
