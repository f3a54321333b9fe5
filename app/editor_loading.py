"""From settings to a loaded model that edits: where the device and the number format are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanacam.app.memory import available_bytes, check_picture_memory
from sanacam.app.settings import ModelSettings
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    import torch

    from sanacam.model.stream import StreamEditor

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


def check_room(settings: ModelSettings, width: int, height: int) -> None:
    """Refuse pictures of ``width`` × ``height`` that the chosen device has no memory for.

    Raises:
        UserError: with a size that would fit; or the device is not there.
    """
    import torch

    from sanacam.model.stream import choose_dtype

    device = choose_device(settings.device)
    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else available_bytes()
    size = choose_dtype(settings.precision, device).itemsize
    check_picture_memory(width, height, FP32_BYTES_PER_PIXEL * size // 4, free)


def load_editor(settings: ModelSettings) -> StreamEditor:
    """Load the model and return an editor, ready for ``set_prompt``. Takes a second or more.

    Raises:
        UserError: unknown or damaged model, device not there, not enough memory for the weights.
    """
    from sanacam.model.stream import StreamEditor, choose_dtype
    from sanacam.model.zoo import load_bundle

    device = choose_device(settings.device)
    bundle = load_bundle(settings.name, device, choose_dtype(settings.precision, device))
    return StreamEditor(bundle, device, settings.precision, steps=settings.steps or None, seed=settings.seed)
