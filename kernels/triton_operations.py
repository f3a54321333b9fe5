"""The operations of a fused forward as Triton kernels; see `sanacam.kernels.operations`."""

from sanacam.kernels.cross_attention import cross_attention, cross_attention_fp8
from sanacam.kernels.euler import euler_step
from sanacam.kernels.gdn import gdn, gdn_fp8
from sanacam.kernels.glu_conv import glu_conv, glu_conv_fp8
from sanacam.kernels.linear_modulate import linear_modulate, linear_modulate_pack
from sanacam.kernels.linear_pack import linear_pack
from sanacam.kernels.modulate import modulate, residual_modulate, residual_modulate_pack
from sanacam.kernels.output_gate import output_gate, output_gate_fp8
from sanacam.kernels.residual import residual, residual_pack
from sanacam.kernels.residual_linear import residual_linear
from sanacam.kernels.temporal_residual import temporal_residual, temporal_residual_pack
from sanacam.kernels.window import write_window

__all__ = [
    "cross_attention",
    "cross_attention_fp8",
    "euler_step",
    "gdn",
    "gdn_fp8",
    "glu_conv",
    "glu_conv_fp8",
    "linear_modulate",
    "linear_modulate_pack",
    "linear_pack",
    "modulate",
    "output_gate",
    "output_gate_fp8",
    "residual",
    "residual_linear",
    "residual_modulate",
    "residual_pack",
    "residual_modulate_pack",
    "temporal_residual",
    "temporal_residual_pack",
    "write_window",
]
