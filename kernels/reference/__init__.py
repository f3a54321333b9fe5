"""Plain twins of every operation of the network: slow, obvious, in the precision of their input. Tests tie the fast
paths to them."""
