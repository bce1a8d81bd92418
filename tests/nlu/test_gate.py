import pytest
import yaml
from small_bot import sentences

from bot.nlu.features import words_of
from bot.nlu.gate_model import CUES_FILE, DEFAULTS, Cues, GateModel, Verdict, pieces
from bot.nlu.linear import Row
from bot.nlu.precedence import doubt, promote
from bot.nlu.report import gate_page
from bot.nlu.variants import DEFAULTS as SPELLINGS
from bot.nlu.variants import expand

CLASSES = DEFAULTS["classes"]


@pytest.fixture(scope="module")
def gate() -> GateModel:
    rows = [(text, Row(words_of(text), intent, group)) for text, intent, group in expand(sentences(), SPELLINGS)]
    return GateModel(rows, Cues.load(), DEFAULTS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Cháy nhà rồi, cứu với!", "emergency"),
        ("chay nha roi cuu voi", "emergency"),
        ("Có người đuối nước dưới ao làng", "emergency"),
        ("Chào em. Đèn đường hỏng cả tuần. Nhà bên đang cháy to, có người mắc kẹt!", "emergency"),
        ("tôi tố cáo cán bộ xã nhận hối lộ", "denunciation"),
    ],
)
def test_what_must_not_be_missed(gate: GateModel, text: str, name: str) -> None:
    verdict = gate.judge(text)
    assert verdict is not None
    assert verdict.name == name


@pytest.mark.parametrize(
    "text",
    ["đi viện cháy túi mà phục vụ chậm", "nắng nóng cháy da mà mất điện", "xin chào", "làm lại căn cước ở đâu"],
)
def test_figures_of_speech_are_no_emergency(gate: GateModel, text: str) -> None:
    verdict = gate.judge(text)
    assert verdict is None or not verdict.sure


def test_only_classes_that_were_trained_are_guarded(gate: GateModel) -> None:
    assert gate.classes == ["emergency", "denunciation"]
    assert (gate.ask <= gate.sure).all()


def test_what_it_passes_by_is_listed_as_written(gate: GateModel) -> None:
    written = dict(sentences())
    assert gate.tried == {name: sum(intent == name for intent in written.values()) for name in gate.classes}
    for each in gate.missed:
        assert written[each.text] == each.name
        assert each.score < gate.ask[gate.classes.index(each.name)]
    page = gate_page(gate)
    assert all(each.text in page for each in gate.missed)


def test_cues_speak_for_and_against() -> None:
    cues = Cues.load()
    assert cues.evidence(words_of("cháy nhà rồi"), CLASSES)[0] == 1
    assert cues.evidence(words_of("chay nha roi"), CLASSES)[0] == 1
    assert cues.evidence(words_of("đi chợ cháy túi"), CLASSES)[0] == -1
    assert cues.evidence(words_of("chạy nhanh về nhà"), CLASSES)[0] == 0
    assert cues.evidence(words_of("diễn tập chữa cháy nhà cao tầng, cháy nhà giả định"), CLASSES)[0] == 0


def test_every_cue_is_written_once_in_small_letters() -> None:
    table = yaml.safe_load(CUES_FILE.read_text(encoding="utf-8"))
    assert list(table) == CLASSES
    for name, sides in table.items():
        phrases = sides["says"] + sides["not"]
        assert len(phrases) == len(set(phrases)), name
        assert all(phrase == phrase.lower().strip() and phrase for phrase in phrases), name


def test_a_long_message_is_judged_sentence_by_sentence() -> None:
    assert len(pieces("Đường ngập nặng lắm rồi. Có người bị điện giật. Ok.")) == 3
    assert len(pieces("một câu thôi")) == 1


def ranked(*pairs: tuple[str, float]) -> list[dict[str, object]]:
    return [{"name": name, "confidence": confidence} for name, confidence in pairs]


@pytest.mark.parametrize(
    ("first", "verdict", "expected"),
    [
        ("complaint", Verdict("emergency", 0.9, sure=True), "emergency"),
        ("complaint", Verdict("emergency", 0.9, sure=False), "complaint"),
        ("complaint", Verdict("denunciation", 0.9, sure=True), "denunciation"),
        ("emergency", Verdict("denunciation", 0.9, sure=True), "emergency"),
        ("complaint", Verdict("abusive", 0.9, sure=True), "complaint"),
        ("greet", Verdict("abusive", 0.9, sure=True), "abusive"),
        ("greet", None, "greet"),
    ],
)
def test_who_goes_first(first: str, verdict: Verdict | None, expected: str) -> None:
    names = ["emergency", "denunciation", "abusive", "complaint", "greet"]
    others = [(name, 0.1) for name in names if name != first]
    after = promote(ranked((first, 0.6), *others), verdict)
    assert after[0]["name"] == expected
    assert sorted(each["name"] for each in after) == sorted(names)
    assert sum(each["confidence"] for each in after) == pytest.approx(1)
    assert after[0]["confidence"] == max(each["confidence"] for each in after)


def test_a_gate_intent_the_gate_does_not_confirm_becomes_a_question() -> None:
    assert doubt(ranked(("emergency", 0.6)), None, CLASSES) == Verdict("emergency", 0.6, sure=False)
    assert doubt(ranked(("greet", 0.6)), None, CLASSES) is None
    sure = Verdict("abusive", 0.9, sure=True)
    assert doubt(ranked(("abusive", 0.9)), sure, CLASSES) == sure
