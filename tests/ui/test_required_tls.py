"""Required TLS on the split screen: whatever the server answers STARTTLS with but 220, nothing goes on in
plain text, and nothing is proposed there."""

from __future__ import annotations

import pytest

from tests.net.scripted import serving
from tests.plain.test_until import talking
from tests.ui.test_faults import At
from tui.desk.options import Options, Steps
from tui.net.access import Access, Security
from tui.ui.app import TutorApp
from tui.ui.look import UNICODE, Appearance


@pytest.mark.parametrize("reply", ["454 4.7.0 not now", "502 what", "250 ok", "530 5.7.0 authenticate"])
async def test_anything_but_220_ends_the_connection(reply: str) -> None:
    seen: list[bytes] = []
    offered = {"EHLO": "250-mx.corp.test\r\n250-STARTTLS\r\n250 AUTH PLAIN", "STARTTLS": reply}
    async with serving(talking(seen, **offered)) as served:
        options = Options(
            target=served.endpoint,
            access=Access(security=Security.STARTTLS),
            steps=Steps(sender="a@b.test", recipients=("c@d.test",)),
        )
        app = TutorApp(options, Appearance("night", UNICODE))
        async with app.run_test(size=(120, 36)) as pilot:
            at = At(app, pilot)
            await at.sees(f"answered it with {reply[:3]}", "closed")
            assert not any(form in at.text for form in ("log in", "MAIL FROM:<", "login is needed"))
            await app.session.sitting.desk.leave()
    assert [line.split()[0] for line in seen] == [b"EHLO", b"STARTTLS"]
