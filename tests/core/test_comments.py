"""What of a message is the member's own, how long it is, its points and its language."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from bot.core.comments import (
    LONGEST,
    MOST_POINTS,
    PASTED_WORDS,
    SEGMENT_WORDS,
    language,
    own_words,
    points,
    read_comment,
    word_count,
)
from tests.debates.conftest import ROOT, WIJKAANPAK

QUOTED = "Als mensen zelf niet in beweging komen, is er blijkbaar niet zo veel aan de hand."
SOURCE = (WIJKAANPAK / "sources" / "interview.txt").read_text("utf-8")

OWN = {
    "plain": ("Dat geloof ik niet.", "Dat geloof ik niet."),
    "white space": ("  Dat \t geloof\n\n ik   niet. ", "Dat geloof ik niet."),
    "nothing": ("", ""),
    "only white space": (" \n\t ", ""),
    # quoted
    "a quoted line": (f"> {QUOTED}\nonzin", "onzin"),
    "a quoted line in the middle": ("Eerst dit.\n> de regie\nEn nu ik.", "Eerst dit. En nu ik."),
    "several quoted lines": ("> een\n> twee\n>\n> drie\nonzin", "onzin"),
    "a quoted line, indented": ("  > een\nonzin", "onzin"),
    "a quoted line without a space": ("onzin\n>Als mensen zelf niet", "onzin"),
    "a quoted line without a space, in marks": ("onzin\n>‘Als mensen zelf niet’", "onzin"),
    "a quote in a quote": (">> een\n> twee\nonzin", "onzin"),
    "only quoted": (f"> {QUOTED}", ""),
    "a quoted block": ("Lees dit eens:\n>>> een\n\ntwee\ndrie", "Lees dit eens:"),
    "a quoted block in the first line": (">>> een\n\ntwee", ""),
    "greater than": ("Het aantal is >40 en 3 > 2.", "Het aantal is >40 en 3 > 2."),
    "greater than, at the start": (">100 euro per maand", ">100 euro per maand"),
    "an arrow": ("dus -> weg ermee", "dus -> weg ermee"),
    # code
    "code": ("kijk `de regie` eens", "kijk eens"),
    "code with two ticks": ("kijk ``de `regie` hier`` eens", "kijk eens"),
    "a code block": ("kijk\n```py\nprint('de regie')\n```\neens", "kijk eens"),
    "a code block left open": ("kijk\n```\nde regie", "kijk"),
    "a tick alone": ("foto`s van toen", "foto`s van toen"),
    # links
    "a link": ("zie https://www.corpovenista.nl/x?y=1#z dus", "zie dus"),
    "a hidden preview": ("zie <https://www.corpovenista.nl> dus", "zie dus"),
    "a link without a scheme": ("zie www.corpovenista.nl dus", "zie dus"),
    "a link in capitals": ("zie HTTPS://CORPOVENISTA.NL dus", "zie dus"),
    "only a link": ("https://www.corpovenista.nl", ""),
    "a masked link": ("lees [het rapport](https://www.corpovenista.nl) eerst", "lees het rapport eerst"),
    "a masked link with a title": (
        'lees [het rapport](https://x.nl "Rapport") eerst',
        "lees het rapport eerst",
    ),
    "a masked link without preview": ("lees [het rapport](<https://x.nl/a>) eerst", "lees het rapport eerst"),
    "a masked link to itself": ("lees [https://x.nl](https://x.nl) eerst", "lees eerst"),
    "square brackets": ("dat [sic] klopt (niet)", "dat [sic] klopt (niet)"),
    # Discord's own
    "a mention": ("<@123456789012345678> <@!123456789012345678> dat klopt niet", "dat klopt niet"),
    "a role and a channel": ("<@&123> in <#456>: dat klopt niet", "in : dat klopt niet"),
    "everyone": ("@everyone en @here, dat klopt niet", "en , dat klopt niet"),
    "a custom emoji": ("dat <:stem:123> klopt <a:dans:456> niet", "dat klopt niet"),
    "a timestamp": ("op <t:1618953630> of <t:1618953630:R> gezien", "op of gezien"),
    "a command": ("met </debate state:123> gezien", "met gezien"),
    "a guide": ("in <id:customize> gezien", "in gezien"),
    "angles of the member's own": ("ik <3 mijn buurt", "ik <3 mijn buurt"),
    # markup
    "bold and italic": ("dat is **echt** *heel* __erg__ ~~leuk~~ _fijn_", "dat is echt heel erg leuk fijn"),
    "markup inside a word": ("**on**mogelijk en ||geheim||zinnig", "onmogelijk en geheimzinnig"),
    "a heading": ("# Kop\ntekst", "Kop tekst"),
    "a small print": ("-# klein\ntekst", "klein tekst"),
    "a list": ("- een\n- twee\n* drie", "een twee drie"),
    "a hyphen and a snake": (
        "bestuurlijk-organisatorisch snake_case",
        "bestuurlijk-organisatorisch snake_case",
    ),
    # characters
    "zero width": ("wijk\u200baanpak\ufeff en wijk\u2060aanpak", "wijkaanpak en wijkaanpak"),
    "a soft hyphen": ("wijk\u00adaanpak", "wijkaanpak"),
    "only zero width": ("\u200b\u200d\ufeff", ""),
    "control characters": ("dat\x00 klopt\x07niet\x1b[0m", "dat klopt niet [0m"),
    "private and lone surrogates": ("dat \ue000 klopt \ud83d niet", "dat klopt niet"),
    "a no-break space": ("dat\u00a0klopt\u202fniet", "dat klopt niet"),
    "combining accents": ("cafe\u0301", "café"),
    "Arabic": ("أهلا وسهلا بكم", "أهلا وسهلا بكم"),
    "Hebrew with marks of direction": ("\u202bשלום לכולם\u202c!\u200f", "שלום לכולם!"),
    "emoji": ("😀👍🏽", "😀👍🏽"),
    "words and emoji": ("onzin 😂", "onzin 😂"),
}


@pytest.mark.feature("M24")
@pytest.mark.parametrize("case", OWN)
def test_own_words(case: str) -> None:
    raw, own = OWN[case]
    assert own_words(raw) == own
    assert own_words(own) == own


PASTED = {
    "a sentence and a word": (f"{QUOTED} onzin", "onzin"),
    "a word before": (f"Onzin! {QUOTED}", "Onzin!"),
    "on both sides": (f"Dit hier: {QUOTED} Serieus?", "Dit hier: Serieus?"),
    "in quotation marks": (f"“{QUOTED}” Onzin!", "Onzin!"),
    "in single marks and brackets": (f"(‘{QUOTED}’) Onzin!", "Onzin!"),
    "in capitals": (f"{QUOTED.upper()} onzin", "onzin"),
    "over two turns": (
        "dat gaat ook niet gebeuren.’\n\nHoe kan dat?\nHelderman: ‘Omdat het logisch is. Nou nee.",
        "Nou nee.",
    ),
    "with straight apostrophes": ("Als je zo'n groot programma als de wijkaanpak ontwikkelt: onzin", "onzin"),
    "with other accents": ("een schrijnend gebrek aan continuïteit. Projecten en professionals. Ja!", "Ja!"),
    "with an emoji of one's own": (f"{QUOTED} 🙄 kom op", "🙄 kom op"),
    "two stretches": (
        f"{QUOTED} Onzin. De bestuurlijke en organisatorische structuur van en tussen de bij. Ook onzin.",
        "Onzin. Ook onzin.",
    ),
    "all of it": (QUOTED, ""),
    "all of it with an emoji": (f"{QUOTED} 🙄", ""),
    "the whole article": (SOURCE[1104:4437], ""),
    "seven words": (
        "Als mensen zelf niet in beweging komen, dan halen wij ze op.",
        "Als mensen zelf niet in beweging komen, dan halen wij ze op.",
    ),
    "one word changed in the middle": (
        "Als mensen zelf niet in gang komen, is er blijkbaar iets mis.",
        "Als mensen zelf niet in gang komen, is er blijkbaar iets mis.",
    ),
}


@pytest.mark.feature("M24")
@pytest.mark.parametrize("case", PASTED)
def test_words_pasted_from_the_source_are_not_the_members(case: str) -> None:
    raw, own = PASTED[case]
    assert own_words(raw, [SOURCE]) == own


@pytest.mark.feature("M24")
def test_exactly_so_many_words_are_pasted() -> None:
    words = QUOTED.replace(",", "").rstrip(".").split()
    assert own_words(" ".join(words[:PASTED_WORDS]), [SOURCE]) == ""
    fewer = " ".join(words[: PASTED_WORDS - 1])
    assert own_words(fewer, [SOURCE]) == fewer
    assert own_words(QUOTED, ["Another text."]) == QUOTED
    assert own_words(QUOTED, ["Another text.", SOURCE]) == ""
    assert (
        own_words(
            "e\u0301e\u0301n twee drie vier vijf zes zeven acht", ["één twee drie vier vijf zes zeven acht"]
        )
        == ""
    )
    assert (
        own_words(
            "één twee drie vier vijf zes zeven acht", ["e\u0301e\u0301n twee drie vier vijf zes zeven acht"]
        )
        == ""
    )


@pytest.mark.parametrize(
    "long",
    [
        "woord " * 3334,
        "a" * 20_000,
        "\n" * 20_000,
        "[" * 20_000,
        "`" * 20_000,
        "` " * 10_000,
        "> " * 10_000,
        ">" * 20_000,
        "*" * 20_000,
        "<" * 20_000,
        "<@" * 10_000,
        "](http://" * 2_500,
        "😀" * 20_000,
        " \n" * 10_000,
    ],
    ids=lambda long: repr(long[:4]),
)
def test_twenty_thousand_characters_are_read_quickly(long: str) -> None:
    before = time.process_time()
    comment = read_comment(long, [SOURCE])
    assert time.process_time() - before < 1
    assert len(comment.text) <= LONGEST


@pytest.mark.parametrize(
    "read", ["own_words('[a](http://' * 9_000)", "points('1. ' * 66_000)", "points('dr. ' * 50_000)"]
)
def test_what_nobody_could_send_at_once_is_read_within_seconds_and_not_hours(read: str) -> None:
    """So long that no slow machine makes the difference: time that grows with the square or cube is hours."""
    code = f"from bot.core.comments import own_words, points; {read}"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=True)


def test_what_is_cut_off_is_the_end() -> None:
    own = own_words("woord " * 3334)
    assert LONGEST - 6 <= len(own) <= LONGEST
    assert set(own.split()[:-1]) == {"woord"}
    assert own_words("> woord\n" * 2500 + "onzin") == "onzin"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("dat klopt niet", 3),
        ("zo’n foto's", 2),
        ("bestuurlijk-organisatorisch", 1),
        ("2010, 40 en 3.5", 1),
        ("4e klas", 2),
        ("😀 👍🏽 ... !?", 0),
        ("J.M. den Uyl", 3),
        ("snake_case", 2),
        ("أهلا وسهلا", 2),
        ("wij/zij", 2),
    ],
)
def test_word_count(text: str, words: int) -> None:
    assert word_count(text) == words


FIRST = "De kosten van die hele aanpak wegen gewoon niet op tegen wat het oplevert."
SECOND = "Mijn buurvrouw van drie hoog heeft in al die jaren nooit iemand van de gemeente gezien."
POINTS = {
    "nothing": ("", ()),
    "one sentence": (FIRST, (FIRST,)),
    "two sentences": (f"{FIRST} {SECOND}", (FIRST, SECOND)),
    "two on two lines": (f"{FIRST}\n{SECOND}", (FIRST, SECOND)),
    "a short one first": (f"Nee. {FIRST}", (f"Nee. {FIRST}",)),
    "a short one in between": (f"{FIRST} Echt waar! {SECOND}", (f"{FIRST} Echt waar!", SECOND)),
    "a short one last": (
        f"{FIRST} {SECOND} Dat is wel zo eerlijk.",
        (FIRST, f"{SECOND} Dat is wel zo eerlijk."),
    ),
    "short ones only": ("Nee. Ja. Toch niet.", ("Nee. Ja. Toch niet.",)),
    "only emoji": ("😀 👍", ("😀 👍",)),
    "an abbreviated name": (
        "Zie www.corpovenista.nl voor de rest.",
        ("Zie www.corpovenista.nl voor de rest.",),
    ),
}


@pytest.mark.parametrize("case", POINTS)
def test_points(case: str) -> None:
    text, expected = POINTS[case]
    assert points(text) == expected


@pytest.mark.parametrize("sentences", [1, 2, 5, MOST_POINTS])
def test_points_leave_no_word_out(sentences: int) -> None:
    text = " ".join([FIRST, "Nou ja.", SECOND, "Wat moet je daar dan mee?"] * sentences)
    found = points(text)
    assert len(found) <= MOST_POINTS
    assert text.startswith(" ".join(found))
    assert all(word_count(point) >= SEGMENT_WORDS for point in found)
    if len(found) < MOST_POINTS:
        assert " ".join(found) == text


def test_a_comment_with_one_point_has_no_separate_ones() -> None:
    assert read_comment(FIRST).points == ()
    assert read_comment(FIRST).texts == (FIRST,)
    comment = read_comment(f"> {QUOTED}\n{FIRST} {SECOND}")
    assert comment.text == f"{FIRST} {SECOND}"
    assert comment.texts == (comment.text, FIRST, SECOND)
    assert (comment.words, comment.language) == (word_count(FIRST) + word_count(SECOND), "nl")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dat geloof ik dus helemaal niet, het werkt bij ons gewoon wel.", "nl"),
        ("niemand heeft ons ooit gebeld", "nl"),
        ("DAAR KLOPT NIETS VAN", "nl"),
        ("I do not believe a word of this, it works fine where we live.", "en"),
        ("nobody has ever called us", "en"),
        ("Why would they?", "en"),
        ("Volgens mij is dat 'street-level' verhaal van de researchers niet nieuw", "nl"),
        ("The word 'kapitaalvernietiging' is all you need to know about this", "en"),
        ("", "und"),
        ("😂😂", "und"),
        ("2010", "und"),
        ("onzin", "und"),
        ("nonsense", "und"),
        ("in was is", "und"),
        ("أهلا وسهلا بكم", "und"),
    ],
)
def test_language(text: str, expected: str) -> None:
    assert language(text) == expected
