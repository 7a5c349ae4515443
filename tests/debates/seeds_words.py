"""Faults in the answers, quotes and comments of the second debate."""

from __future__ import annotations

from tests.debates.conftest import exemplar
from tests.debates.seeds import (
    BANK,
    CLAIM,
    DEV,
    LONG,
    OFF,
    ON,
    TEST,
    Seed,
    add,
    answered,
    both,
    put,
    quoted,
    row,
)

SEEDS = {
    # answers
    "answer though none": Seed(
        "answer_none_with_quotes", CLAIM, "[answer]", put(CLAIM, '"answered"', '"none"')
    ),
    "no answer though answered": Seed(
        "answer_empty",
        "claims/deckhands.toml",
        "[answer]",
        put("claims/deckhands.toml", '"none"', '"answered"'),
        ("answered",),
    ),
    "no answer though declined": Seed(
        "answer_empty",
        "claims/deckhands.toml",
        "[answer]",
        put("claims/deckhands.toml", '"none"', '"declined"'),
        ("declined",),
    ),
    "answer by the editors": Seed(
        "answer_by_other",
        CLAIM,
        '"editors"',
        answered("Their verdict: the boats are welcome, the subsidy is not.", "editors"),
        ("The Tideline",),
    ),
    # quotes
    "too long": Seed("quote_too_long", CLAIM, LONG, quoted(LONG, "morgan"), (str(len(LONG)), "600")),
    "half a sentence": Seed(
        "quote_cut_short", CLAIM, '"The ice house', quoted("The ice house is a good thing,", "okafor")
    ),
    "without its first word": Seed(
        "quote_cut_short",
        CLAIM,
        '"a port',
        quoted("a port lives on buyers, and nobody asked the buyers.", "okafor"),
    ),
    "without its full stop": Seed(
        "quote_cut_short",
        CLAIM,
        '"They left',
        quoted("They left the river mouth because it silted up, not because of a grant", "okafor"),
    ),
    "two turns in one": Seed(
        "quote_crosses",
        CLAIM,
        '"nobody asked',
        quoted("nobody asked the buyers.\nMORGAN: The auction is forty miles away.", "okafor"),
    ),
    "a reader": Seed(
        "not_quotable", CLAIM, '"Count again', quoted("Count again in August.", "lowe"), ("P. Lowe", "reader")
    ),
    "a reader as an answer": Seed(
        "not_quotable",
        CLAIM,
        '"Count again',
        answered("Count again in August.", "lowe"),
        ("P. Lowe", "reader"),
    ),
    "the interviewer": Seed(
        "not_quotable",
        CLAIM,
        '"So the money',
        quoted("So the money was thrown into the water?", "quist"),
        ("Lena Quist", "interviewer"),
    ),
    "another's words": Seed(
        "misattributed",
        CLAIM,
        '"Start with',
        quoted("Start with one boat and one buyer.", "okafor"),
        ("Daniel Okafor", "Ruth Morgan"),
    ),
    "the interviewer's words": Seed(
        "misattributed",
        CLAIM,
        "Start small",
        quoted('"Start small" is easily said.', "morgan"),
        ("Ruth Morgan", "Lena Quist"),
    ),
    "another word": Seed(
        "altered_quote",
        CLAIM,
        "the tide",
        quoted("If the tide works, you add a second.", "morgan"),
        ("Ruth Morgan", "If that works, you add a second."),
    ),
    "two sentences altered over a line": Seed(
        "altered_quote",
        CLAIM,
        "Letter (3)",
        quoted("Letter (3)\n\n[1] Anna, on 4 May:", "editors"),
        ("The Tideline",),
    ),
    "invented": Seed(
        "unknown_quote",
        CLAIM,
        "dolphins",
        quoted("Bring in dolphins!", "morgan"),
        ("Bring in dolphins!", "Ruth Morgan"),
    ),
    # texts that may stand only once
    "in an exemplar too": Seed(
        "labelled_exemplar",
        TEST,
        "Suits",
        add(TEST, row("t9", "Suits talking to suits - as usual!", ON.format("deckhands"))),
        ("harbour/claims/deckhands.toml:",),
    ),
    "in the bank too": Seed(
        "labelled_exemplar",
        TEST,
        "t9",
        add(TEST, row("t9", "Good morning, all.", OFF)),
        (f"harbour/{BANK}:6",),
    ),
    "labelled twice": Seed(
        "labelled_twice",
        DEV,
        "d9",
        add(DEV, row("d9", "is the old crane still for sale", OFF)),
        (f"harbour/{DEV}:7",),
    ),
    "labelled for both": Seed(
        "labelled_twice",
        TEST,
        "t9",
        add(TEST, row("t9", "Is the old crane still for sale?", OFF)),
        (f"harbour/{DEV}:7",),
    ),
    "on without a claim": Seed(
        "label_contradicts", TEST, "t9", add(TEST, row("t9", "Hello", '"topic": "on"'))
    ),
    "off with a claim": Seed(
        "label_contradicts",
        TEST,
        "t9",
        add(TEST, row("t9", "Hello", ON.format("deckhands").replace('"on"', '"off"'))),
    ),
    "a claim without a stance": Seed(
        "label_contradicts",
        TEST,
        "t9",
        add(TEST, row("t9", "Hello", '"topic": "on", "claims": ["deckhands"]')),
    ),
    "a stance without a claim": Seed(
        "label_contradicts", TEST, "t9", add(TEST, row("t9", "Hello", '"topic": "near", "stance": "asks"'))
    ),
    "answer with dotted keys": Seed(
        "answer_empty",
        "claims/deckhands.toml",
        "answer.state",
        both(
            put("claims/deckhands.toml", '[answer]\nstate = "none"', ""),
            put("claims/deckhands.toml", "[translations]", 'answer.state = "answered"\n\n[translations]'),
        ),
    ),
    "the same exemplar": Seed(
        "duplicate",
        CLAIM,
        "Boats",
        add(CLAIM, "\n" + exemplar("question", "How many Boats land there, on an ordinary day??")),
        ("harbour/claims/empty-quay.toml:",),
    ),
    "the same row": Seed(
        "duplicate",
        BANK,
        '"😂"',
        add(BANK, '{"text": "😂", "lang": "en", "near": false}\n'),
        (f"harbour/{BANK}:7",),
        nth=1,
    ),
    "two kinds": Seed(
        "contradictory",
        CLAIM,
        "How many boats",
        add(CLAIM, "\n" + exemplar("objection", "How many boats land there on an ordinary day?")),
        nth=1,
    ),
    "like itself and not": Seed(
        "contradictory",
        CLAIM,
        "How many boats",
        add(CLAIM, "\n" + exemplar("near_miss", "How many boats land there on an ordinary day?")),
        nth=1,
    ),
    "two claims": Seed(
        "contradictory",
        CLAIM,
        "Suits",
        add(CLAIM, "\n" + exemplar("objection", "Suits talking to suits, as usual")),
        ("harbour/claims/deckhands.toml:",),
    ),
    "a claim and none": Seed(
        "contradictory",
        BANK,
        "Suits",
        add(BANK, '{"text": "Suits talking to suits, as usual", "lang": "en", "near": true}\n'),
    ),
}
