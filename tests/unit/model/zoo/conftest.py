"""A server on 127.0.0.1 that speaks the little of a hub's interface that downloads need, and can misbehave."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sanacam.model.zoo.store import ModelStore

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def safetensors_bytes(size: int, seed: int = 0) -> bytes:
    """A valid safetensors file with one tensor of `size` bytes."""
    header = json.dumps({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    body = hashlib.shake_128(bytes([seed])).digest(size)
    return len(header).to_bytes(8, "little") + header + body


def checkpoint_bytes(size: int, seed: int = 1) -> bytes:
    """What a .pth looks like from outside: a zip archive."""
    return b"PK\x03\x04" + hashlib.shake_128(bytes([seed])).digest(size) + b"PK\x05\x06" + bytes(18)


def released_files() -> dict[str, bytes]:
    """Small stand-ins under the real paths of the streaming model's required parts."""
    gemma = "Efficient-Large-Model/gemma-2-2b-it"
    names = (
        "config.json",
        "generation_config.json",
        "model.safetensors.index.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
    )
    return {
        "Efficient-Large-Model/SANA-Streaming/dit/sana_streaming_ar.pth": checkpoint_bytes(3_000_000),
        "Lightricks/LTX-2/vae/config.json": b'{"decoder_causal": false}',
        "Lightricks/LTX-2/vae/diffusion_pytorch_model.safetensors": safetensors_bytes(200_000, 2),
        f"{gemma}/model-00001-of-00002.safetensors": safetensors_bytes(100_000, 3),
        f"{gemma}/model-00002-of-00002.safetensors": safetensors_bytes(50_000, 4),
        **{f"{gemma}/{name}": f'{{"file": "{name}"}}'.encode() for name in names},
    }


class FakeHub:
    """Serves `files` by `owner/name/path`.

    Attributes to set: `break_after` (bytes after which the line drops, once for each entry), `pause_s` (between
    blocks of 64 kB), `ignore_range`, `wrong_etags` (paths), `status` (path → HTTP status).
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.break_after: list[int] = []
        self.pause_s = 0.0
        self.ignore_range = False
        self.wrong_etags: set[str] = set()
        self.status: dict[str, tuple[int, str]] = {}
        self.requests: list[tuple[str, str, str]] = []
        self.tokens: list[str] = []
        self.sent = 0
        self.url = ""

    def gets(self) -> list[tuple[str, str]]:
        """(path, Range) of each GET."""
        return [(path, span) for method, path, span in self.requests if method == "GET"]


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """Run `hub` in a thread."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: object) -> None:
            """Keep quiet."""

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            repository, _, rest = self.path.lstrip("/").partition("/resolve/")
            key = f"{repository}/{rest.partition('/')[2]}" if rest else self.path.lstrip("/")
            hub.requests.append((self.command, key, self.headers.get("Range", "")))
            hub.tokens.append(self.headers.get("Authorization", ""))
            if key in hub.status or key not in hub.files:
                status, code = hub.status.get(key, (404, "EntryNotFound"))
                self.send_response(status)
                self.send_header("X-Error-Code", code)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content = hub.files[key]
            span = self.headers.get("Range", "")
            start = int(span.removeprefix("bytes=").rstrip("-")) if span and not hub.ignore_range else 0
            self.send_response(206 if start else 200)
            if rest:
                self.send_header("X-Repo-Commit", COMMIT)
                self.send_header("X-Linked-Size", str(len(content)))
            self.send_header("ETag", f'"{self._etag(key, content)}"')
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if with_body:
                self._send(content[start:])

        def _etag(self, key: str, content: bytes) -> str:
            if key in hub.wrong_etags:
                return "f" * 64
            if key.endswith(".json"):
                return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            return hashlib.sha256(content).hexdigest()

        def _send(self, body: bytes) -> None:
            limit = hub.break_after.pop(0) if hub.break_after and len(body) > 100_000 else len(body)
            try:
                for start in range(0, limit, 65536):
                    block = body[start : min(start + 65536, limit)]
                    self.wfile.write(block)
                    hub.sent += len(block)
                    if hub.pause_s:
                        time.sleep(hub.pause_s)
                self.wfile.flush()
            except OSError:
                # the client was killed, as some tests do
                self.close_connection = True
            if limit < len(body):
                self.close_connection = True

    return Handler


@pytest.fixture(autouse=True)
def no_outside_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, no hub by default, no token of the person who runs this."""
    for variable in ("HF_ENDPOINT", "HF_TOKEN", "SANACAM_MODELS_DIR"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A running server with stand-ins for the released files."""
    with serving(FakeHub(released_files())) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """An empty models folder."""
    return ModelStore(tmp_path / "models")


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The stand-ins on disk, in folders as `hf download --local-dir` leaves them, plus the tiny VAE."""
    root = tmp_path / "elsewhere"
    files = {**released_files(), "taehv/safetensors/taeltx_2.safetensors": safetensors_bytes(1000, 9)}
    for key, content in files.items():
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root
