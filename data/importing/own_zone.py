"""The time zone that a survey's export says itself: Qualtrics writes it below the questions, in the row of its ids."""

import re
from dataclasses import replace
from zoneinfo import available_timezones

from data.importing.draft import Draft
from data.importing.mapping import Mapping

ZONE = re.compile(r'"ImportId".*"timeZone":\s*"([^"]+)"')
UTC = {"Z": "UTC", "GMT": "UTC"}


def with_own_zone(draft: Draft, mapping: Mapping) -> Mapping:
    """The mapping of answers to a survey, with the zone that the file names, where nobody has said another."""
    if mapping.table != "surveys" or "timezone" in mapping.options:
        return mapping
    lines = draft.inspected(mapping.options, wanted=mapping.sources).written.lines
    found = (match[1] for _, cells in lines for cell in cells if (match := ZONE.search(cell)))
    zone = next((UTC.get(one, one) for one in found), "")
    return replace(mapping, options={**mapping.options, "timezone": zone}) if zone in available_timezones() else mapping
