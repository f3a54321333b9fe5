"""How people write the way to a new prompt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.model.errors import UserError
from sanacam.model.transition import MEMORIES, Transition, parse_transition


@given(st.sampled_from(MEMORIES), st.integers(1, 1000))
def test_memory_and_blend(memory: str, chunks: int) -> None:
    assert parse_transition(memory) == Transition(memory, 0)
    assert parse_transition(f"blend:{chunks}") == Transition("keep", chunks)
    assert parse_transition(f"{memory}+blend:{chunks}") == Transition(memory, chunks)


@pytest.mark.parametrize(
    "text",
    ["", "slowly", "blend", "blend:", "blend:0", "blend:-1", "blend:1001", "blend:2.5", "blend:²", "keep+", "+blend:3",
     "keep+recache", "keep+blend:3+blend:4", "never+blend:3", " keep", "blend:" + "9" * 5000],
)  # fmt: skip
def test_anything_else_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UserError, match="not a prompt transition") as refusal:
        parse_transition(text)
    assert "recache+blend:N" in refusal.value.hint
