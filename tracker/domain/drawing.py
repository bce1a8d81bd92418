"""The transition table drawn for people, so that the documentation cannot drift from the code."""

from tracker.domain.lifecycle import TABLE, Transition

_HEADING = ("from", "action", "to", "who may", "needs")


def markdown_table() -> str:
    """Every row of the table as Markdown, in the table's order, ending with a newline."""
    lines = [_HEADING, ("---",) * len(_HEADING), *(_cells(row) for row in TABLE)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _cells(row: Transition) -> tuple[str, ...]:
    return (row.source, row.action, row.target, _listed(row.roles), _listed(row.needs))


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "-"
