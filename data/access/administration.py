"""Who may change people and roles, so that the last one cannot be taken away by a change of either."""

from data.access.people import People
from data.access.provider import administrators
from data.access.roles import COMPANY, Roles
from data.settings import current_settings
from data.store.edits import EditRefused
from data.viewer import ADMINISTER, NotAllowed, Viewer

PEOPLE = "people"
LAST = (
    "Nobody could change people and roles any more: {who} would be the last administrator to go. Give another person the role first, or "
    "name somebody in HOLDFAST_ADMINISTRATORS."
)


def may_change(viewer: Viewer) -> None:
    """Raises NotAllowed for a viewer who may not change people and roles: they are the whole company's."""
    viewer.for_whole_company(ADMINISTER, PEOPLE)


def may(viewer: Viewer) -> bool:
    """Whether a viewer may change people and roles."""
    try:
        may_change(viewer)
    except NotAllowed:
        return False
    return True


def administering(found: People, roles: Roles) -> frozenset[str]:
    """The addresses of those who may change people and roles: by a role of theirs, or named by the setting. Those who have it from a group
    of the provider are not known here."""
    named = {
        one
        for one in administrators(current_settings())
        if one not in found.removed and (one not in found.by_email or found.by_email[one].is_active)
    }
    giving = roles_that_administer(roles)
    by_role = {one.email for one in found.by_email.values() if one.is_active and {*one.roles} & giving and one.email not in found.doubled}
    return frozenset(named | by_role)


def roles_that_administer(roles: Roles) -> frozenset[str]:
    """The names of roles that let change people and roles."""
    return frozenset(name for name, role in roles.roles.items() if role.given.get((ADMINISTER, PEOPLE)) == COMPANY)


def check_somebody_is_left(before: tuple[People, Roles], after: tuple[People, Roles]) -> None:
    """Raises EditRefused where a change takes administration from the last one who has it, and no group of the provider brings it."""
    had, giving = administering(*before), roles_that_administer(after[1])
    by_group = any({*named} & giving for named in after[1].groups.values())
    if had and not by_group and not administering(*after):
        raise EditRefused(LAST.format(who=", ".join(sorted(had))))
