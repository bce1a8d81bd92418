"""What the documentation says is what the code does: settings, commands, targets, states, the drawn table, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from pydantic.fields import FieldInfo

from tracker.cli import app
from tracker.config import ROOT, Settings
from tracker.domain.drawing import markdown_table
from tracker.domain.lifecycle import STATE_NAMES, TABLE, Action, Refusal, State
from tracker.domain.roles import Role

DOCS = ROOT / "docs"
OTHER_VARIABLES = ("LANGNGHE_TEST_", "LANGNGHE_CI_")
"""Variables of the tests and of the build, which are no settings of the product."""


def page(name: str) -> str:
    """A page of the documentation."""
    return (DOCS / name).read_text(encoding="utf-8")


def rows(text: str) -> dict[str, list[str]]:
    """Table rows by their first cell, where that is one `name`; the other cells as written."""
    found = [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:3] == "| `"
    ]
    return {cells[0].strip("`"): cells[1:] for cells in found}


def variable(name: str, field: FieldInfo) -> str:
    """The environment variable of a setting."""
    alias = field.validation_alias
    return alias if isinstance(alias, str) else f"LANGNGHE_{name.upper()}"


SETTINGS = {variable(name, field): field for name, field in Settings.model_fields.items()}


def commands(group: typer.core.TyperGroup, path: str) -> Iterator[str]:
    """Every command of a group with its full name."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def every_command() -> list[str]:
    """Full names of all commands of `langnghe`."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return list(commands(group, "langnghe"))


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    default, meaning = rows(page("operations.md"))[name]
    expected = SETTINGS[name].default
    assert default == ("-" if expected is None else f"`{str(expected).lower() if expected is False else expected}`")
    assert len(meaning.split()) >= 3


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"\b(?:LANGNGHE|TELEGRAM)_[A-Z_]+[A-Z]\b", page("operations.md")))
    assert {name for name in named if not name.startswith(OTHER_VARIABLES)} == set(SETTINGS)


def test_every_command_is_documented_and_no_other() -> None:
    documented = {name for name in rows(page("operations.md")) if name.startswith("langnghe ")}
    assert documented == set(every_command())


def test_every_make_target_is_documented_and_no_other() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    documented = {name for name in rows(page("operations.md")) if name.startswith("make ")}
    assert documented == {f"make {name}" for name in targets}


def test_the_drawn_table_is_current() -> None:
    between = page("lifecycle.md").split("<!-- table:begin -->\n")[1].split("<!-- table:end -->")[0]
    assert between == markdown_table()


def test_the_drawing_has_a_line_for_every_row() -> None:
    lines = markdown_table().splitlines()
    assert len(lines) == len(TABLE) + 2
    assert "| waiting | reply | in_progress | citizen, system | - |" in lines


def test_states_are_documented_under_the_names_pages_show() -> None:
    documented = rows(page("lifecycle.md"))
    assert {state: documented[state][0] for state in State} == STATE_NAMES


@pytest.mark.parametrize("name", [*Action, *Refusal])
def test_actions_and_refusals_are_documented(name: str) -> None:
    assert f"`{name}`" in page("lifecycle.md")


@pytest.mark.parametrize("role", Role)
def test_roles_are_in_the_glossary(role: str) -> None:
    assert f"`{role}`" in page("glossary.md")


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: str(path.relative_to(DOCS)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []
