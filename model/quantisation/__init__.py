"""Which layer of the network runs in which number format: policies, packed weights, emulation, and the search for a
policy."""
