"""A line whose fault was named before the server refused it: the verdict is told, and nothing twice."""

from __future__ import annotations

import pytest

from tui.net.session import Stamped
from tui.plain.printer import Printer
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, Event
from tui.words import language

EN = ("552 5.3.4   refused for good: the message is too large", "It was said at MAIL FROM.", "the sender's.")
ZH = ("552 5.3.4   永久拒绝：信太大", "这是在 MAIL FROM 这一步说的。", "下一步由发件人来做。")


@pytest.mark.parametrize("guided", [True, False], ids=["person", "script"])
@pytest.mark.parametrize(("lang", "said"), [("en", EN), ("zh_CN", ZH)])
def test_step_permanence_and_move(lang: str, said: tuple[str, str, str], *, guided: bool) -> None:
    language.use(lang)
    dialogue, printer = Dialogue(), Printer(guided=guided)
    told: list[Event] = [ConnectionOpened("mx.test", "192.0.2.1", 25, sandbox=False)]
    told += dialogue.received(b"220 mx.test\r\n")
    told += dialogue.sent(b"EHLO me.test\r\n")
    told += dialogue.received(b"250-mx.test\r\n250 SIZE 20\r\n")
    told += dialogue.sent(b"MAIL FROM:<a@b.test> SIZE=99\r\n")
    told += dialogue.received(b"552 5.3.4 Too big\r\n")
    rows = printer.rows([Stamped(event, 0.0, 0.0) for event in told])
    headline, verdict = rows[rows.index("S: 552 5.3.4 Too big") + 1 :]
    assert headline == f"* {said[0]}"
    assert verdict.startswith(f"* {said[1]}") and verdict.endswith(said[2])
