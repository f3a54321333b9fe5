"""The hybrid streaming diffusion transformer."""

from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.network import HybridDiT, TextKV
from sanacam.model.dit.state import StreamState

__all__ = ["DiTConfig", "HybridDiT", "StreamState", "TextKV"]
