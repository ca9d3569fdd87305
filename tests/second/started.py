"""Who pays and has reached no milestone. Written from docs/GLOSSARY.md (Started, Followed) alone, for milestones of which the first is any event."""

from datetime import timedelta

from tests.second.stands import Stands
from tests.second.whole import Whole

WAIT = timedelta(days=30)


def is_never_started(whole: Whole, stands: Stands) -> bool:
    """30 days after the start, as far as covered; of who was followed, or in a feed that tells of all accounts and has for 30 days."""
    start, usage = stands.live_from, whole.usage
    feeds = usage.its_feeds(stands.account, stands.day)
    if start is None or stands.customer.mrr(stands.day) <= 0 or not feeds:
        return False
    until = min(usage.covered_to(name, stands.day) for name in feeds)
    first = min(usage.calendars[name][0] for name in feeds)
    told_of_all = any(usage.feeds[name].is_complete and until - usage.calendars[name][0] >= WAIT for name in feeds)
    is_seen = start >= first - WAIT or told_of_all
    return is_seen and until >= start + WAIT and not usage.between(stands.account, feeds, start, stands.day)
