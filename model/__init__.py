"""The network and what surrounds it: DiT, VAEs, text, sampler, stream state, training, evaluation."""

import os

# Before torch is loaded. Its worker threads otherwise spin while they wait, and on a machine where capture, window and
# encoder need the same few cores the whole program slows down several-fold (measured on two cores: 0.9 → 4.8 fps).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
