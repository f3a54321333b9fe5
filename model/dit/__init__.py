"""The hybrid streaming diffusion transformer."""

from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.network import HybridDiT
from sanacam.model.dit.state import StreamState
from sanacam.model.dit.text_kv import TextKV

__all__ = ["DiTConfig", "HybridDiT", "StreamState", "TextKV"]
