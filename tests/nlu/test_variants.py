from random import Random

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import noise
from bot.nlu.linear import JOINED
from bot.nlu.variants import DEFAULTS, GROUP, TrainingVariants, ended, expand, mixed, variants
from bot.text import strip_marks

ORDER = ["emergency", "complaint"]
EXAMPLES = [
    ("Đường trước trường không có đèn", "complaint"),
    ("Cháy nhà rồi, cứu với", "emergency"),
    ("xin chào", "greet"),
    ("ok", "affirm"),
]


def config(**changes: object) -> dict[str, object]:
    return {**DEFAULTS, "precedence": ORDER, **changes}


def test_every_accented_sentence_is_also_stripped() -> None:
    made = {text for text, _, _ in expand(EXAMPLES, config())}
    assert {strip_marks(text) for text, _ in EXAMPLES} <= made


def test_the_same_seed_gives_the_same_variants_and_another_seed_others() -> None:
    assert expand(EXAMPLES, config()) == expand(EXAMPLES, config())
    assert expand(EXAMPLES, config()) != expand(EXAMPLES, config(seed=1))


def test_a_variant_is_new_and_keeps_intent_and_number() -> None:
    for text, intent, number in expand(EXAMPLES, config(mixed=0))[len(EXAMPLES) :]:
        assert EXAMPLES[number][1] == intent
        assert text != EXAMPLES[number][0]


def test_joined_sentences_take_the_intent_that_goes_first() -> None:
    joined = list(mixed(EXAMPLES, Random(1), config(mixed=20)))  # noqa: S311
    assert len(joined) > 20
    for text, intent in joined:
        if "Cháy nhà" in text:
            assert intent == "emergency"
        elif "Đường" in text:
            assert intent == "complaint"


def test_without_the_named_intents_nothing_is_joined() -> None:
    rows = expand([("xin chào", "greet"), ("cảm ơn", "thanks")], config(mixed=20))
    assert all(number != JOINED for _, _, number in rows)


@pytest.mark.parametrize(
    ("syllable", "keys"),
    [("đường", "dduwowngf"), ("hỏng", "hongr"), ("ngập", "ngaapj"), ("nuôi", "nuooi"), ("an", "an")],
)
def test_telex_keys(syllable: str, keys: str) -> None:
    assert noise.telex_keys(syllable) == keys


def test_each_kind_of_noise_does_what_it_says() -> None:
    rng = Random(1)  # noqa: S311
    assert noise.teencode("không được rồi", rng, share=1) != "không được rồi"
    assert noise.drop_marks("đường ngập", rng, share=1) == "duong ngap"
    assert noise.glue("a b c", rng, share=1) == "abc"
    assert noise.shout("đường", rng) == "ĐƯỜNG"
    assert noise.lower_bare("Đường, ngập!", rng) == "đường ngập"
    assert noise.northern("nắng lắm nghe", rng, share=1) == "lắng nắm nghe"
    assert noise.misspelt("chó sủa cả ngõ", rng, share=1) == "tró xủa cã ngỏ"
    assert noise.misspelt("gì thế", rng, share=1) == "gì thế"
    assert noise.slips("đường ngập nước", rng, share=1) != "đường ngập nước"
    assert noise.emote("ngập", rng).startswith("ngập ")


def test_short_text_survives_noise() -> None:
    rng = Random(1)  # noqa: S311
    for text in ("a", "?", "😀", "ok", "1"):
        assert all(variants(text, rng, config()))


def test_the_component_adds_messages_and_leaves_citizens_alone() -> None:
    data = TrainingData([Message(data={TEXT: text, INTENT: intent}) for text, intent in EXAMPLES])
    component = TrainingVariants(config())
    result = component.process_training_data(data)
    assert len(result.intent_examples) > 2 * len(EXAMPLES)
    originals = [message for message in result.intent_examples if message.get(TEXT) == EXAMPLES[0][0]]
    assert [message.get(GROUP) for message in originals] == [0]
    message = Message(data={TEXT: "Đường ngập"})
    assert component.process([message]) == [message]
    assert message.get(TEXT) == "Đường ngập"


def test_a_report_with_its_place_behind_it_is_a_variant_of_the_report() -> None:
    told = [
        *EXAMPLES,
        ("ngõ 5 phường Vũ Ninh", "add_info"),
        ("một câu dài quá để đứng sau một câu khác nữa", "add_info"),
    ]
    made = list(ended(told, Random(1), config(ends={"complaint": "add_info"}, ended=1.0)))  # noqa: S311 (repeatable)
    assert [(intent, number) for _, intent, number in made] == [("complaint", 0)]
    assert made[0][0].startswith("Đường trước trường không có đèn")
    assert made[0][0].endswith("ngõ 5 phường Vũ Ninh")
