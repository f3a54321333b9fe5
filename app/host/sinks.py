"""The sinks of a host, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sanacam.app.clock import Slate
from sanacam.app.frames import Frame
from sanacam.app.host.folder import output_ring
from sanacam.app.host.spec import SinkSpec
from sanacam.app.outputs.sink_thread import SinkThread
from sanacam.app.sink import Sink

RECORDING_FRAMES = 8
Raw = Callable[[], Frame | Slate]


class HostSink:
    """What a spec stands for: a sink, or several that belong together.

    Attributes:
        spec: what was asked for.
        taps: what the output clock feeds.
    """

    def __init__(self, spec: SinkSpec, instance: int, raw: Raw) -> None:
        self.spec = spec
        self._threads: list[SinkThread] = []
        self.taps: list[Sink] = []
        self._describe: Callable[[], dict[str, Any]] = dict
        match spec.kind:
            case "virtualcam":
                self._camera(spec)
            case "obscamera":
                self._obs_camera()
            case "obs":
                self._obs(instance)
            case "recording":
                self._recording(spec, raw)
            case "extra":
                from sanacam.app.outputs.extras import make_extra

                self._feed(make_extra(spec.path))

    def begin(self, width: int, height: int, fps: float) -> None:
        """Open; all or none. Raises UserError, or what opening raises."""
        begun: list[SinkThread] = []
        try:
            for thread in self._threads:
                begun.append(thread)
                thread.begin(width, height, fps)
        except BaseException:
            for thread in begun[:-1]:
                thread.finish()
            raise

    def finish(self) -> None:
        """Close all; the first trouble is raised when all are closed. Raises UserError, or what closing raises."""
        troubles: list[Exception] = []
        for thread in self._threads:
            try:
                thread.finish()
            except Exception as error:  # told below, once the others are closed too
                troubles.append(error)
        if troubles:
            raise troubles[0]

    def state(self) -> dict[str, Any]:
        """For people and for the owner: what it is, and how it fares."""
        threads = self._threads
        return {
            "key": self.spec.key,
            "name": self.spec.name,
            "spec": self.spec.to_json(),
            "stuck": any(thread.stuck() for thread in threads),
            "dropped": sum(thread.dropped for thread in threads),
            **self._describe(),
        }

    def _camera(self, spec: SinkSpec) -> None:
        from sanacam.app.outputs.virtual_camera import VirtualCameraSink

        camera = VirtualCameraSink(fit=spec.fit)
        self._feed(camera, fit=False)
        self._describe = lambda: {"device": camera.device or ""}

    def _obs_camera(self) -> None:
        from sanacam.app.outputs.obs_camera import ObsCameraSink
        from sanacam.app.settings_file import load_settings

        camera = ObsCameraSink(load_settings().obs)
        self._feed(camera, fit=False)
        self._describe = lambda: {"device": camera.device or ""}

    def _obs(self, instance: int) -> None:
        from sanacam.app.outputs.obs_link import ObsLink
        from sanacam.app.outputs.obs_stream import ObsStreamSink
        from sanacam.app.outputs.ring_sink import RingSink

        stream, ring = ObsStreamSink(), RingSink(output_ring(instance))
        obs = ObsLink(stream, ring.path)
        self._feed(stream)
        self._feed(ring, fit=False)
        self._feed(obs, fit=False)
        self._describe = lambda: {
            "port": stream.port,
            "consumers": stream.consumers,
            "size": list(stream.size),
            "ring": str(ring.path),
            **obs.state(),
        }

    def _recording(self, spec: SinkSpec, raw: Raw) -> None:
        from sanacam.app.outputs.recorder import Recorder

        path = Path(spec.path)
        recorder = Recorder(path, exact=False, overwrite=spec.overwrite, codec=spec.codec, microphone=spec.microphone)
        self._feed(recorder, depth=RECORDING_FRAMES)
        if spec.beside:
            beside = path.with_name(f"{path.stem}.source{path.suffix}")
            self._feed(
                Recorder(beside, exact=False, overwrite=spec.overwrite, codec=spec.codec),
                raw=raw,
                depth=RECORDING_FRAMES,
            )
        self._describe = lambda: {
            "path": spec.path,
            "encoder": recorder.encoder,
            "recorded": recorder.recorded,
            "left_out": recorder.dropped,
        }

    def _feed(self, sink: Sink, *, fit: bool = True, depth: int = 1, raw: Raw | None = None) -> None:
        thread = SinkThread(sink, fit=fit, depth=depth)
        self._threads.append(thread)
        self.taps.append(thread if raw is None else _Unedited(thread, raw))


class _Unedited:
    """Gives a sink the source's picture in place of the edited one."""

    exact = False

    def __init__(self, sink: SinkThread, raw: Raw) -> None:
        self._sink = sink
        self._raw = raw

    @property
    def name(self) -> str:
        return self._sink.name

    def open(self, width: int, height: int, fps: float) -> None:
        self._sink.open(width, height, fps)

    def write(self, frame: Frame) -> None:
        raw = self._raw()
        # Without a source the recording holds its last picture.
        if isinstance(raw, Frame):
            self._sink.write(raw)

    def close(self) -> None:
        self._sink.close()
