"""Matrix products ``Y = X Wᵀ + bias`` of packed matrices: back ends with declared capabilities, and the choice among
them. `sanacam.kernels.gemm.registry` is where to start."""
