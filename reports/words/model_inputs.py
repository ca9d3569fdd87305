"""What the inputs of the churn model are called."""

from language import InLanguage, mark
from models.features import SHARES

__all__ = ["INPUT_WORDS", "SHARES", "input_called"]

INPUT_WORDS = InLanguage(
    {
        "wau_log": mark("weekly actives"),
        "wau_change": mark("change of weekly actives"),
        "mau_log": mark("monthly actives"),
        "mau_change": mark("change of monthly actives"),
        "seat_use": mark("share of seats used"),
        "features_used": mark("features used"),
        "features_used_change": mark("change of features used"),
        "events_log": mark("events in a month"),
        "events_change": mark("change of events"),
        "active_days": mark("active days in a month"),
        "days_since_use_log": mark("days since last use"),
        "tenure_log": mark("time as a customer"),
        "mrr_log": mark("MRR"),
        "mrr_change": mark("change of MRR"),
        "price_per_seat_log": mark("price per seat"),
        "seats_log": mark("number of seats"),
        "lines": mark("contract lines"),
        "term_months": mark("length of term"),
        "lead_days": mark("days ahead"),
        "tickets_log": mark("tickets in 90 days"),
        "open_tickets": mark("open tickets"),
        "oldest_open_log": mark("age of the oldest open ticket"),
        "csat_rating": mark("CSAT"),
        "nps_answer": mark("NPS answer"),
        "conversation_log": mark("days since a conversation"),
        "stickiness": mark("weekly per monthly actives"),
        "events_net_change": mark("change of events beside all accounts"),
        "events_year_change": mark("events against a year before"),
        "season_sin": mark("time of the year (first wave)"),
        "season_cos": mark("time of the year (second wave)"),
        "peers_lost": mark("losses among accounts of its kind"),
        "mrr_year_change": mark("change of MRR in a year"),
        "price_year_change": mark("change of the price per seat in a year"),
        "step_change": mark("change of price under way"),
        "renewed_log": mark("renewals so far"),
        "days_late": mark("days by which the last renewal was late"),
        "renewed_change": mark("change of MRR at the last renewal"),
        "age_log": mark("days since it went live"),
        "tickets_change": mark("change of tickets"),
        "reply_hours_log": mark("hours to the first reply"),
        "talks_log": mark("conversations in 90 days"),
        "talks_change": mark("change of conversations"),
        "people_talked": mark("people spoken with"),
        "people_left": mark("people who left"),
        "champions": mark("champions"),
        "champion_talk_log": mark("days since a champion was spoken with"),
        "sentiment": mark("sentiment of conversations"),
    }
)


def input_called(name: str) -> str:
    """An input in words; of one that is not known by these, its name."""
    return INPUT_WORDS.get(name, name)
