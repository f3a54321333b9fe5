"""Stages of one launch that wait for each other, in place of launches that do.

A kernel numbers its programs stage by stage. The card puts programs on in the order of their numbers, so whoever waits
(:func:`await_count`) waits for programs that already run: no order of events can lock it. Counts are int32 that are 0
before a launch and, thanks to its last program (:func:`leave`), after it; launches that may run at the same time must
not share them.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def arrive(count_ptr):
    """All that this program has stored is there for whoever sees the count."""
    tl.debug_barrier()
    tl.atomic_add(count_ptr, 1, sem="release")


@triton.jit
def await_count(count_ptr, wanted, PAUSE: tl.constexpr = 0):
    """Until so many programs have arrived, looking every ``PAUSE`` nanoseconds or so."""
    # many may be waiting: they look by loads, which do not stand in the way of those who arrive
    while tl.load(count_ptr, volatile=True) < wanted:
        if PAUSE:
            tl.inline_asm_elementwise(
                "nanosleep.u32 $1; mov.u32 $0, $1;", "=r,r", [tl.full((), PAUSE, tl.int32)], tl.int32, False, 1
            )
    tl.atomic_add(count_ptr, 0, sem="acquire")
    tl.debug_barrier()


@triton.jit
def leave(counts_ptr, left_ptr, last_stage, counts):
    """What each of the ``last_stage`` programs of the last stage ends with: the very last sets ``counts`` counts and
    its own back to 0."""
    if tl.atomic_add(left_ptr, 1, sem="acq_rel") == last_stage - 1:
        for number in range(counts):
            tl.store(counts_ptr + number, 0)
        tl.store(left_ptr, 0)
