"""From settings to a loaded model that edits: where the device and the number format are chosen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from sanacam.app.memory import available_bytes, check_picture_memory
from sanacam.app.settings import ModelSettings
from sanacam.model.errors import UserError
from sanacam.model.zoo.registry import find_model

if TYPE_CHECKING:
    import torch

    from sanacam.model.clip_editor import ClipEditor
    from sanacam.model.precision import Precision
    from sanacam.model.stream import StreamEditor
    from sanacam.model.zoo import BundleConfig, ModelBundle
    from sanacam.model.zoo.vram import Running

log = logging.getLogger(__name__)

# Peak above the weights for one chunk of `mini` in fp32, measured on a CPU: 1,950 at 320×176, 1,320 at 1280×720.
FP32_BYTES_PER_PIXEL = 2000


def choose_device(wish: str) -> torch.device:
    """The device that ``wish`` (``auto``, ``cpu``, ``cuda``, ``cuda:N``, ``mps``) stands for on this machine.

    ``auto`` takes the first CUDA card, else the CPU.

    Raises:
        UserError: the wished device is not there. It is never replaced by another one silently.
    """
    import torch

    if wish == "auto":
        return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    if wish.startswith("cuda"):
        index = int(wish.partition(":")[2] or 0)
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if index >= count:
            found = (
                f"This machine has {count} CUDA card{'s' if count != 1 else ''} that PyTorch can use"
                if count
                else "No CUDA card can be used"
            )
            raise UserError(f"{found}, so {wish} is not available.", "Use --device cpu, and see `sanacam doctor`.")
        return torch.device("cuda", index)
    if wish == "mps" and not torch.backends.mps.is_available():
        raise UserError("This machine has no Metal device that PyTorch can use.", "Use --device cpu.")
    return torch.device(wish)


def native_size(name: str) -> tuple[int, int] | None:
    """(width, height) that a downloaded model was trained for and works well at only; None for others."""
    entry = find_model(name)
    return None if entry is None or entry.built_in else (entry.native_width, entry.native_height)


def precision_of(settings: ModelSettings) -> Precision:
    """The number formats that the settings mean for their model on this machine, known before anything is loaded.

    Raises:
        UserError: no such model or policy, the policy does not fit the model, or the device lacks a format.
    """
    from sanacam.model.precision import choose_precision, choose_whole

    config, device = _config_of(settings.name), choose_device(settings.device)
    if config.sampler == "clip":
        return choose_whole(settings.precision, device, config.name)
    return choose_precision(settings.precision, device, config.name, config.dit)


def _config_of(name: str) -> BundleConfig:
    from sanacam.model.zoo.model_files import find_files
    from sanacam.model.zoo.released_models import RELEASED_MODELS

    return RELEASED_MODELS.get(name) or find_files(name).config


def check_room(settings: ModelSettings, width: int, height: int) -> None:
    """Refuse pictures of ``width`` × ``height`` that the chosen device has no memory for.

    Raises:
        UserError: with the nearest that would fit; see also :func:`precision_of`.
    """
    import torch

    from sanacam.model.zoo.fits import check_fits

    device = choose_device(settings.device)
    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else available_bytes()
    precision = precision_of(settings)
    entry = find_model(settings.name)
    if entry is None or entry.built_in:
        check_picture_memory(width, height, FP32_BYTES_PER_PIXEL * precision.dtype.itemsize // 4, free)
    else:
        check_fits(entry, running_of(settings, precision, width, height), free)


def running_of(settings: ModelSettings, precision: Precision, width: int, height: int) -> Running:
    """How the settings run a downloaded model, for the estimate of its memory."""
    import torch

    from sanacam.model.quantisation.layers import saved_bytes
    from sanacam.model.zoo.vram import Decoder, Packed, Running, TextPlace

    on_card = choose_device(settings.device).type == "cuda"
    saved = saved_bytes(_config_of(settings.name).dit, precision.formats)
    return Running(
        width,
        height,
        "bf16" if precision.dtype == torch.bfloat16 else "fp32",
        "tiny" if settings.encoder == "tiny" else "full",
        cast(Decoder, "window" if settings.decoder == "auto" else settings.decoder),
        cast(TextPlace, ("card" if on_card else "cpu") if settings.text == "auto" else settings.text),
        Packed(precision.name, saved) if saved else None,
    )


def load_editor(settings: ModelSettings, size: tuple[int, int] | None = None) -> StreamEditor:
    """Load the model and return an editor of streams, ready for ``set_prompt``. Takes a second or more.

    Args:
        size: (width, height) of the pictures to come, if known; otherwise a large model is taken to run at its native
            size, and `mini` refuses pictures that there is no memory for when they come.

    Raises:
        UserError: unknown or damaged model, one for whole clips, device not there, not enough memory.
    """
    from sanacam.model.stream import check_streams
    from sanacam.model.zoo.released_models import RELEASED_MODELS

    if settings.name in RELEASED_MODELS:
        check_streams(RELEASED_MODELS[settings.name])
    expected = size or native_size(settings.name)
    if expected is not None:
        check_room(settings, *expected)
    precision = precision_of(settings)

    def admit(width: int, height: int) -> None:
        if expected is None:
            check_room(settings, width, height)

    return _stream_editor(settings, _load(settings, precision), precision, admit)


def load_file_editor(
    settings: ModelSettings, width: int, height: int, on_step: Callable[[int, int], None] = lambda done, steps: None
) -> StreamEditor | ClipEditor:
    """Load the model and return the editor for files that suits it.

    Args:
        on_step: hears of each step of a model for whole clips; see :class:`~sanacam.model.clip_editor.ClipEditor`.

    Raises:
        UserError: unknown or damaged model, device not there, not enough memory.
    """
    from sanacam.model.clip_editor import ClipEditor

    check_room(settings, width, height)
    precision = precision_of(settings)
    bundle = _load(settings, precision)
    if bundle.config.sampler == "clip":
        device, steps = choose_device(settings.device), settings.steps or None
        return ClipEditor(bundle, device, precision.name, steps=steps, seed=settings.seed, on_step=on_step)
    return _stream_editor(settings, bundle, precision)


def _stream_editor(
    settings: ModelSettings,
    bundle: ModelBundle,
    precision: Precision,
    admit: Callable[[int, int], None] = lambda width, height: None,
) -> StreamEditor:
    """On its device, in its number formats; packed weights are read or stored."""
    from sanacam.model.placement import place
    from sanacam.model.stream import StreamEditor

    device = choose_device(settings.device)
    packed = place(bundle, device, precision, keep=True)
    log.info("number formats: %s%s", precision, f"; {packed}" if packed else "")
    return StreamEditor(bundle, device, precision, steps=settings.steps or None, seed=settings.seed, admit=admit)


def _load(settings: ModelSettings, precision: Precision) -> ModelBundle:
    """The model, with the adapters of the user's presets at hand."""
    from sanacam.app.presets import user_presets
    from sanacam.model.zoo import load_bundle

    device = choose_device(settings.device)
    bundle = load_bundle(
        settings.name,
        # weights that will be packed are best left in their file until then
        "cpu" if precision.narrow else device,
        precision.dtype,
        encoder=None if settings.encoder == "auto" else settings.encoder,
        decoder=None if settings.decoder == "auto" else settings.decoder,
        text_device="cpu" if settings.text == "cpu" else device,
        text_precision="int8" if settings.text == "card-8bit" else "bf16",
        text_kept=settings.text == "card-kept",
    )
    for preset in user_presets():
        if (file := preset.adapter_file()) is not None:
            bundle.adapters.add_file(preset.prompt, file)
    return bundle
