from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.meters import LatencyMeter, RateMeter

S = 1_000_000_000


@given(st.integers(1, 200))
def test_a_steady_rate_is_measured(fps: int) -> None:
    meter = RateMeter()
    now = 0
    for tick in range(fps * 5):
        now = tick * S // fps
        meter.count(now_ns=now)
    assert abs(meter.rate(now) - fps) <= 0.51
    assert meter.total == fps * 5


def test_a_rate_falls_to_nothing_when_events_stop() -> None:
    meter = RateMeter()
    assert meter.rate(0) == 0
    meter.count(4, now_ns=0)
    assert meter.rate(S // 10) == 0, "too early to say"
    for tick in range(1, 41):
        meter.count(4, now_ns=tick * S // 10)
    assert meter.rate(4 * S) == 40
    assert meter.rate(5 * S) == 20
    assert meter.rate(7 * S) == 0


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=240))
def test_percentiles(values: list[int]) -> None:
    meter = LatencyMeter()
    for value in values:
        meter.add(value)
    median, high = meter.percentile_ms(50), meter.percentile_ms(95)
    assert median is not None
    assert high is not None
    assert min(values) / 1e6 <= median <= high <= max(values) / 1e6
    assert meter.percentile_ms(0) == min(values) / 1e6
    assert meter.percentile_ms(100) == max(values) / 1e6


def test_no_latency_before_the_first_frame() -> None:
    assert LatencyMeter().percentile_ms(50) is None
