"""Who changed the reference data and the accounts; append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db.base import Base, Key
from tracker.db.models.people import Account


class AuditEntry(Base):
    """One administrative change: by whom, to which row, from what to what; never a password or a citizen's data."""

    __tablename__ = "audit_entry"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    """What was changed, readable: "account vuninh", "topic HT01"."""
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """field -> [old, new]"""

    account: Mapped[Account | None] = relationship()
