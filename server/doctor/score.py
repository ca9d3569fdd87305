"""The health score: the version that was published last is in force, and no setting says otherwise in vain."""

from data.store.store import StoreError
from reports.health.scorecard import own_file
from reports.health.versions import published_in
from server.doctor.deployment import Deployment, Found


def score(of: Deployment) -> Found:
    """Each version that is passed over, and a file of the settings that counts no more."""
    if not of.store.exists():
        return []
    try:
        found = (of.score or published_in)(of.store)
    except StoreError:
        return []  # the check of the store says so
    used = next((row["version"] for row in found if row["in_force"]), None)
    holds = f"version {used}" if used is not None else "the score's file"
    passed = [row for row in found if row["problem"] and (used is None or row["version"] > used)]
    faults = [
        (
            f"Version {row['version']} of the health score cannot be used here, so {holds} is in force: {row['problem']}",
            "Update Holdfast where it was made by a newer one; else publish another version on the page Health score.",
        )
        for row in passed
    ]
    file = own_file()
    if file is not None and used is not None:
        fault = f"HOLDFAST_HEALTH: {file} counts no more: version {used} of the health score, published on the page, is in force."
        faults.append((fault, "Take the setting away, or publish the file's text on the page Health score."))
    return faults
