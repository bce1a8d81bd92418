"""Every sentence the dialogue can say: used, defined, warm, short, and never asking for what it must not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from actions.families import ACTIONS
from actions.responses import Responses, load_responses, messages, rows
from tracker.config import ROOT
from tracker.services.intake.questions import Question
from tracker.services.intake.say import Say
from tracker.services.intake.understanding import families

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
TEXTS = {name: variants[0]["text"] for name, variants in DOMAIN["responses"].items()}
TITLES = [b["title"] for v in DOMAIN["responses"].values() for b in v[0].get("buttons", ())]
LAWFUL_FORMS = {
    "utter_formal_complaint", "utter_denunciation", "utter_denunciation_unsure", "utter_conduct_choice",
    "utter_denunciation_way",
}  # fmt: skip
INTENTS = (
    *("greet", "goodbye", "thanks", "help", "affirm", "deny", "cancel", "complaint", "suggestion", "praise"),
    *("procedure_question", "status_lookup", "add_info", "withdraw", "office_info", "human_handoff"),
    *("formal_complaint", "denunciation", "emergency", "abusive", "privacy_request", "out_of_scope"),
)


def sources() -> str:
    files = [*(ROOT / "actions").rglob("*.py"), *(ROOT / "tracker" / "services" / "intake").rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def used_names() -> tuple[set[str], list[str]]:
    """Whole names in the code, and patterns of names that are put together there."""
    found = re.findall(r'f?"(utter_[\w{}\[\]\'.= ]*)"', sources())
    whole = {name for name in found if "{" not in name}
    return whole, [re.sub(r"\{[^}]*\}", r"\\w+", name) for name in found if "{" in name]


def test_every_sentence_is_used_and_every_used_one_is_defined() -> None:
    whole, patterns = used_names()
    assert whole <= set(TEXTS), whole - set(TEXTS)
    unused = {n for n in set(TEXTS) - whole if not any(re.fullmatch(pattern, n) for pattern in patterns)}
    assert unused == set()


def test_every_put_together_name_exists() -> None:
    for kind in ("suggestion", "praise", "crime"):
        assert f"utter_part_kind_{kind}" in TEXTS
    for kind in ("complaint", "suggestion", "praise"):
        assert f"utter_question_{kind}_description" in TEXTS
    for family in families():
        assert f"utter_part_group_{family}" in TEXTS
    for name in ("name", "phone", "address"):
        assert f"utter_question_{name}" in TEXTS


def test_no_response_has_a_name_rasas_form_would_say_by_itself() -> None:
    asked = {f"utter_ask_{question}" for question in Question} | {f"utter_ask_report_form_{q}" for q in Question}
    assert not asked & set(TEXTS)


def test_the_intents_are_the_twenty_two() -> None:
    assert [next(iter(each)) for each in DOMAIN["intents"]] == list(INTENTS)


def test_form_and_actions_are_those_of_the_code() -> None:
    assert DOMAIN["forms"]["report_form"]["required_slots"] == [str(q) for q in Question]
    assert set(DOMAIN["actions"]) == {action.action_name for action in ACTIONS}


@pytest.mark.parametrize("name", TEXTS)
def test_the_bot_says_quy_vi_and_nothing_else(name: str) -> None:
    other = r"(?i)\b(bạn|anh chị|anh/chị|ông bà|bác|cô|chú|em|cháu|tôi|mình)\b"
    citizens_own = r"(?i)“[^”]*”|trẻ em|dữ liệu của tôi|phản ánh của tôi"
    text = re.sub(citizens_own + r"|chúng tôi|của mình|với mình|chính mình|điều mình cần", "", TEXTS[name])
    assert not re.search(other, text), re.search(other, text)


@pytest.mark.parametrize("name", sorted(set(TEXTS) - LAWFUL_FORMS))
def test_a_report_is_never_called_don(name: str) -> None:
    assert not re.search(r"(?i)\bđơn\b", TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_sentences_are_calm_and_short(name: str) -> None:
    text = TEXTS[name]
    assert not re.search(r"[A-ZĐÀ-Ỹ]{5,}", text)
    assert "—" not in text
    assert len(text) <= 900
    assert not re.search(r"(?i)(gửi|cho biết|nhập)[^.]*(mật khẩu|otp|số tài khoản|ảnh căn cước)", text)


def test_links_go_to_official_domains_only() -> None:
    for text in TEXTS.values():
        for domain in re.findall(r"\b[\w.\-]+\.(?:vn|com|net|org)\b", text):
            assert domain.endswith(".gov.vn"), domain


def test_titles_fit_a_button() -> None:
    assert all(len(title) <= 40 for title in TITLES)
    assert "Tôi cũng gặp việc này" in TITLES


def test_empty_lines_of_empty_parts_are_left_out() -> None:
    made = Responses({"utter_x": [{"text": "A\n{part}\nB {word}"}], "utter_p": [{"text": "({n})"}]})
    assert made.text(Say("utter_x", {"part": "", "word": Say("utter_p", {"n": 1})})) == "A\nB (1)"
    assert (
        made.text(Say("utter_x", {"part": (Say("utter_p", {"n": 1}), Say("utter_p", {"n": 2})), "word": ""}))
        == "A\n(1) (2)\nB"
    )


def test_buttons_are_laid_in_rows_that_fit_a_phone() -> None:
    laid = rows([("Gửi", "send"), ("Sửa", "edit"), ("Hủy", "cancel"), ("Tôi cũng gặp việc này", "follow:1")])
    assert [[b["title"] for b in row] for row in laid] == [["Gửi", "Sửa", "Hủy"], ["Tôi cũng gặp việc này"]]
    assert [len(row) for row in rows([("Số của tôi", "request:contact"), ("Bỏ qua", "skip:contact")])] == [1, 1]


def test_never_more_than_two_messages() -> None:
    made = messages(load_responses(), [Say("utter_notice"), Say("utter_greet"), Say("utter_thanks")], None)
    assert len(made) == 2
    assert made[0]["rows"]


def test_rules_name_only_known_intents_and_actions() -> None:
    known = {*DOMAIN["actions"], "report_form", "action_listen"}
    for path in sorted(Path(ROOT / "nlu_data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            for step in rule["steps"]:
                assert step.get("intent", "greet") in {*INTENTS, "nlu_fallback"}
                assert step.get("action", "report_form") in known


def test_every_intent_has_a_rule_and_every_interrupting_one_its_own() -> None:
    plain, inside = set(), set()
    for path in (ROOT / "nlu_data" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intents = {step["intent"] for step in rule["steps"] if "intent" in step}
            (inside if "condition" in rule else plain).update(intents)
    assert plain == {*INTENTS, "nlu_fallback"}
    answers = {"complaint", "suggestion", "praise", "affirm", "deny", "add_info", "cancel"}
    assert inside == set(INTENTS) - answers
