"""What maintainers write is taken as they mean it, or refused with what to write instead."""

import pytest
from pydantic import TypeAdapter, ValidationError

from handlers.model.knowledge import Day, PartialDate, Review


@pytest.mark.parametrize("written", ["2015-02-30", "20151130", "5 May", "2015-13"])
@pytest.mark.parametrize("kind", [Day, PartialDate, Review])
def test_a_day_that_does_not_exist_is_refused_with_what_to_write(kind: type, written: str) -> None:
    with pytest.raises(ValidationError, match=r"write a da(te|y) that exists"):
        TypeAdapter(kind).validate_python(written)
