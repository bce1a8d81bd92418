"""A small data set of six intents, two of them the gate's, for tests that need a model."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SENTENCES = {
    "greet": ("xin chào", "chào bạn", "chào em nhé", "alo có ai không", "chào buổi sáng", "xin chào quý cơ quan"),
    "thanks": ("cảm ơn nhé", "cảm ơn em nhiều", "xin cảm ơn", "cảm ơn quý cơ quan", "cám ơn bạn", "cảm ơn lắm"),
    "complaint": (
        "đường trước cổng trường toàn ổ gà",
        "rác mấy hôm chưa thu, hôi quá",
        "đèn đường hỏng cả tuần nay",
        "nước sạch mất ba ngày nay rồi",
        "quán karaoke hát ồn không ngủ được",
        "xe tải chạy bụi mù mịt cả đường",
        "cống tắc nước thải tràn ra đường",
        "nắng nóng cháy da mà mất điện cả ngày",
        "viện phí cháy túi mà phục vụ chậm",
    ),
    "procedure_question": (
        "làm lại căn cước hết bao nhiêu tiền",
        "đăng ký khai sinh cần giấy tờ gì",
        "làm sổ đỏ mất bao lâu thì xong",
        "thủ tục đăng ký kết hôn thế nào",
        "đổi giấy phép lái xe ở đâu",
        "nộp hồ sơ trực tuyến thế nào",
    ),
    "emergency": (
        "cháy nhà rồi cứu với",
        "nhà đang cháy to lắm có người mắc kẹt",
        "có người bị điện giật ở cột điện đầu ngõ",
        "cháu bé đuối nước dưới ao cứu với",
        "có đánh nhau chém nhau ngoài quán",
        "tai nạn nặng người bất tỉnh ngoài đường",
    ),
    "denunciation": (
        "tôi tố cáo cán bộ nhận hối lộ",
        "cán bộ địa chính vòi tiền mới làm hồ sơ",
        "tố cáo chủ tịch xã tham ô tiền quỹ",
        "trưởng thôn ăn chặn tiền hỗ trợ của dân",
        "tôi tố giác ông ấy làm bằng giả",
    ),
}


def sentences() -> Sequence[tuple[str, str]]:
    """(text, intent) of the small data set."""
    return [(text, intent) for intent, texts in SENTENCES.items() for text in texts]


def write_project(folder: Path, intents: Mapping[str, Sequence[str]] = SENTENCES) -> dict[str, Path]:
    """Data, rules and domain of a small bot in a folder; the configuration is the repository's."""
    data = folder / "data"
    data.mkdir()
    blocks = [
        f"- intent: {name}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for name, texts in intents.items()
    ]
    (data / "nlu.yml").write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")
    rules = "".join(f"- rule: {name}\n  steps:\n  - intent: {name}\n  - action: utter_{name}\n" for name in intents)
    (data / "rules.yml").write_text('version: "3.1"\nrules:\n' + rules, encoding="utf-8")
    answers = "".join(f"  utter_{name}:\n  - text: answer {name}\n" for name in intents)
    names = "".join(f"- {name}\n" for name in intents)
    domain = folder / "domain.yml"
    domain.write_text(f'version: "3.1"\nintents:\n{names}responses:\n{answers}', encoding="utf-8")
    return {"data": data, "domain": domain, "config": ROOT / "config.yml"}


def changed_in_rasa(written_against: Mapping[str, str]) -> list[str]:
    """Methods whose source is no longer the one we wrote against; read in a process where nothing is replaced."""
    source = (
        "import hashlib, inspect, sys\n"
        "from rasa.core.actions.action import RemoteAction\n"
        "from rasa.core.processor import MessageProcessor\n"
        "from rasa.engine.runner.dask import DaskGraphRunner\n"
        "from rasa.utils.endpoints import EndpointConfig\n"
        "for name in sys.argv[1:]:\n"
        "    kind, _, method = name.partition('.')\n"
        "    text = inspect.getsource(getattr(globals()[kind], method))\n"
        "    print(name, hashlib.sha256(text.encode()).hexdigest())\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", source, *written_against]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = dict(line.split() for line in done.stdout.splitlines())
    return [name for name, digest in written_against.items() if found.get(name) != digest]
