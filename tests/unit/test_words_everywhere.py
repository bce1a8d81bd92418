"""Every sentence a citizen may read outside domain.yml: how it addresses them, and where its links lead."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tracker.config import ROOT

TEMPLATES = sorted(
    [*(ROOT / "tracker" / "notify" / "templates" / "citizen").glob("*.txt"),
     *(ROOT / "bot" / "procedures" / "templates").glob("*.j2")]
)  # fmt: skip
CODE = sorted([*(ROOT / "bot" / "channels").rglob("*.py"), *(ROOT / "tracker" / "delivery").glob("*.py")])
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
OTHER_PRONOUNS = re.compile(
    r"(?i)\b(bạn|anh chị|anh/chị|ông bà|bác|cô|chú|em|cháu|cưng)\b|(?<!chúng )(?<!của )\btôi\b(?! cũng)"
)
LINKS = re.compile(r"\b[\w.\-]+\.(?:vn|com|net|org|io|me)\b")


def sentences() -> list[tuple[str, str]]:
    """(where, text) of templates and of Vietnamese strings in the code of channels and delivery."""
    found = [(path.name, re.sub(r"{[{%#].*?[}%#]}", " ", path.read_text(encoding="utf-8"))) for path in TEMPLATES]
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            said = isinstance(node, ast.Constant) and isinstance(node.value, str) and VIETNAMESE.search(node.value)
            if said and " " in node.value:
                found.append((str(path.relative_to(ROOT)), node.value))
    return found


SENTENCES = sentences()


def test_they_were_found() -> None:
    assert len(TEMPLATES) > 15
    assert len(SENTENCES) > len(TEMPLATES)


@pytest.mark.parametrize(("where", "text"), SENTENCES)
def test_no_other_pronoun(where: str, text: str) -> None:
    quoted = re.sub(r"“[^”]*”", "", text)
    found = OTHER_PRONOUNS.search(quoted)
    assert found is None, f"{where}: {found and found.group()!r} in {text!r}"


@pytest.mark.parametrize(("where", "text"), SENTENCES)
def test_links_lead_to_official_domains_only(where: str, text: str) -> None:
    for domain in LINKS.findall(text):
        assert domain.endswith(".gov.vn"), f"{where}: {domain}"


@pytest.mark.parametrize(("where", "text"), SENTENCES)
def test_a_report_is_never_called_don(where: str, text: str) -> None:
    if Path(where).suffix == ".txt":
        assert not re.search(r"(?i)\bđơn\b", text), f"{where}: {text}"
