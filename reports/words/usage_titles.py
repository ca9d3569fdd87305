"""Titles of what is told of usage in depth."""

from language import mark

OF_USAGE = {
    "feature": mark("Feature"), "core": mark("Core feature"), "hidden": mark("Hidden"), "accounts_using": mark("Accounts that use it"),
    "core_used": mark("Core features used"), "core_features": mark("Core features"),
    "counted_by": mark("Trend counted by"), "users_known": mark("Users known"),
    "users_new": mark("New users"), "users_returning": mark("Returning users"), "users_resurrected": mark("Resurrected users"),
    "users_dormant": mark("Dormant users"), "activity_days": mark("Activity days"), "top_user": mark("Most active user"),
    "hangs_on_one": mark("Depends on one person"),
    "stopped_on": mark("Covered to"), "days_behind": mark("Days behind"), "accounts_unseen": mark("Accounts not seen"),
    "volume": mark("Volume"), "volume_before": mark("Volume before"),
    "volume_compared": mark("Volume compared"),
    "volume_change": mark("Change of volume"),
    "volume_events": mark("Times it happened"), "without_quantity": mark("Without a quantity"),
    "corrections": mark("Below zero"), "accounts_told": mark("Accounts known"),
    "accounts_untold": mark("Accounts not known"),
    "compared": mark("Accounts compared"),
    "tracked": mark("Accounts seen"), "accounts_before": mark("30 days before"),
}  # fmt: skip
