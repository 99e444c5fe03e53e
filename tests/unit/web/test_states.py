import pytest
from flask import Flask, render_template_string

from app.web.assets import icon
from app.web.states import CONSIGNMENT_LOOKS, CONTAINER_LOOKS


@pytest.mark.parametrize("looks", [CONTAINER_LOOKS, CONSIGNMENT_LOOKS])
def test_every_state_has_a_word_and_a_known_icon(looks: dict) -> None:  # type: ignore[type-arg]
    assert all(str(look.word) and icon(look.icon) for look in looks.values())


def test_a_state_that_waits_for_the_viewer_is_solid_blue(chinese: Flask) -> None:
    tag = "{% import 'macros.html' as ui %}{{ ui.state_tag('consignment', 'arrived', mine='待我过磅接收') }}"

    html = render_template_string(tag)

    assert 'class="tag act"' in html
    assert "待我过磅接收" in html
