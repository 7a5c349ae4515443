"""Templates are strict, sandboxed and named when broken, and a rendered text knows what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.claims import Quote
from bot.core.source import Kind, Part, Span, digest
from bot.wording import Piece, Rendered, Wording, WordingError, load_wording
from tests.debates.conftest import ROOT

Write = Callable[..., Wording]
WORDS = "Tien jaar!"
QUOTE = Quote(Span("interview", 7, 17, digest(WORDS)), WORDS, "brandsen", Part(Kind.TURN, "brandsen", 0, 17))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Load one locale with these files."""

    def written(**files: str) -> Wording:
        folder = tmp_path / "prompts" / "nl"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / f"{name}.toml").write_text(text, "utf-8")
        return load_wording(folder.parent)["nl"]

    return written


def made_of(rendered: Rendered) -> list[tuple[str, str]]:
    """Each piece with what it is."""
    return [
        ("quote" if piece.quote else "value" if piece.value else "template", piece.text)
        for piece in rendered.pieces
    ]


def refused(load: Callable[[], object]) -> WordingError:
    with pytest.raises(WordingError) as raised:
        load()
    assert str(raised.value) == f"{raised.value.where}: {raised.value.detail}"
    return raised.value


# -- strictness


def test_a_template_is_found_by_file_table_and_key(write: Write) -> None:
    wording = write(reply='head = "Dag"\n[button.why]\nlabel = "Waarom?"\n', other='head = "Hoi"\n')
    assert wording.keys == {"reply.head", "reply.button.why.label", "other.head"}
    assert wording.say("reply.button.why.label") == "Waarom?"
    assert (wording.locale, wording.say("other.head")) == ("nl", "Hoi")


@pytest.mark.parametrize("key", ["reply.nothing", "head", "", "reply", "reply.head.more"])
def test_an_unknown_key_is_refused(write: Write, key: str) -> None:
    wording = write(reply='head = "Dag"\n')
    error = refused(lambda: wording.render(key))
    assert error.where == "prompts/nl"
    assert key in error.detail


@pytest.mark.parametrize(
    "template",
    [
        "Dag {{ name }}",
        "{% if name %}Dag{% endif %}",
        "{% for each in name %}{{ each }}{% endfor %}",
        "{{ name | upper }}",
        "{{ name.first }}",
        "{{ name == other }}",
    ],
)
def test_a_missing_value_is_refused_with_its_line(write: Write, template: str) -> None:
    wording = write(reply=f'first = "x"\n\nhead = "{template}"\n')
    error = refused(lambda: wording.render("reply.head", other="x"))
    assert error.where == "prompts/nl/reply.toml:3"
    assert "name" in error.detail


def test_a_missing_field_is_refused(write: Write) -> None:
    wording = write(reply='head = "{{ member.nick }}"')
    assert wording.say("reply.head", member={"nick": "Jo"}) == "Jo"
    assert "nick" in refused(lambda: wording.render("reply.head", member={"name": "Jo"})).detail


def test_a_template_tells_its_variables_text_and_place(write: Write) -> None:
    wording = write(reply='a = "x"\nhead = """\n{% for b in bs %}{{ b }}{% endfor %}{{ name }}\n"""\n')
    assert wording.variables("reply.head") == {"bs", "name"}
    assert wording.source("reply.head") == "{% for b in bs %}{{ b }}{% endfor %}{{ name }}"
    assert wording.where("reply.head") == "prompts/nl/reply.toml:2"


def test_a_fault_while_rendering_is_named(write: Write) -> None:
    wording = write(reply='sum = "{{ name + 1 }}"\nloaded = "{% include name %}"\nzero = "{{ 1 // n }}"')
    for key, line in (("sum", 1), ("loaded", 2)):
        assert refused(lambda key=key: wording.render(f"reply.{key}", name="Jo")).where.endswith(f":{line}")
    assert refused(lambda: wording.render("reply.zero", n=0)).where.endswith(":3")


# -- provenance


@pytest.mark.feature("M12")
def test_a_rendered_text_knows_its_pieces(write: Write) -> None:
    wording = write(reply='head = "Dag {{ name }}: “{{ quote }}” ({{ year }})"')
    rendered = wording.render("reply.head", name="Jo", quote=QUOTE, year=2010)
    assert rendered.text == "Dag Jo: “Tien jaar!” (2010)"
    assert rendered.quotes == (QUOTE,)
    assert (rendered.key, rendered.locale) == ("reply.head", "nl")
    assert made_of(rendered) == [
        ("template", "Dag "),
        ("value", "Jo"),
        ("template", ": “"),
        ("quote", "Tien jaar!"),
        ("template", "” ("),
        ("value", "2010"),
        ("template", ")"),
    ]


def test_values_keep_their_kind_inside_lists_tables_and_other_texts(write: Write) -> None:
    wording = write(
        reply="""
line = "> {{ quote }}"
block = "{% for each in lines %}{{ each }}{{ sign }}{% endfor %}{{ all | join(' + ') }}{{ by.name }}"
"""
    )
    line = wording.render("reply.line", quote=QUOTE)
    rendered = wording.render(
        "reply.block", lines=[line, line], sign=";", all=("a", "b"), by={"name": "Jo", "quote": QUOTE}
    )
    assert rendered.text == "> Tien jaar!;> Tien jaar!;a + bJo"
    assert rendered.quotes == (QUOTE, QUOTE)
    assert [kind for kind, text in made_of(rendered) if text in {"a", "b", "Jo", ";"}] == ["value"] * 5
    assert "".join(text for kind, text in made_of(rendered) if kind == "template") == "> > " + " + "


