"""What is wrong with a key is said in sentences that a person would write."""

from typing import Literal

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator

from data.wrong_keys import said


class Keys(BaseModel):
    sort: Literal["csv", "xlsx"] = "csv"
    rows: int = Field(1, ge=1, le=50)
    wait: float = Field(1, gt=0)
    on: bool = False
    name: str = Field("a", max_length=3)
    plain: str = Field("a", pattern="^[a-z]+$")
    several: list[str] = []
    own: str = ""

    @field_validator("own")
    @classmethod
    def _own(cls, written: str) -> str:
        raise ValueError("Write it as the vendor does")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"sort": "doc"}, "Write one of 'csv', 'xlsx'."),
        ({"rows": "many"}, "Write a whole number."),
        ({"rows": 0}, "Write 1 or more."),
        ({"rows": 51}, "Write 50 or less."),
        ({"wait": 0}, "Write more than 0.0."),
        ({"wait": "long"}, "Write a number."),
        ({"on": "perhaps"}, "Write true or false."),
        ({"name": 7}, "Write a text in quotation marks."),
        ({"name": "long"}, "Write at most 3 characters."),
        ({"plain": "a b"}, "Write a plain name, without blanks and special signs."),
        ({"several": "one"}, "Write a list in square brackets."),
        ({"own": "x"}, "Write it as the vendor does."),
    ],
)
def test_each_error_is_a_sentence(written, told):
    with pytest.raises(ValidationError) as refused:
        Keys.model_validate(written)
    assert [said(one) for one in refused.value.errors()] == [told]
