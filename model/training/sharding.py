"""A transformer spread over the ranks with FSDP2 (``torch.distributed.fsdp.fully_shard``), and activation
checkpointing.

Every block is a unit: its parameters are gathered before it runs and dropped after it, its gradients are averaged by a
reduce-scatter (and by an all-reduce over the copies, if there are several). Cross-attention is a unit of its own within
the block, since :meth:`HybridDiT.text_kv` calls it before the block runs. Parameters, moments and moving average stay
fp32 in shards; with bf16 the gathered copies are bf16 and gradients are reduced in fp32.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial

import torch
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard, register_fsdp_forward_method
from torch.utils.checkpoint import checkpoint

from sanacam.model.dit import HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.training.parallel import Ranks


def rank_mesh(ranks: Ranks, over: int) -> DeviceMesh:
    """All ranks as one row, or as rows of ``over`` ranks that share a copy. Ranks of a row are neighbours, so that a
    copy stays within a machine.

    Raises:
        UserError: the ranks do not fill rows.
    """
    rows, rest = divmod(ranks.world, over)
    if rest or not rows:
        raise UserError(
            f"{ranks.world} ranks cannot be groups of {over}.", "Choose 'shard' so that it divides the number of ranks."
        )
    if rows == 1:
        return init_device_mesh(ranks.device.type, (over,))
    return init_device_mesh(ranks.device.type, (rows, over), mesh_dim_names=("copies", "shards"))


def shard_transformer(dit: HybridDiT, ranks: Ranks, over: int, *, low_precision: bool) -> None:
    """Spread each copy of a transformer over ``over`` ranks, in place. Names of parameters stay; they become
    ``DTensor``s.

    Args:
        low_precision: gather parameters as bf16. Inputs are not cast: timesteps reach 1000, which bf16 rounds by up to
            4, and autocast does the rest.
    """
    # Blocks add to their input out of place, which is what this warning wants.
    warnings.filterwarnings("ignore", message=r"FSDP2-wrapped module \(.*\) returned a view tensor")
    mesh = rank_mesh(ranks, over)
    policy = MixedPrecisionPolicy(
        param_dtype=torch.bfloat16 if low_precision else None,
        reduce_dtype=torch.float32,
        cast_forward_inputs=False,
    )
    for block in dit.hybrid_blocks:
        fully_shard(block.cross_attn, mesh=mesh, mp_policy=policy)
        register_fsdp_forward_method(block.cross_attn, "text_kv")
        fully_shard(block, mesh=mesh, mp_policy=policy)
    fully_shard(dit, mesh=mesh, mp_policy=policy)


def checkpoint_activations(dit: HybridDiT) -> None:
    """Keep only the input of each block for the backward pass and compute the rest anew, in place. To be called before
    :func:`shard_transformer`: what is computed anew then finds the block's parameters gathered."""
    for block in dit.hybrid_blocks:
        block.forward = partial(_checkpointed, block.forward)  # type: ignore[method-assign, assignment]


def _checkpointed(plain: Callable[..., object], *args: object) -> object:
    if not torch.is_grad_enabled():
        return plain(*args)
    # Nothing inside draws random numbers, so their state need not be kept.
    return checkpoint(plain, *args, use_reentrant=False, preserve_rng_state=False)
