"""Audit: who did what and when, in sentences, with filters and as a file; for who administers the store."""

from language import tr
from pages.parts import audit as audit_parts
from pages.ui import filters, header

choice = filters.bar()
header.show(choice, tr("Audit"))
asked = audit_parts.filters_of(choice)
if asked is not None:
    audit_parts.show(choice, asked)
audit_parts.verified(choice)
