"""The operations of a fused forward as Triton kernels; see `sanacam.kernels.operations`."""

from sanacam.kernels.cross_attention import cross_attention
from sanacam.kernels.euler import euler_step
from sanacam.kernels.gdn import gdn
from sanacam.kernels.glu_conv import glu_conv, glu_conv_fp8
from sanacam.kernels.modulate import modulate, residual_modulate, residual_modulate_pack
from sanacam.kernels.output_gate import output_gate
from sanacam.kernels.residual import residual
from sanacam.kernels.temporal_taps import temporal_taps, temporal_taps_fp8
from sanacam.kernels.window import write_window

__all__ = [
    "cross_attention",
    "euler_step",
    "gdn",
    "glu_conv",
    "glu_conv_fp8",
    "modulate",
    "output_gate",
    "residual",
    "residual_modulate",
    "residual_modulate_pack",
    "temporal_taps",
    "temporal_taps_fp8",
    "write_window",
]
