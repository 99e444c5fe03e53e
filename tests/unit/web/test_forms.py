from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import say
from app.web.forms import FormState

MACROS = "{% import 'macros.html' as ui %}"
REFUSED = FormState(
    {"gross_mass": "8.2"},
    [
        FieldProblem("#/gross_mass", say("毛重要大于皮重 {tare} kg", tare="18.2")),
        FieldProblem("#/lines/0/mass", say("填净重")),
    ],
)


def rendered(snippet: str, form: FormState) -> str:
    return render_template_string(MACROS + snippet, form=form)


def test_pointers_and_field_names_meet() -> None:
    names = [name for name, _ in REFUSED.problems]

    assert names == ["gross_mass", "lines-0-mass"]


def test_a_field_ticked_twice_keeps_both_values() -> None:
    form = FormState(MultiDict([("hazards", "T"), ("hazards", "I")]))

    assert form.values_of("hazards") == ["T", "I"]


def test_a_refused_field_keeps_what_was_typed_and_points_to_its_error(chinese: Flask) -> None:
    html = rendered(
        "{{ ui.field(form, 'gross_mass', '毛重', kind='number', unit='kg', hint='看秤') }}", REFUSED
    )

    assert 'value="8.2"' in html
    assert 'aria-describedby="f-gross_mass-h f-gross_mass-e"' in html
    assert 'aria-invalid="true"' in html
    assert "毛重要大于皮重 18.2 kg" in html


def test_the_summary_links_to_every_field_in_order(chinese: Flask) -> None:
    html = rendered("{{ ui.error_summary(form) }}", REFUSED)

    assert html.index("#f-gross_mass") < html.index("#f-lines-0-mass")
    assert "还有 2 处要改" in html


def test_what_people_typed_is_escaped(chinese: Flask) -> None:
    html = rendered("{{ ui.field(form, 'note', '备注', kind='textarea') }}", FormState({"note": "<script>"}))

    assert "<script>" not in html


def test_a_password_is_never_sent_back(chinese: Flask) -> None:
    html = rendered(
        "{{ ui.field(form, 'secret', '密码', kind='password') }}", FormState({"secret": "hunter2"})
    )

    assert "hunter2" not in html
