"""The network and what surrounds it: DiT, VAEs, text, sampler, stream state, training, evaluation."""

import os

# Before torch is loaded. Its worker threads otherwise spin long while they wait, and where capture, window and encoder
# need the same few cores everything slows down several-fold; not to spin at all costs a fifth (docs/benchmarks.md).
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")
