from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.mailbox import Command, Mailbox, Reset, SetPrompt, SetStrength, Stop

commands = st.one_of(
    st.builds(SetPrompt, st.sampled_from("abc"), st.just("keep"), st.integers(1, 9)),
    st.builds(SetStrength, st.floats(0, 1)),
    st.just(Reset()),
    st.just(Stop()),
)


@given(st.lists(commands, max_size=30))
def test_the_last_of_each_kind_in_order(posted: list[Command]) -> None:
    mailbox = Mailbox()
    for command in posted:
        mailbox.post(command)
    got = mailbox.drain()
    assert len(got) <= 4
    last_places = {type(command): place for place, command in enumerate(posted)}
    assert got == [posted[place] for place in sorted(last_places.values())]
    assert mailbox.drain() == []
