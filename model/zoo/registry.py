"""The models that Sanacam knows: files, licences, sizes and what each wants from the machine. Data, no torch."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property

from sanacam.model.errors import UserError
from sanacam.model.zoo.vram import HybridMemory, Memory, Packed, PixelMemory


@dataclass(frozen=True)
class Licence:
    """``name``, the page that holds the text, and what matters most in one sentence."""

    name: str
    url: str
    summary: str


@dataclass(frozen=True)
class ModelFile:
    """One file of a part.

    Attributes:
        path: inside the part's folder, with forward slashes.
        size: bytes; a rounded figure unless ``exact``. A download goes by what the server states.
        sha256: lower-case hex where it is known beforehand; else the first download records what the server states.
    """

    path: str
    size: int
    exact: bool = False
    sha256: str = ""


@dataclass(frozen=True)
class ModelPart:
    """Files that come from one place under one licence. Several models may share a part.

    Attributes:
        name: short name, and the folder in the store.
        role: ``dit``, ``vae``, ``text`` or ``mini``.
        repository: ``owner/name`` on a Hugging Face hub; empty when ``base_url`` is used.
        revision: branch or commit of the repository.
        remote_folder: where the files lie in the repository.
        base_url: a plain web folder instead of a repository.
    """

    name: str
    title: str
    role: str
    licence: Licence
    files: tuple[ModelFile, ...]
    repository: str = ""
    revision: str = "main"
    remote_folder: str = ""
    base_url: str = ""

    def remote_path(self, file: ModelFile) -> str:
        """Path of a file in the repository or under ``base_url``."""
        return f"{self.remote_folder}/{file.path}" if self.remote_folder else file.path

    @property
    def size(self) -> int:
        """Bytes of all files, as far as known."""
        return sum(file.size for file in self.files)

    @property
    def origin(self) -> str:
        """Where it comes from, for people."""
        return self.repository or self.base_url


@dataclass(frozen=True)
class ModelEntry:
    """One model.

    Attributes:
        parts, optional_parts: what a download brings, and what ``--with`` adds.
        native_width, native_height, native_fps: what it was trained for.
        chunk: how many frames it edits at once, in words.
        gpu: the card it wants, in words.
        memory: from which the need of graphics memory is computed.
        built_in: comes with the program.
        limitation: why this version cannot run it; empty when it can.
    """

    name: str
    title: str
    parts: tuple[ModelPart, ...]
    optional_parts: tuple[ModelPart, ...]
    native_width: int
    native_height: int
    native_fps: float
    chunk: str
    gpu: str
    memory: Memory
    built_in: bool = False
    limitation: str = ""

    @property
    def runnable(self) -> bool:
        """Whether this version can run it once its files are here."""
        return not self.limitation

    @cached_property
    def all_parts(self) -> tuple[ModelPart, ...]:
        """Required, then optional."""
        return self.parts + self.optional_parts

    def part(self, name: str) -> ModelPart:
        """A part by name.

        Raises:
            UserError: the model has no such part.
        """
        for part in self.all_parts:
            if part.name == name:
                return part
        names = ", ".join(part.name for part in self.all_parts)
        raise UserError(f"{self.name} has no part “{name}”.", f"Its parts: {names}.")

    def require_runnable(self) -> None:
        """Raise ``UserError`` with the reason when this version cannot run the model."""
        if self.limitation:
            raise UserError(f"{self.name}: {self.limitation}", "Use --model mini, which is built in.")


APACHE = Licence("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0", "Free for any use; keep the notices.")
SANA_WEIGHTS = Licence(
    "Apache-2.0",
    "https://huggingface.co/Efficient-Large-Model/SANA-Streaming",
    "As its repository is tagged: free for any use, keep the notices. Read that page before you rely on it.",
)
GEMMA_TERMS = Licence(
    "Gemma Terms of Use",
    "https://ai.google.dev/gemma/terms",
    "Use must follow Google's prohibited-use policy; the terms travel with the weights.",
)
LTX2_COMMUNITY = Licence(
    "LTX-2 Community License",
    "https://github.com/Lightricks/LTX-2/blob/main/LICENSE",
    "Free below 10 million USD of yearly revenue, paid above; some uses are excluded; models distilled from it count.",
)
LTX2_DERIVED = Licence(
    "LTX-2 Community License",
    "https://github.com/Lightricks/LTX-2/blob/main/LICENSE",
    "Derived from LTX-2, so its licence plausibly applies whatever the place of download says.",
)
TAEHV_LICENCE = Licence(
    "MIT, and plausibly the LTX-2 Community License",
    "https://github.com/madebyollin/taehv/blob/main/LICENSE",
    "MIT by its author; distilled from LTX-2, whose licence counts distilled models as derivatives.",
)

MINI_PART = ModelPart(
    "mini",
    "DiT, VAE and text encoder of mini",
    "mini",
    APACHE,
    (
        ModelFile("config.json", 1_100),
        ModelFile("dit.safetensors", 22_300_000),
        ModelFile("vae.safetensors", 11_300_000),
        ModelFile("text/config.json", 700),
        ModelFile("text/text.safetensors", 23_000_000),
        ModelFile("text/tokenizer.json", 470_000),
    ),
)
# bf16 checkpoints: two bytes a parameter, 300 × 2304 caption values included.
STREAMING_DIT = ModelPart(
    "sana-streaming-dit",
    "SANA-Streaming DiT",
    "dit",
    SANA_WEIGHTS,
    (ModelFile("sana_streaming_ar.pth", 4_520_000_000),),
    repository="Efficient-Large-Model/SANA-Streaming",
    remote_folder="dit",
)
BIDIRECTIONAL_DIT = ModelPart(
    "sana-bidirectional-dit",
    "SANA-Streaming bidirectional DiT",
    "dit",
    SANA_WEIGHTS,
    (ModelFile("sana_bidirectional_short.pth", 4_320_000_000),),
    repository="Efficient-Large-Model/SANA-Streaming_bidirectional",
    remote_folder="dit",
)
LTX2_VAE = ModelPart(
    "ltx2-vae",
    "LTX-2 video VAE",
    "vae",
    LTX2_COMMUNITY,
    (ModelFile("config.json", 2_000), ModelFile("diffusion_pytorch_model.safetensors", 2_445_000_000)),
    repository="Lightricks/LTX-2",
    remote_folder="vae",
)
# Size: what the repository's 9.5 GB leave beside the DiT, which is the VAE's parameter count in fp32.
LTX2_CAUSAL_VAE = ModelPart(
    "ltx2-causal-vae",
    "causal decoder for the LTX-2 VAE: no look-ahead, a third of the decoding work",
    "vae",
    LTX2_DERIVED,
    (ModelFile("config.json", 2_000), ModelFile("diffusion_pytorch_model.safetensors", 4_890_000_000)),
    repository="Efficient-Large-Model/SANA-Streaming",
    remote_folder="ltx2_causal_vae_0516",
)
TINY_VAE = ModelPart(
    "taeltx2",
    "tiny VAE (TAEHV) for LTX-2 latents: fast, softer picture",
    "vae",
    TAEHV_LICENCE,
    (ModelFile("taeltx_2.safetensors", 23_500_000),),
    base_url="https://github.com/madebyollin/taehv/raw/main/safetensors",
)
GEMMA = ModelPart(
    "gemma-2-2b-it",
    "Gemma 2 2B text encoder",
    "text",
    GEMMA_TERMS,
    (
        ModelFile("config.json", 881),
        ModelFile("generation_config.json", 187),
        ModelFile("model-00001-of-00002.safetensors", 4_990_000_000),
        ModelFile("model-00002-of-00002.safetensors", 241_000_000),
        ModelFile("model.safetensors.index.json", 24_200),
        ModelFile("special_tokens_map.json", 636),
        ModelFile("tokenizer.json", 17_500_000),
        ModelFile("tokenizer.model", 4_240_000),
        ModelFile("tokenizer_config.json", 47_000),
    ),
    repository="Efficient-Large-Model/gemma-2-2b-it",
    revision="569d9809d0c8b6722d4d31b5a77a2ec7a400650a",
)

MODELS: tuple[ModelEntry, ...] = (
    ModelEntry(
        "mini",
        "small embedded model, trained by this project",
        (MINI_PART,),
        (),
        320,
        176,
        24.0,
        "4 frames",
        "none: runs on a processor; any CUDA card makes it faster",
        PixelMemory(parameters=16_800_000, fp32_bytes_per_pixel=2000),
        built_in=True,
    ),
    ModelEntry(
        "sana-streaming-2b",
        "SANA-Streaming 2B: edits streams of any length",
        (STREAMING_DIT, LTX2_VAE, GEMMA),
        (LTX2_CAUSAL_VAE, TINY_VAE),
        1280,
        704,
        16.0,
        "24 frames (3 latent frames)",
        "NVIDIA with bf16 (Ampere or newer) and 16 GB; for live speed an RTX 5090 or a data-centre card",
        HybridMemory(parameters=2_159_177_648, fp8=Packed("fp8", 1_505_280_000)),
    ),
    ModelEntry(
        "sana-bidirectional-2b",
        "SANA-Streaming bidirectional 2B: best quality, for files only",
        (BIDIRECTIONAL_DIT, LTX2_VAE, GEMMA),
        (TINY_VAE,),
        1280,
        704,
        16.0,
        "81 frames at once (11 latent frames), 50 steps with guidance",
        "NVIDIA with bf16 (Ampere or newer) and 24 GB",
        HybridMemory(parameters=2_159_177_648, prompts=2, chunk_latents=11, window_latents=0),
    ),
)


def find_model(name: str) -> ModelEntry | None:
    """The model of this name, or None."""
    return next((entry for entry in MODELS if entry.name == name), None)


def get_model(name: str) -> ModelEntry:
    """The model of this name.

    Raises:
        UserError: there is none; near names are listed.
    """
    entry = find_model(name)
    if entry is None:
        names = [entry.name for entry in MODELS]
        near = difflib.get_close_matches(name, names, n=2)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Models: {', '.join(names)}."
        raise UserError(f"There is no model called “{name}”.", hint)
    return entry
