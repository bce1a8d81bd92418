"""How long each party has, apart from the topic's own handling days; all are defaults of this product but one."""

from datetime import timedelta

from tracker.domain.deadlines import Limit

TAKING = Limit(1, "working_days")
"""From being given a case to taking it."""
URGENT_TAKING = Limit(2, "clock_hours")
FORWARDING = Limit(5, "working_days")
"""From receipt to the body in charge; five working days are the ceiling of NĐ 20/2008/NĐ-CP."""
HANDLING = Limit(5, "working_days")
"""Where the topic says nothing."""
URGENT_HANDLING = Limit(24, "clock_hours")
"""Until an urgent place is safe; an urgent case never has a limit in days."""
TO_HEAD, TO_OFFICE = timedelta(minutes=15), timedelta(minutes=30)
"""How long an urgent case may lie untaken before the head, then the province office, is told."""
