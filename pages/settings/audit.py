"""Audit: who did what and when, in sentences, with filters and as a file; for who administers the store."""

from data.viewer import ADMINISTER
from language import tr
from pages.parts import audit as audit_parts
from pages.ui import filters, header, rights

choice = filters.bar()
header.show(choice, tr("Audit"))
if not choice.viewer.allowed(ADMINISTER, audit_parts.KIND).sees_all:
    rights.denied(tr("Entries are about the whole company: your role administers a part of it."))
else:
    if (asked := audit_parts.filters_of(choice)) is not None:
        audit_parts.show(choice, asked)
    audit_parts.verified(choice)