def test_a_number_counts_and_compares_as_one(write: Write) -> None:
    times = "{{ n }} {% if n == 1 %}keer{% else %}keren{% endif %}"
    wording = write(reply=f"head = '{times}{{% if h > 0.4 %}}, {{{{ h }}}}{{% endif %}}'")
    rendered = wording.render("reply.head", n=1, h=0.5)
    assert rendered.text == "1 keer, 0.5"
    assert made_of(rendered)[0] == ("value", "1")
    assert made_of(rendered)[-1] == ("value", "0.5")
    assert wording.say("reply.head", n=2, h=0.25) == "2 keren"


def test_equal_values_are_equal(write: Write) -> None:
    wording = write(reply='head = "{{ a }}{% if a != b %} tot {{ b }}{% endif %}"')
    assert wording.say("reply.head", a="1 mei", b="1 mei") == "1 mei"
    assert wording.say("reply.head", a="1 mei", b="2 mei") == "1 mei tot 2 mei"


def test_a_flag_stays_what_it_is(write: Write) -> None:
    wording = write(reply='head = "{% if loud is true %}!{% elif loud is none %}?{% else %}.{% endif %}"')
    assert [wording.say("reply.head", loud=loud) for loud in (True, False, None)] == ["!", ".", "?"]


def test_an_empty_value_is_false_and_a_flag_is_a_flag(write: Write) -> None:
    wording = write(
        reply='head = "{% if name %}Dag {{ name }}{% else %}Dag{% endif %}{% if loud %}!{% endif %}"'
    )
    assert wording.say("reply.head", name="", loud=True) == "Dag!"
    assert wording.say("reply.head", name=None, loud=False) == "Dag"
    assert wording.say("reply.head", name="Jo", loud=False) == "Dag Jo"


@pytest.mark.parametrize(
    "value",
    [
        "{{ secret }}",
        "{% for x in y %}",
        "{# weg #}",
        "\ue0000\ue001",
        "\ue000",
        "<b>&amp;</b>",
        "@everyone",
        "a\nb",
    ],
)
def test_a_value_is_never_read_as_a_template(write: Write, value: str) -> None:
    wording = write(reply='head = "Dag {{ name }}."')
    rendered = wording.render("reply.head", name=value, secret="geheim")
    assert rendered.text == f"Dag {value}."
    assert made_of(rendered) == [("template", "Dag "), ("value", value), ("template", ".")]
    outer = wording.render("reply.head", name=rendered)
    assert outer.text == f"Dag Dag {value}.."
    assert Piece(value, value=True) in outer.pieces


# -- sandbox


@pytest.mark.parametrize(
    "template",
    [
        "{{ name.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ n.__class__ }}",
        "{{ name['__class__'] }}",
        "{{ name|attr('__class__') }}",
        "{{ everything.__init__.__globals__ }}",
        "{{ everything.append('x') }}",
        "{{ n._shown }}",
        "{{ self._TemplateReference__context }}",
        "{{ range(100000000) | list }}",
    ],
)
def test_a_template_cannot_reach_into_python(write: Write, template: str) -> None:
    wording = write(reply=f'head = "{template}"')
    everything = ["a"]
    error = refused(lambda: wording.render("reply.head", name="Jo", n=3, everything=everything))
    assert error.where == "prompts/nl/reply.toml:1"
    assert everything == ["a"]


# -- broken files


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "x"\n\nb = "{{ name"\n', 3),
        ('[one]\nlabel = "x"\n[two]\nlabel = "{% if x %}"\n', 4),
        ('a = "x"\nlabel = "{{ x | nofilter }}"', 2),
        ('a = """\nb = 1\n"""\nb = "{% endfor %}"', 4),
        ('a = "x"\nb = ["x", "y"]', 2),
        ("a = 'x'\n\n[t]\nn = 3", 4),
    ],
)
def test_a_broken_template_is_named_with_its_line(write: Write, text: str, line: int) -> None:
    assert refused(lambda: write(reply=text)).where == f"prompts/nl/reply.toml:{line}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "x"\nb = oops\n', 2),
        ('a = "x"\na = "y"', 2),
        ('a = "x"\n\n[t', 3),
        ('a = "x"\nb = """never\nclosed\n', 4),
    ],
)
def test_broken_toml_is_named_with_its_line(write: Write, text: str, line: int) -> None:
    error = refused(lambda: write(reply=text))
    assert error.where == f"prompts/nl/reply.toml:{line}"
    assert "line" not in error.detail


def test_another_encoding_is_named_with_its_line(write: Write, tmp_path: Path) -> None:
    write(reply='a = "x"\n')
    (tmp_path / "prompts" / "nl" / "reply.toml").write_bytes(b'a = "x"\nb = "caf\xe9"\n')
    assert refused(lambda: write()).where == "prompts/nl/reply.toml:2"


def test_a_folder_without_a_locale_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("no locale", "utf-8")
    assert refused(lambda: load_wording(tmp_path)).detail == "no locale"


# -- the texts themselves


@pytest.mark.feature("M17")
def test_the_wording_of_the_checks_is_complete_in_both_languages() -> None:
    wordings = load_wording(ROOT / "prompts")
    assert set(wordings) == {"nl", "en"}
    english, dutch = (
        {key: wordings[locale].variables(key) for key in wordings[locale].keys if key.startswith("lint.")}
        for locale in ("en", "nl")
    )
    assert len(english) > 30
    assert english == dutch
    assert all(wordings["en"].source(key) != wordings["nl"].source(key) for key in english)
