"""The fused forward with plain operations against the network as it is written: whole streams, fp32."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import Format
from sanacam.kernels.reference import operations as plain_operations
from sanacam.model.chunk_sampler import PlainSampler, make_sampler
from sanacam.model.dit import DiTConfig, HybridDiT, TextKV
from sanacam.model.dit.fused.pack import pack
from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
from sanacam.model.dit.text_kv import blend_prompts
from sanacam.model.errors import UserError
from sanacam.model.quantisation.layers import layers_of
from sanacam.model.quantisation.network import emulate
from sanacam.model.sampling import CacheMode, flow_schedule

CONFIG = DiTConfig(
    hidden_size=48,
    depth=3,
    self_heads=2,
    cross_heads=4,
    mlp_ratio=1.5,
    in_channels=4,
    source_channels=3,
    out_channels=4,
    softmax_ratio=0.5,
    caption_channels=8,
    max_text_tokens=5,
    sink=True,
    num_cached_blocks=2,
    gdn_dt_bias=(-4.0, -1.0),
)
GRID = (2, 3)
TOLERANCE = 1e-5


def network_of(config: DiTConfig, seed: int = 0) -> HybridDiT:
    torch.manual_seed(seed)
    network = HybridDiT(config).eval()
    for parameter in network.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.2)
    return network.requires_grad_(False)


class Pair:
    """The same stream run both ways."""

    def __init__(
        self, config: DiTConfig, shape: StreamShape, cache: CacheMode, steps: int, *, rebase_every: int = 1024,
        sink_distance: int | None = None, position_scale: float = 1.0,
    ) -> None:  # fmt: skip
        self.network = network_of(config)
        self.shape, schedule = shape, flow_schedule(steps)
        state = self.network.new_state(
            1, shape.height, shape.width, shape.chunk_latents, first_chunk_latents=shape.first_chunk_latents,
            sink_distance=sink_distance, rebase_every=rebase_every,
        )  # fmt: skip
        self.plain = PlainSampler(self.network, state, schedule, cache, position_scale)
        self.fused = FusedSampler(
            self.network, shape, schedule, cache, plain_operations, position_scale=position_scale,
            sink_distance=sink_distance, rebase_every=rebase_every,
        )  # fmt: skip
        self.random = torch.Generator().manual_seed(5)

    def text(self, mask: list[int]) -> TextKV:
        tokens = torch.randn(1, len(mask), self.network.config.caption_channels, generator=self.random)
        return self.network.text_kv(tokens, torch.tensor([mask]))

    def inputs(self, frames: int) -> tuple[Tensor, Tensor]:
        config = self.network.config
        size = (frames, self.shape.height, self.shape.width)
        noise = torch.randn(1, config.in_channels, *size, generator=self.random)
        return noise, torch.randn(1, config.source_channels, *size, generator=self.random)

    @torch.inference_mode()
    def chunk(self, text: TextKV, *, save: bool = True) -> float:
        """Relative difference of the edited latents; what the two ways say of the stream must agree."""
        first = self.plain.state.chunk_index == 0
        frames = (self.shape.first_chunk_latents if first else None) or self.shape.chunk_latents
        noise, source = self.inputs(frames)
        wanted, call = self.plain.sample(noise, source, text, save=save)
        got, fused_call = self.fused.sample(noise, source, text, save=save)
        a, b = self.plain.state, self.fused.state
        assert (a.frame_index, a.chunk_index, a.position, a.sink_frame) == (
            b.frame_index, b.chunk_index, b.position, b.sink_frame
        )  # fmt: skip
        torch.testing.assert_close(fused_call.x, call.x, rtol=1e-4, atol=1e-4)
        assert fused_call.timestep == call.timestep
        return float((got - wanted).norm() / wanted.norm())


@pytest.mark.parametrize(
    ("sink", "num_cached", "first", "length", "kernel", "cache", "steps"),
    [
        (True, 2, 5, 3, 3, "cache_pass", 4),
        (True, 1, 2, 2, 1, "denoise", 2),
        (True, 3, 4, 2, 3, "denoise", 1),
        (False, 2, 1, 1, 1, "denoise", 1),
        (False, 2, 3, 2, 1, "cache_pass", 1),
        (False, 1, 2, 3, 1, "denoise", 1),
        (False, 0, 1, 2, 1, "cache_pass", 1),
    ],
)
def test_a_stream_of_25_chunks(
    sink: bool, num_cached: int, first: int, length: int, kernel: int, cache: CacheMode, steps: int
) -> None:
    config = replace(CONFIG, sink=sink, num_cached_blocks=num_cached, softmax_kernel=kernel)
    shape = StreamShape(*GRID, length, first)
    pair = Pair(config, shape, cache, steps, rebase_every=20, sink_distance=15 if sink else None, position_scale=0.5)
    text = pair.text([1, 1, 1, 0, 0])
    assert max(pair.chunk(text) for _ in range(25)) < TOLERANCE
    assert pair.fused.state.origin > 0, "the stream was long enough to count positions anew"


def test_prompts_change_blend_and_may_be_empty() -> None:
    pair = Pair(CONFIG, StreamShape(*GRID, 2), "denoise", 1)
    first, second, third = pair.text([1, 1, 0, 0, 0]), pair.text([1] * 5), pair.text([0] * 5)
    blend = blend_prompts([(first, 0.25), (second, 0.75)])
    errors = [pair.chunk(text) for text in (first, first, second, blend, third, first)]
    assert max(errors) < TOLERANCE
    noise, source = pair.inputs(2)
    with torch.inference_mode():
        one, other = (pair.fused.sample(noise, source, text, save=False)[0] for text in (first, second))
    assert (one - other).abs().max() > 1e-3, "the prompt matters"


def test_an_unsaved_chunk_leaves_no_trace_and_reset_starts_anew() -> None:
    pair = Pair(CONFIG, StreamShape(*GRID, 2, 3), "cache_pass", 2)
    text = pair.text([1] * 5)
    for _ in range(4):
        pair.chunk(text)
    pair.chunk(text, save=False)
    assert pair.chunk(text) < TOLERANCE
    pair.plain.state.reset()
    pair.fused.state.reset()
    assert max(pair.chunk(text) for _ in range(5)) < TOLERANCE


@torch.no_grad()
@pytest.mark.parametrize("sink", [True, False])
def test_calls_repeated_under_another_prompt(sink: bool) -> None:
    """What `recache` does: empty the memory, write the visible chunks again at their places."""
    config = replace(CONFIG, sink=sink)
    pair = Pair(config, StreamShape(*GRID, 2, 3), "cache_pass", 1)
    old, new = pair.text([1] * 5), pair.text([1, 1, 0, 0, 0])
    calls = []
    for chunk in range(6):
        noise, source = pair.inputs(2 if chunk else 3)
        frame = pair.plain.state.frame_index
        pair.fused.sample(noise, source, old)
        calls.append((chunk, frame, pair.plain.sample(noise, source, old)[1]))
    seen = {*pair.plain.state.remembered()}
    for sampler in (pair.plain, pair.fused):
        sampler.state.reset()
        for chunk, frame, call in calls:
            if chunk in seen:
                sampler.state.skip_to(frame)
                sampler.write_cache(call, new)
    assert max(pair.chunk(new) for _ in range(4)) < TOLERANCE


def test_packing_shares_memory_with_the_network_and_happens_once() -> None:
    network = network_of(CONFIG)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    packed = pack(network)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    network.blocks[0].attn.beta_proj.weight.data.fill_(7.0)  # type: ignore[union-attr]
    network.blocks[0].mlp.t_conv.weight.data[:, :, 1].zero_()  # type: ignore[union-attr]
    heads, width = CONFIG.self_heads, CONFIG.hidden_size
    assert (packed.blocks[0].project.parts[0][0].weight[4 * width : 4 * width + heads] == 7.0).all()  # type: ignore[attr-defined]
    assert not packed.blocks[0].temporal.weight[width : 2 * width].any()  # type: ignore[attr-defined]
    assert pack(network) is packed
    assert pack(network.double()) is not packed


def test_refuses_what_does_not_fit() -> None:
    pair = Pair(CONFIG, StreamShape(*GRID, 2, 3), "denoise", 1)
    text = pair.text([1] * 5)
    noise, source = pair.inputs(4)
    with pytest.raises(ValueError, match="does not fit"):
        pair.fused.sample(noise, source, text)
    pair.chunk(text)
    noise, source = pair.inputs(1)
    with pytest.raises(ValueError, match="chunk 1 has 1 latent frames"):
        pair.fused.sample(noise, source, text)
    with pytest.raises(ValueError, match="source has shape"):
        pair.fused.sample(noise, noise, text)
    with pytest.raises(ValueError, match="does not fit buffers"):
        pair.fused.text.load(blend_prompts([(pair.text([1] * 5), 1.0) for _ in range(4)]), pair.fused.packed)


def test_warm_up_goes_through_every_stage_and_starts_anew() -> None:
    pair = Pair(CONFIG, StreamShape(*GRID, 2, 3), "cache_pass", 1)
    told: list[float] = []
    pair.fused.warm_up(told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert max(pair.chunk(pair.text([1] * 5)) for _ in range(4)) < TOLERANCE


def test_without_a_card_the_choice_is_plain_and_says_why() -> None:
    network = network_of(CONFIG)
    shape, schedule = StreamShape(*GRID, 2), flow_schedule(1)
    sampler = make_sampler(network, shape, schedule, "denoise")
    assert isinstance(sampler, PlainSampler)
    assert "CUDA card" in sampler.description
    with pytest.raises(UserError, match="CUDA card"):
        make_sampler(network, shape, schedule, "denoise", way="fused")


@pytest.mark.parametrize("length", [1, 2])
def test_narrow_formats_are_those_of_the_quantised_network(length: int) -> None:
    """Every layer in a format, mixed; the same as the network whose modules are exchanged for emulated ones."""
    forms: tuple[Format, ...] = ("fp8", "int8", "fp8_tensor", "bf16", "nvfp4")
    network = network_of(CONFIG)
    names = [layer.name for layer in layers_of(CONFIG) if not layer.kind.per_prompt]
    formats: dict[str, Format] = {name: forms[number % len(forms)] for number, name in enumerate(names)}
    for block in range(CONFIG.depth):
        formats[f"blocks.{block}.attn.q"] = formats[f"blocks.{block}.attn.v"] = "fp8"
        formats[f"blocks.{block}.mlp.t_conv"] = ("fp8", "nvfp4", "bf16")[block]
    schedule, shape = flow_schedule(2), StreamShape(*GRID, length)
    packed = pack(
        network, formats, {f"blocks.{CONFIG.depth - 1}.mlp.point_conv.conv": torch.tensor(0.01)}, emulate=True
    )
    fused = FusedSampler(network, shape, schedule, "denoise", plain_operations, packed=packed)
    plain_network = network_of(CONFIG)
    exact = PlainSampler(plain_network, plain_network.new_state(1, *GRID, length), schedule, "denoise")
    quantised_network = network_of(CONFIG)
    emulate(quantised_network, {layer.name: "bf16" for layer in layers_of(CONFIG)} | formats)
    quantised = PlainSampler(quantised_network, quantised_network.new_state(1, *GRID, length), schedule, "denoise")
    random = torch.Generator().manual_seed(3)
    text = network.text_kv(torch.randn(1, 5, 8, generator=random))
    with torch.no_grad():
        for _ in range(4):
            noise = torch.randn(1, 4, length, *GRID, generator=random)
            source = torch.randn(1, 3, length, *GRID, generator=random)
            got, wanted, unrounded = (s.sample(noise, source, text)[0] for s in (fused, quantised, exact))
            distance = float((got - unrounded).norm() / unrounded.norm())
            assert 1e-3 < distance < 0.3, "the formats show"
            # roundings to the other side of a tie, scales of single outputs instead of all, of single taps instead of
            # three; unrelated errors would differ by 1.4 times their size
            assert float((got - wanted).norm() / unrounded.norm()) < 0.75 * distance


def test_released_matrices_are_gone() -> None:
    network = network_of(CONFIG)
    formats: dict[str, Format] = {"blocks.0.mlp.inverted_conv.conv": "fp8", "blocks.1.attn.q": "fp8"}
    packed = pack(network, formats, release=True, emulate=True)
    assert network.get_parameter("blocks.0.mlp.inverted_conv.conv.weight").numel() == 0
    assert network.get_parameter("blocks.1.attn.q.weight").numel() == 0
    assert network.get_parameter("blocks.1.attn.k.weight").numel() > 0
    assert pack(network, formats) is packed


def test_narrow_formats_are_refused_where_only_the_plain_way_is() -> None:
    network = network_of(CONFIG)
    formats: dict[str, Format] = {"blocks.0.attn.q": "fp8"}
    with pytest.raises(UserError, match="fp8 need the fused transformer"):
        make_sampler(network, StreamShape(*GRID, 2), flow_schedule(1), "denoise", formats=formats)
