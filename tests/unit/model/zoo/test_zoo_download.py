"""Downloads over HTTP from a server on this machine: resumed, checked, refused with a sentence."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import huggingface_hub
import pytest

from sanacam.model.errors import UserError
from sanacam.model.zoo.download import TRIES, Download, Progress, ProgressMeter, StoppedError
from sanacam.model.zoo.hub import ConnectionLostError, HubServer, TransferError, hub_address
from sanacam.model.zoo.registry import ModelFile, ModelPart, get_model
from sanacam.model.zoo.store import ModelStore
from sanacam.model.zoo.verify import verify_model

ENTRY = get_model("sana-streaming-2b")
DIT, VAE, GEMMA = ENTRY.parts
DIT_KEY = "Efficient-Large-Model/SANA-Streaming/dit/sana_streaming_ar.pth"


def fetch(store: ModelStore, hub, parts=(DIT,), **options) -> int:
    return Download(store, HubServer(hub.url), sleep=options.pop("sleep", lambda s: None), **options).run(parts)


def content(store: ModelStore, part: ModelPart, file: ModelFile) -> bytes:
    return (store.part_folder(part) / file.path).read_bytes()


def test_a_whole_model_arrives_with_its_hashes(store: ModelStore, hub) -> None:
    seen: list[Progress] = []
    fetched = fetch(store, hub, ENTRY.parts, on_progress=seen.append)
    assert fetched == sum(map(len, hub.files.values())) == hub.sent
    assert store.state(ENTRY) == "installed"
    for part in ENTRY.parts:
        for file in part.files:
            expected = hub.files[f"{part.repository}/{part.remote_path(file)}"]
            assert content(store, part, file) == expected
            assert store.manifest(part)[file.path].sha256 == hashlib.sha256(expected).hexdigest()
    assert seen[-1].done == seen[-1].total == fetched
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert {finding.state for finding in verify_model(store, ENTRY)} == {"ok"}
    assert store.require_installed(ENTRY)["vae"] == store.part_folder(VAE)
    assert not list(store.root.glob("incoming/**/*.part*"))
    hub.requests.clear()
    assert fetch(store, hub, ENTRY.parts) == 0
    assert hub.requests == []


def test_a_process_killed_in_the_middle_goes_on_where_it_was(store: ModelStore, hub) -> None:
    hub.pause_s = 0.05
    command = [sys.executable, "-m", "sanacam.app", "models", "download", ENTRY.name, "--accept-licence"]
    environment = {**os.environ, "SANACAM_MODELS_DIR": str(store.root)}
    process = subprocess.Popen(
        [*command, "--mirror", hub.url], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    partial = store.incoming_folder(DIT) / "sana_streaming_ar.pth.part"
    wait_for(lambda: partial.exists() and partial.stat().st_size > 500_000)
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait(20)
    kept = partial.stat().st_size
    assert store.part_state(DIT) == "partial"
    hub.requests.clear()
    hub.pause_s = 0.0
    total = len(hub.files[DIT_KEY])
    assert fetch(store, hub) == total - kept
    assert hub.gets() == [(DIT_KEY, f"bytes={kept}-")]
    assert content(store, DIT, DIT.files[0]) == hub.files[DIT_KEY]


def test_a_line_that_drops_is_taken_up_again_by_itself(store: ModelStore, hub) -> None:
    hub.break_after = [700_000, 300_000, 0]
    waits: list[float] = []
    fetch(store, hub, sleep=waits.append)
    assert content(store, DIT, DIT.files[0]) == hub.files[DIT_KEY]
    assert [span for _, span in hub.gets()] == ["", "bytes=700000-", "bytes=1000000-", "bytes=1000000-"]
    assert waits


def test_a_line_that_stays_dead_ends_in_a_sentence_and_keeps_what_came(store: ModelStore, hub) -> None:
    hub.break_after = [700_000] + [0] * (TRIES + 1)
    with pytest.raises(ConnectionLostError, match="same command again"):
        fetch(store, hub)
    assert store.partial_bytes(DIT) == 700_000
    assert store.part_state(DIT) == "partial"
    hub.break_after = []
    assert fetch(store, hub) == len(hub.files[DIT_KEY]) - 700_000


def test_a_server_that_cannot_continue_starts_over(store: ModelStore, hub) -> None:
    hub.break_after = [700_000]
    hub.ignore_range = True
    seen: list[Progress] = []
    fetch(store, hub, on_progress=seen.append)
    assert content(store, DIT, DIT.files[0]) == hub.files[DIT_KEY]
    assert seen[-1].done == seen[-1].total == len(hub.files[DIT_KEY])


def test_parts_of_another_version_are_not_continued(store: ModelStore, hub) -> None:
    hub.break_after = [700_000] + [0] * (TRIES + 1)
    with pytest.raises(ConnectionLostError):
        fetch(store, hub)
    hub.break_after = []
    hub.files[DIT_KEY] = hub.files[DIT_KEY][:4] + b"other" + hub.files[DIT_KEY][9:]
    assert fetch(store, hub) == len(hub.files[DIT_KEY])
    assert content(store, DIT, DIT.files[0]) == hub.files[DIT_KEY]


def test_a_file_with_a_wrong_hash_is_thrown_away(store: ModelStore, hub) -> None:
    hub.wrong_etags = {DIT_KEY}
    with pytest.raises(TransferError, match=r"arrived damaged \(its SHA-256 .* thrown away"):
        fetch(store, hub)
    assert store.part_state(DIT) == "absent"
    assert not (store.part_folder(DIT) / DIT.files[0].path).exists()
    assert not list(store.root.glob("incoming/**/*.part"))


def test_small_files_are_checked_by_their_git_id(store: ModelStore, hub, monkeypatch) -> None:
    key = "Lightricks/LTX-2/vae/config.json"
    good = HubServer(hub.url).describe(VAE, VAE.files[0])
    assert good.digest is not None
    assert good.digest.kind == "git"
    hub.files[key] = b'{"decoder_causal": trUe }'
    server = HubServer(hub.url)
    monkeypatch.setattr(server, "describe", lambda part, file: good)
    part = ModelPart("x", "x", "vae", VAE.licence, (VAE.files[0],), repository="a/b")
    with pytest.raises(TransferError, match="checksum"):
        Download(store, server).run([part])


def test_a_hash_that_is_known_beforehand_beats_the_server(store: ModelStore, hub) -> None:
    part = ModelPart(
        "known", "known", "dit", DIT.licence, (ModelFile("sana_streaming_ar.pth", 1, sha256="a" * 64),),
        repository=DIT.repository, remote_folder="dit",
    )  # fmt: skip
    with pytest.raises(TransferError, match="should be aaaaaaaaaaaa"):
        fetch(store, hub, (part,))


def test_a_page_instead_of_weights_is_thrown_away(store: ModelStore, hub) -> None:
    hub.files[DIT_KEY] = b"<html>please log in</html>" * 100
    with pytest.raises(TransferError, match="not a PyTorch checkpoint"):
        fetch(store, hub)


def test_too_small_a_disk_is_refused_before_anything_is_fetched(store: ModelStore, hub, monkeypatch) -> None:
    usage = shutil.disk_usage(store.root.parent)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage._replace(free=200_500_000))
    with pytest.raises(UserError, match="SANACAM_MODELS_DIR") as refusal:
        fetch(store, hub)
    assert not isinstance(refusal.value, TransferError)
    assert hub.gets() == []


def test_a_disk_that_fills_up_meanwhile_keeps_what_came(store: ModelStore, hub, monkeypatch) -> None:
    full = OSError(28, "No space left on device")

    def no_room(descriptor: int) -> None:
        raise full

    monkeypatch.setattr("os.fsync", no_room)
    with pytest.raises(TransferError, match="is full; what has arrived is kept"):
        fetch(store, hub)
    assert store.partial_bytes(DIT) == len(hub.files[DIT_KEY])


def test_without_a_network_there_is_one_line_and_a_way_out(store: ModelStore) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(ConnectionLostError) as refusal:
        Download(store, HubServer(address)).run([DIT])
    assert refusal.value.message.startswith(f"There is no connection to {address}")
    assert "\n" not in str(refusal.value)
    assert "models import" in refusal.value.hint


def test_offline_mode_of_the_hub_library_is_explained(store: ModelStore, hub, monkeypatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(TransferError, match="HF_HUB_OFFLINE"):
        fetch(store, hub)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "GatedRepo", "accept its terms"),
        (401, "GatedRepo", "HF_TOKEN"),
        (404, "EntryNotFound", "newer version"),
        (503, "", "again later"),
    ],
)
def test_refusals_say_what_to_do(store: ModelStore, hub, status: int, code: str, words: str) -> None:
    hub.status = {DIT_KEY: (status, code)}
    with pytest.raises(TransferError, match=words):
        fetch(store, hub)


def test_a_mirror_named_by_hand_gets_no_token_and_one_from_the_environment_does(
    store: ModelStore, hub, monkeypatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch(store, hub)
    assert set(hub.tokens) == {""}
    monkeypatch.setenv("HF_ENDPOINT", hub.url + "/")
    HubServer().describe(DIT, DIT.files[0])
    assert hub.tokens[-1] == "Bearer hf_secret"


def test_the_address_of_the_hub(monkeypatch) -> None:
    assert hub_address() == "https://huggingface.co"
    monkeypatch.setenv("HF_ENDPOINT", "https://a.example/")
    assert hub_address() == "https://a.example"
    assert hub_address("http://b.example") == "http://b.example"
    with pytest.raises(UserError, match="mirror"):
        hub_address("b.example")


def test_a_plain_web_folder_serves_too(store: ModelStore, hub, released: Path) -> None:
    hub.files["some/where/taeltx_2.safetensors"] = (released / "taehv/safetensors/taeltx_2.safetensors").read_bytes()
    tiny = ENTRY.part("taeltx2")
    part = ModelPart("tiny", "tiny", "vae", tiny.licence, tiny.files, base_url=f"{hub.url}/some/where")
    fetch(store, hub, (part,))
    assert store.part_state(part) == "installed"


def test_a_request_to_stop_keeps_what_came(store: ModelStore, hub) -> None:
    done: list[int] = []
    with pytest.raises(StoppedError):
        fetch(store, hub, on_progress=lambda p: done.append(p.done), stopped=lambda: bool(done) and done[-1] > 600_000)
    assert 600_000 < store.partial_bytes(DIT) < len(hub.files[DIT_KEY])


def test_a_second_download_at_the_same_time_is_refused(store: ModelStore) -> None:
    with store.lock(), pytest.raises(UserError, match="Another Sanacam"), ModelStore(store.root).lock():
        pass
    with store.lock():
        pass


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, hub) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be written"):
        fetch(ModelStore(tmp_path / "file" / "models"), hub)


def test_speed_counts_what_came_of_late_and_not_what_was_here() -> None:
    now, seen = [0.0], []
    meter = ProgressMeter(10_000, seen.append, clock=lambda: now[0])
    meter.here_already(5000)
    assert seen[-1].seconds_left is None
    for _ in range(4):
        now[0] += 1.0
        meter.received(500)
    assert seen[-1] == Progress("", 7000, 10_000, 500.0, 6.0)


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
