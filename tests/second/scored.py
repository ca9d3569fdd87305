"""One account's score under any file of the score, account by account in plain numbers. Written from docs/GLOSSARY.md and the remarks in
data/health.toml alone."""

from typing import Any

from tests.second.health import points

Told = dict[str, Any]


def part_of_life(told: Told, account: Told) -> str:
    """Onboarding for so many days after the start, and before it; else renewal, so many days before the next one; else steady."""
    days = {"onboarding_days": 90, "renewal_days": 90} | told.get("lifecycle", {})
    age, left = account["age_days"], account["days_to_renewal"]
    if age is not None and age < days["onboarding_days"]:
        return "onboarding"
    return "renewal" if left is not None and left <= days["renewal_days"] else "steady"


def is_for(variant: Told, account: Told, life: str) -> bool:
    """Whether a variant is for an account: each thing that it says of whom it is for must be so."""
    if "segment" in variant and variant["segment"] != account["segment"]:
        return False
    if "lifecycle" in variant and variant["lifecycle"] != life:
        return False
    age = account["age_days"]
    if age is None:
        return "age_from_days" not in variant and "age_to_days" not in variant
    return variant.get("age_from_days", age) <= age < variant.get("age_to_days", age + 1)


def weights_of(told: Told, account: Told) -> tuple[Told, Told, Told, list[str]]:
    """Weights of groups, of measures, scales of measures for one account, and the variants that are applied, by name."""
    groups = {name: group.get("weight", 0.0) for name, group in told["groups"].items()}
    groups |= told.get("segments", {}).get(account["segment"], {})
    inside = {name: part for group in told["groups"].values() for name, part in group.items() if isinstance(part, dict)}
    weights, scales = {name: part["weight"] for name, part in inside.items()}, {name: part["scale"] for name, part in inside.items()}
    names, life = [], part_of_life(told, account)
    for variant in told.get("variants", []):
        if is_for(variant, account, life):
            names.append(variant["name"])
            groups |= variant.get("groups", {})
            for name, part in variant.get("measures", {}).items():
                weights[name], scales[name] = part.get("weight", weights[name]), part.get("scale", scales[name])
    return groups, weights, scales, names


def value_of(told: Told, account: Told, name: str) -> float | None:
    """A measure's value; none where it is older than the score lets it be."""
    most = next((group[name].get("max_age_days") for group in told["groups"].values() if name in group), None)
    return None if most is not None and (account[f"{name}_age"] is None or account[f"{name}_age"] > most) else account[name]


def shared_out(told: Told, groups: Told, weights: Told, there: set[str]) -> dict[str, float]:
    """Each measure's share of the whole score, of those that are there: groups with a share have it, the others divide what is left by
    their weights; where there are none of these, the shares have it all."""
    names = {group: [name for name in parts if name in there] for group, parts in told["groups"].items()}
    present = [group for group, some in names.items() if sum(weights[name] for name in some) > 0]
    own = {group: told["groups"][group]["share"] for group in present if told["groups"][group].get("share")}
    rest = {group: groups[group] for group in present if group not in own}
    all_of_shares, all_of_weights = sum(own.values()), sum(rest.values())
    of_group = {group: share if all_of_weights else share / all_of_shares for group, share in own.items()}
    of_group |= {group: (1 - all_of_shares) * weight / all_of_weights if all_of_weights else 0.0 for group, weight in rest.items()}
    return {
        name: of_group[group] * weights[name] / sum(weights[one] for one in names[group]) for group in present for name in names[group]
    }  # fmt: skip


def scored(told: Told, account: Told) -> Told:
    """Score, band, the share of the weight that is known, the exception that caps the band, the part of the lifecycle and the variants."""
    groups, weights, scales, names = weights_of(told, account)
    values = {name: value_of(told, account, name) for name in weights}
    known = {name for name, value in values.items() if value is not None}
    effective, whole = shared_out(told, groups, weights, known), shared_out(told, groups, weights, set(weights))
    score = sum(share * points(scales[name], values[name]) for name, share in effective.items()) if sum(effective.values()) > 0 else None
    share = sum(whole.get(name, 0.0) for name in known)
    own = None if score is None else band_of(told, score, share)
    exception, band = capped(told, account, own)
    life = part_of_life(told, account)
    return {
        "score": score, "known_weight": share, "band": band, "exception": exception, "lifecycle": life, "variant": ", ".join(names) or None,
    }  # fmt: skip


def band_of(told: Told, score: float, share: float) -> str:
    if round(share, 6) < told["least_known"]:
        return "little_known"
    shown = int(round(score, 6) + 0.5)
    return next(name for name, upper in told["bands"].items() if shown <= upper)


def capped(told: Told, account: Told, own: str | None) -> tuple[str | None, str | None]:
    """The exception with the lowest band of those that hold, and the band under it; a cap to the lowest band holds whatever is known."""
    order = list(told["bands"])
    found = []
    for limit in told.get("limits", []):
        counted = any(limit["measure"] in group for group in told["groups"].values())
        value = value_of(told, account, limit["measure"]) if counted else account[limit["measure"]]
        if value is not None and (("below" in limit and value < limit["below"]) or ("above" in limit and value > limit["above"])):
            found.append((order.index(limit["at_most"]), limit["name"]))
    if not found:
        return None, own
    at, name = min(found)
    if own not in order:
        return name, order[0] if at == 0 else own
    return name, order[min(at, order.index(own))]
