"""Consent for what is optional, with the text's version and the time (Luật 91/2025/QH15, Điều 9)."""

from __future__ import annotations

from datetime import datetime

from tracker.db.models import Citizen
from tracker.db.types import lookup_hash

TEXT_VERSION = "2026-11-24"
"""Version of the sentences in domain.yml that ask for contact data, location and showing photos."""


def give(citizen: Citizen, purpose: str, now: datetime, *, given: bool) -> None:
    """Record a yes or a no to one purpose (contact, location, photos)."""
    said = {"given": given, "text_version": TEXT_VERSION, "at": now.isoformat()}
    citizen.consent = {**citizen.consent, purpose: said}


def keep_phone(citizen: Citizen, phone: str) -> None:
    """Store a checked phone number together with the keyed hash it is found by."""
    citizen.phone, citizen.phone_hash = phone, lookup_hash(f"phone:{phone}")


def withdraw_all(citizen: Citizen, now: datetime) -> None:
    """Take back every consent and forget the optional data that rested on it; filed reports stay."""
    citizen.name = citizen.phone = citizen.phone_hash = citizen.address = None
    for purpose in citizen.consent:
        give(citizen, purpose, now, given=False)
