"""`sanacam models …`: what it prints, its exit codes and its JSON. Files come from a server in memory."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sanacam.app.cli import main
from sanacam.app.models_text import bytes_text
from sanacam.model.zoo.file_check import Digest
from sanacam.model.zoo.hub import Body, ConnectionLostError, RemoteFile
from sanacam.model.zoo.registry import ModelFile, ModelPart, get_model
from sanacam.model.zoo.store import ModelStore

NAME = "sana-streaming-2b"
ENTRY = get_model(NAME)


def stand_in(path: str) -> bytes:
    """Small content of the right form for a model file."""
    if path.endswith(".safetensors"):
        header = b'{"w":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}'
        return len(header).to_bytes(8, "little") + header + path[:9].encode()
    if path.endswith(".pth"):
        return b"PK\x03\x04" + path.encode() + b"PK\x05\x06" + bytes(18)
    return path.encode()


class MemoryServer:
    """A `FileServer` that has every file; `down` makes it unreachable."""

    down = False
    mirrors: list[str]

    def __init__(self, mirror: str = "") -> None:
        self.mirrors.append(mirror)

    def describe(self, part: ModelPart, file: ModelFile) -> RemoteFile:
        if self.down:
            raise ConnectionLostError("There is no connection to the hub.", "Use `sanacam models import`.")
        content = stand_in(file.path)
        digest = Digest("sha256", hashlib.sha256(content).hexdigest())
        return RemoteFile(f"memory:{part.name}/{file.path}", len(content), digest, "c0ffee")

    @contextmanager
    def read(self, remote: RemoteFile, offset: int) -> Iterator[Body]:
        content = stand_in(remote.url.partition("/")[2])
        yield Body(offset, iter([content[offset:]]))


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder and a server in memory."""
    folder = tmp_path / "models"
    monkeypatch.setenv("SANACAM_MODELS_DIR", str(folder))
    monkeypatch.setattr(MemoryServer, "mirrors", [], raising=False)
    monkeypatch.setattr("sanacam.model.zoo.hub.HubServer", MemoryServer)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with the files of the required parts."""
    for part in ENTRY.parts:
        for file in part.files:
            path = tmp_path / "elsewhere" / part.repository / part.remote_path(file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(stand_in(file.path))
    return tmp_path / "elsewhere"


def download(*more: str) -> int:
    return main(["models", "download", NAME, "--accept-licence", *more])


def answer_of(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_the_list_says_what_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    text = capsys.readouterr().out
    assert "built in" in text
    assert text.count("not downloaded") == 2
    assert main(["models", "list", "--json"]) == 0
    entries = {entry["name"]: entry for entry in answer_of(capsys)["models"]}
    assert set(entries) == {"mini", NAME, "sana-bidirectional-2b"}
    assert entries["mini"]["runnable"]
    assert entries["mini"]["on_disk"] > 10_000_000
    assert entries[NAME]["runnable"]
    assert not entries[NAME]["limitation"]


def test_listing_is_quick_and_needs_no_torch() -> None:
    script = (
        "import sys\n"
        "from sanacam.app.cli import main\n"
        "main(['models', 'list'])\n"
        "heavy = {'torch', 'numpy', 'huggingface_hub', 'av'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    times = []
    for _ in range(2):
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
        times.append(time.monotonic() - started)
        assert done.returncode == 0, done.stderr
    # 0.2 s on an idle machine; the limit leaves room for a busy one
    assert min(times) < 2.0


def test_show_states_files_licences_memory_and_the_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "show", NAME]) == 0
    text = capsys.readouterr().out
    for words in (
        "Efficient-Large-Model/SANA-Streaming",
        "4.52 GB  sana_streaming_ar.pth",
        "LTX-2 Community License <https://",
        "Gemma Terms of Use <https://",
        "1280×704 at 16 frames a second",
        "24 frames (3 latent frames)",
        "11.6 GB  1280×704 in bf16",
        "--with taeltx2",
        "NVIDIA",
    ):
        assert words in text
    assert main(["models", "show", NAME, "--json"]) == 0
    memory = answer_of(capsys)["memory"][0]
    assert memory["bytes"] == ENTRY.memory.footprint(_native()).total


def _native():
    from sanacam.model.zoo.vram import Running

    return Running(1280, 704)


def test_a_download_asks_for_the_licences_first(capsys: pytest.CaptureFixture[str], models: Path) -> None:
    for more in ([], ["--json"]):
        assert main(["models", "download", NAME, *more]) == 2
        printed = capsys.readouterr()
        assert "https://ai.google.dev/gemma/terms" in printed.err
        assert "--accept-licence" in printed.err
    assert "error" in json.loads(printed.out)
    assert not models.exists()


@pytest.mark.parametrize(("reply", "code"), [("y\n", 0), ("yes\n", 0), ("n\n", 2), ("", 2)])
def test_a_person_may_say_yes_or_no(reply: str, code: int, monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    class Keyboard:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return reply

    monkeypatch.setattr("sys.stdin", Keyboard())
    assert main(["models", "download", NAME]) == code
    assert models.exists() == (code == 0)


def test_a_download_brings_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert download("--mirror", "https://mirror.example") == 0
    printed = capsys.readouterr()
    assert "downloaded" in printed.out
    assert MemoryServer.mirrors == ["https://mirror.example"]
    assert ModelStore().state(ENTRY) == "installed"
    assert download() == 0
    assert "all here already" in capsys.readouterr().out
    assert download("--with", "taeltx2", "--json") == 0
    answer = answer_of(capsys)
    assert answer["state"] == "installed"
    assert answer["fetched"] == len(stand_in("taeltx_2.safetensors"))
    assert main(["models", "list"]) == 0
    assert "downloaded" in capsys.readouterr().out


def test_a_transfer_that_fails_ends_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(MemoryServer, "down", True)
    assert download("--json") == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"]["hint"] == "Use `sanacam models import`."
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    "words",
    [
        ["download", "mini"],
        ["import", "mini", "."],
        ["remove", "mini"],
        ["show", "sana"],
        ["verify", NAME],
        ["remove", NAME],
        ["download", NAME, "--accept-licence", "--with", "nothing"],
        ["import", NAME, "no/such/folder"],
        ["import", NAME, ".", "--part", "nothing"],
        ["where", "sana"],
        ["explode"],
        [],
    ],
)
def test_bad_input_is_a_sentence_and_2(words: list[str], capsys: pytest.CaptureFixture[str], models: Path) -> None:
    assert main(["models", *words]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("sanacam: ")
    assert not models.exists()


def test_import_verify_where_and_remove(capsys: pytest.CaptureFixture[str], elsewhere: Path, models: Path) -> None:
    assert main(["models", "import", NAME, str(elsewhere / "Lightricks"), "--json"]) == 0
    assert len(answer_of(capsys)["missing"]) == 2
    assert main(["models", "import", NAME, str(elsewhere)]) == 0
    assert "Took over 12 files (linked)" in capsys.readouterr().out
    assert main(["models", "verify", NAME]) == 0
    capsys.readouterr()

    assert main(["models", "where"]) == 0
    assert capsys.readouterr().out.strip() == str(models)
    assert main(["models", "where", NAME, "--json"]) == 0
    folder = Path(answer_of(capsys)["parts"]["ltx2-vae"])
    weights = folder / "diffusion_pytorch_model.safetensors"
    content = weights.read_bytes()
    weights.unlink()
    weights.write_bytes(content[:-1] + b"?")

    assert main(["models", "verify", NAME, "--json"]) == 1
    report = answer_of(capsys)
    assert not report["ok"]
    assert [file["path"] for file in report["files"] if file["state"] == "damaged"] == [weights.name]
    assert download() == 0
    assert weights.read_bytes() == content
    assert main(["models", "verify", NAME]) == 0
    capsys.readouterr()

    assert main(["models", "remove", NAME]) == 0
    assert "freed" in capsys.readouterr().out
    assert ModelStore().state(ENTRY) == "absent"
    assert (elsewhere / "Lightricks/LTX-2/vae/config.json").exists()


def test_a_file_that_cannot_be_read_is_a_sentence(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(path: Path, *rest: object) -> str:
        raise OSError(5, "Input/output error", str(path))

    assert main(["models", "import", NAME, str(elsewhere)]) == 0
    manifest = ModelStore().manifest(ENTRY.parts[0])
    monkeypatch.setattr("sanacam.model.zoo.verify.sha256_of", unreadable)
    monkeypatch.setattr("sanacam.model.zoo.folder_import.broken_weights", unreadable)
    for words in (["verify", NAME], ["import", NAME, str(elsewhere)]):
        capsys.readouterr()
        assert main(["models", *words]) == 2
        assert "cannot be used: Input/output error" in capsys.readouterr().err
    assert ModelStore().manifest(ENTRY.parts[0]) == manifest, "what could not be read is not called damaged"


def test_asking_to_run_it_without_its_files_says_how_to_get_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sanacam.app.editor_loading.available_bytes", lambda: None)
    clip = Path(__file__).resolve().parents[2] / "data" / "clips" / "cli_city_night.mp4"
    out = tmp_path / "out.mp4"
    assert main(["edit", str(clip), "-p", "snow", "-o", str(out), "--model", NAME]) == 2
    assert f"models download {NAME}" in capsys.readouterr().err
    assert not out.exists()


def test_asking_to_run_it_where_it_does_not_fit_names_what_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sanacam.app.editor_loading.available_bytes", lambda: 12_000_000_000)
    clip = Path(__file__).resolve().parents[2] / "data" / "clips" / "cli_city_night.mp4"
    words = ["edit", str(clip), "-p", "snow", "-o", str(tmp_path / "out.mp4"), "--model", NAME, "--device", "cpu"]
    assert main([*words, "--precision", "fp32"]) == 2
    shown = capsys.readouterr().err
    assert "12.0 GB are free" in shown
    assert "The nearest that fits: 1252×704 in bf16" in shown


@pytest.mark.parametrize(
    ("count", "text"),
    [(881, "881 bytes"), (24_200, "24.2 kB"), (17_500_000, "17.5 MB"), (4_520_000_000, "4.52 GB"), (12.2e9, "12.2 GB")],
)
def test_sizes_read_well(count: int, text: str) -> None:
    assert bytes_text(int(count)) == text
