"""House rules are parsed once, and a wrong one is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.core.house_rules import HouseRules, Mode


def test_only_what_differs_is_stored_and_read_back() -> None:
    rules = HouseRules().with_changes({"mode": "suggest", "hourly_cap": 3})
    assert rules.stored() == {"mode": "suggest", "hourly_cap": 3}
    assert HouseRules.model_validate(rules.stored()) == rules
    assert rules.mode is Mode.SUGGEST
    assert rules.etiquette.hourly_cap == 3
    assert rules.with_changes({"mode": "automatic", "hourly_cap": 12}).stored() == {}


@pytest.mark.parametrize("wrong", [{"hourly_cap": -1}, {"mode": "loud"}, {"colour": 1}, {"night_from": 24}])
def test_a_wrong_rule_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HouseRules().with_changes(wrong)


@pytest.mark.parametrize(
    ("start", "end", "nights"), [(22, 8, {22, 23, 0, 7}), (0, 6, {0, 5}), (9, 9, set()), (23, 0, {23})]
)
def test_the_night_may_pass_midnight(start: int, end: int, nights: set[int]) -> None:
    rules = HouseRules(night_from=start, night_until=end)
    asked = {22, 23, 0, 5, 7, 8, 9, 12}
    assert {hour for hour in asked if rules.is_night(hour)} & nights == nights
    assert not rules.is_night(12)
