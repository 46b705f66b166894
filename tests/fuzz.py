"""How much is tried at random: a little, and the same each time, by `make test`; much, and anew, by `make fuzz`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_FEW = 60
"""Examples of each Hypothesis test in `make test`; they are derandomized, so that none is red by chance."""
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", _FEW))

settings.register_profile(
    "ours",
    max_examples=EXAMPLES,
    derandomize="FUZZ_SEED" not in os.environ,
    deadline=None,  # nor may any be red because the machine is busy
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
settings.load_profile("ours")


def times(few: int) -> int:
    """So many in `make test`; in `make fuzz`, more in the same measure as of everything."""
    return max(few * EXAMPLES // _FEW, 1)


def seed(number: int) -> int:
    """Of a generator of our own: the number in `make test`; in `make fuzz`, another one for each of its seeds."""
    return number + int(os.environ.get("FUZZ_SEED", 0))
