"""A server that speaks obs-websocket 5 over real sockets and behaves like a small OBS: sign-in, scenes, inputs, sound,
virtual camera, error codes, events. For what a real OBS does not do on demand.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Self

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SALT, CHALLENGE = "salt+of+the+server", "challenge+of+the+day"
REFUSED = 4009


class DeclinedError(Exception):
    def __init__(self, code: int, comment: str) -> None:
        super().__init__(comment)
        self.code, self.comment = code, comment


@dataclass
class FakeInput:
    kind: str
    settings: dict[str, Any] = field(default_factory=dict)
    offset: int | None = None
    """None: it has no sound."""


class FakeObs:
    """Listens as soon as it exists; a context manager that ends it.

    Attributes:
        calls: every request that came, as (name, data).
        lacks: requests that it does not know, as an old OBS.
        silent: requests that it never answers.
        camera: None without a driver; ``camera_obeys``: whether StartVirtualCam does anything.
    """

    def __init__(self, password: str = "", port: int = 0) -> None:
        self.password = password
        self.scenes: dict[str, dict[int, str]] = {"Scene": {}}
        self.on_air = "Scene"
        self.collection = "Untitled"
        self.inputs: dict[str, FakeInput] = {}
        self.kinds = ["ffmpeg_source", "image_source", "sanacam_ring"]
        self.transforms: dict[tuple[str, int], dict[str, Any]] = {}
        self.camera: bool | None = False
        self.camera_obeys = True
        self.lacks: set[str] = set()
        self.silent: set[str] = set()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._next_item = 1
        self._lock = threading.RLock()
        self._clients: list[_Client] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *rest: object) -> None:
        self.close()

    def close(self) -> None:
        """As if OBS were killed."""
        self._listener.close()
        with contextlib.suppress(OSError):
            # Wakes the thread in accept().
            socket.create_connection(("127.0.0.1", self.port), 0.2).close()
        self._thread.join()
        for client in self._clients:
            client.cut_off()

    def called(self, name: str) -> list[dict[str, Any]]:
        with self._lock:
            return [data for called, data in self.calls if called == name]

    def tell(self, event: str, **data: Any) -> None:
        """An event, to everybody."""
        for client in self._clients:
            client.send({"op": 5, "d": {"eventType": event, "eventIntent": 1, "eventData": data}})

    def send_raw(self, text: str) -> None:
        for client in self._clients:
            client.send_text(text.encode())

    def take_out(self, name: str) -> None:
        """What a user does with the minus button. As in OBS, the news is out before the source has gone."""
        self.tell("InputRemoved", inputName=name)
        time.sleep(0.05)
        with self._lock:
            del self.inputs[name]
            for items in self.scenes.values():
                for item in [item for item, source in items.items() if source == name]:
                    del items[item]

    def answer(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self.calls.append((name, data))
            handler = getattr(self, f"_{_snake(name)}", None)
            if handler is None or name in self.lacks:
                raise DeclinedError(204, "Your request type is not valid.")
            return handler(data) or {}

    def _accept(self) -> None:
        while True:
            try:
                channel, _ = self._listener.accept()
            except OSError:
                return
            client = _Client(channel, self)
            self._clients.append(client)
            client.start()

    def _get_version(self, data: dict[str, Any]) -> dict[str, Any]:
        names = [line[1:] for line in dir(self) if line.startswith("_get_") or line.startswith("_set_")]
        others = ["CreateInput", "RemoveInput", "CreateSceneItem", "TriggerMediaInputAction", "StartVirtualCam"]
        known = {*("".join(part.title() for part in name.split("_")) for name in names), *others} - self.lacks
        return {"obsVersion": "30.0.0", "obsWebSocketVersion": "5.3.0", "rpcVersion": 1, "availableRequests": [*known]}

    def _get_scene_list(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"scenes": [{"sceneName": name, "sceneIndex": i} for i, name in enumerate(reversed(self.scenes))]}

    def _get_current_program_scene(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"currentProgramSceneName": self.on_air}

    def _get_scene_collection_list(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"currentSceneCollectionName": self.collection, "sceneCollections": [self.collection]}

    def _get_video_settings(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"baseWidth": 1920, "baseHeight": 1080}

    def _get_input_kind_list(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"inputKinds": self.kinds}

    def _get_input_list(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"inputs": [{"inputName": name, "inputKind": item.kind} for name, item in self.inputs.items()]}

    def _input(self, data: dict[str, Any]) -> FakeInput:
        name = data["inputName"]
        if name not in self.inputs:
            raise DeclinedError(600, f"No source was found by the name of `{name}`.")
        return self.inputs[name]

    def _get_input_settings(self, data: dict[str, Any]) -> dict[str, Any]:
        item = self._input(data)
        return {"inputKind": item.kind, "inputSettings": item.settings}

    def _set_input_settings(self, data: dict[str, Any]) -> None:
        self._input(data).settings.update(data["inputSettings"])

    def _scene(self, data: dict[str, Any]) -> dict[int, str]:
        if data["sceneName"] not in self.scenes:
            raise DeclinedError(600, f"No source was found by the name of `{data['sceneName']}`.")
        return self.scenes[data["sceneName"]]

    def _create_input(self, data: dict[str, Any]) -> dict[str, Any]:
        scene = self._scene(data)
        if data["inputName"] in self.inputs:
            raise DeclinedError(601, "A source already exists by that input name.")
        if data["inputKind"] not in self.kinds:
            raise DeclinedError(605, "Your specified input kind is not supported by OBS.")
        self.inputs[data["inputName"]] = FakeInput(data["inputKind"], dict(data["inputSettings"]))
        return {"sceneItemId": self._put(data["sceneName"], scene, data["inputName"])}

    def _put(self, scene_name: str, scene: dict[int, str], source: str) -> int:
        item, self._next_item = self._next_item, self._next_item + 1
        scene[item] = source
        plain = {
            "boundsType": "OBS_BOUNDS_NONE",
            "boundsWidth": 0.0,
            "boundsHeight": 0.0,
            "positionX": 0.0,
            "width": 1.0,
        }
        self.transforms[scene_name, item] = plain
        return item

    def _remove_input(self, data: dict[str, Any]) -> None:
        self._input(data)
        self.take_out(data["inputName"])

    def _create_scene_item(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"sceneItemId": self._put(data["sceneName"], self._scene(data), data["sourceName"])}

    def _get_scene_item_id(self, data: dict[str, Any]) -> dict[str, Any]:
        for item, source in self._scene(data).items():
            if source == data["sourceName"]:
                return {"sceneItemId": item}
        raise DeclinedError(600, "No scene items were found in the specified scene by that name or offset.")

    def _get_scene_item_list(self, data: dict[str, Any]) -> dict[str, Any]:
        scene = data["sceneName"]
        return {
            "sceneItems": [
                {"sceneItemId": item, "sourceName": source, "sceneItemTransform": self.transforms[scene, item]}
                for item, source in self._scene(data).items()
            ]
        }

    def _set_scene_item_transform(self, data: dict[str, Any]) -> None:
        transform = data["sceneItemTransform"]
        if transform.get("boundsWidth", 1.0) < 1.0:
            raise DeclinedError(402, "The field value of `boundsWidth` is below the minimum of `1.000000`")
        self.transforms[data["sceneName"], data["sceneItemId"]].update(transform)

    def _trigger_media_input_action(self, data: dict[str, Any]) -> None:
        self._input(data)

    def _get_input_audio_sync_offset(self, data: dict[str, Any]) -> dict[str, Any]:
        offset = self._input(data).offset
        if offset is None:
            raise DeclinedError(604, "The specified input does not support audio.")
        return {"inputAudioSyncOffset": offset}

    def _set_input_audio_sync_offset(self, data: dict[str, Any]) -> None:
        if not -950 <= data["inputAudioSyncOffset"] <= 20_000:
            raise DeclinedError(402, "out of range")
        self._input(data).offset = data["inputAudioSyncOffset"]

    def _get_virtual_cam_status(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.camera is None:
            raise DeclinedError(604, "VirtualCam is not available.")
        return {"outputActive": self.camera}

    def _start_virtual_cam(self, data: dict[str, Any]) -> None:
        self._turn_camera(True)

    def _stop_virtual_cam(self, data: dict[str, Any]) -> None:
        self._turn_camera(False)

    def _turn_camera(self, on: bool) -> None:
        if self.camera is None:
            raise DeclinedError(604, "VirtualCam is not available.")
        if self.camera_obeys:
            self.camera = on
            self.tell("VirtualcamStateChanged", outputActive=on, outputState="OBS_WEBSOCKET_OUTPUT_STARTED")


class _Client(threading.Thread):
    def __init__(self, channel: socket.socket, obs: FakeObs) -> None:
        super().__init__(daemon=True)
        self._channel = channel
        self._stream = channel.makefile("rb")
        self._obs = obs
        self._sending = threading.Lock()

    def cut_off(self) -> None:
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        self._channel.close()
        if self.is_alive():
            self.join(2)

    def run(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            self._shake_hands()
            if self._sign_in():
                while True:
                    self._serve(json.loads(self._receive()))

    def send(self, message: dict[str, Any]) -> None:
        self.send_text(json.dumps(message).encode())

    def send_text(self, text: bytes, opcode: int = 1) -> None:
        head = struct.pack("!BB", 0x80 | opcode, len(text)) if len(text) < 126 else b""
        if not head:
            head = struct.pack(
                "!BBH" if len(text) < 65536 else "!BBQ", 0x80 | opcode, 126 + (len(text) > 65535), len(text)
            )
        with self._sending, contextlib.suppress(OSError):
            self._channel.sendall(head + text)

    def _shake_hands(self) -> None:
        key = ""
        while (line := self._stream.readline().strip()) != b"":
            name, _, value = line.decode().partition(":")
            key = value.strip() if name.lower() == "sec-websocket-key" else key
        if not key:
            raise EOFError
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self._channel.sendall(f"{head}Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())

    def _sign_in(self) -> bool:
        hello: dict[str, Any] = {"obsWebSocketVersion": "5.3.0", "rpcVersion": 1}
        if self._obs.password:
            hello["authentication"] = {"challenge": CHALLENGE, "salt": SALT}
        self.send({"op": 0, "d": hello})
        given = json.loads(self._receive())["d"].get("authentication")
        if self._obs.password and given != expected_authentication(self._obs.password):
            self.send_text(struct.pack("!H", REFUSED) + b"Authentication failed.", 8)
            return False
        self.send({"op": 2, "d": {"negotiatedRpcVersion": 1}})
        return True

    def _serve(self, message: dict[str, Any]) -> None:
        asked = message["d"]
        name = asked["requestType"]
        status: dict[str, Any] = {"result": True, "code": 100}
        values = None
        try:
            values = self._obs.answer(name, asked.get("requestData") or {})
        except DeclinedError as error:
            status = {"result": False, "code": error.code, "comment": error.comment}
        if name in self._obs.silent:
            return
        answer = {"requestType": name, "requestId": asked["requestId"], "requestStatus": status}
        self.send({"op": 7, "d": answer if values is None else {**answer, "responseData": values}})

    def _receive(self) -> bytes:
        """One text message; ends on a close frame."""
        while True:
            first, second = self._exactly(2)
            length = second & 0x7F
            if length > 125:
                length = int.from_bytes(self._exactly(2 if length == 126 else 8), "big")
            mask = self._exactly(4)
            data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self._exactly(length)))
            if first & 0x0F == 8:
                raise EOFError
            if first & 0x0F == 1:
                return data

    def _exactly(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise EOFError
        return data


def expected_authentication(password: str) -> str:
    """As the protocol describes it."""
    secret = base64.b64encode(hashlib.sha256((password + SALT).encode()).digest()).decode()
    return base64.b64encode(hashlib.sha256((secret + CHALLENGE).encode()).digest()).decode()


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
