"""Faults in the files, keys, ids and parts of the second debate."""

from __future__ import annotations

from tests.debates.seeds import (
    BANK,
    CALIBRATION,
    CLAIM,
    DEBATE,
    DEV,
    OFF,
    SOURCE,
    TEST,
    TEXT,
    Seed,
    add,
    another_source,
    into_folder,
    not_utf8,
    put,
    quoted,
    remove,
    rename,
    row,
    write,
)

SEEDS = {
    # keys and values
    "unknown key": Seed(
        "unknown_key", CLAIM, "colour", put(CLAIM, "theme =", 'colour = "red"\ntheme ='), ("colour", "theme")
    ),
    "unknown key in a quote": Seed(
        "unknown_key", CLAIM, "page = ", quoted("They left the river mouth.", "okafor", page="3"), ("page",)
    ),
    "unknown key in a row": Seed(
        "unknown_key", BANK, "weather", add(BANK, '{"text": "x", "lang": "en", "near": true, "weather": 1}\n')
    ),
    "misspelt key": Seed(
        "unknown_key_near",
        CLAIM,
        "statment",
        put(CLAIM, "statement =", "statment ="),
        ("statment", "statement"),
    ),
    "misspelt key of a part": Seed(
        "unknown_key_near",
        SOURCE,
        "infered",
        put(SOURCE, "number = 2", "number = 2\ninfered = true"),
        ("inferred",),
    ),
    "misspelt key of an answer": Seed(
        "unknown_key_near", CLAIM, "stat =", put(CLAIM, "state =", "stat ="), ("state",)
    ),
    "missing key": Seed("missing_key", CLAIM, 1, put(CLAIM, 'theme = "harbour"', ""), ("theme",)),
    "missing key of an exemplar": Seed(
        "missing_key", CLAIM, "[[exemplars]]", put(CLAIM, 'lang = "nl"\n', ""), ("lang",), nth=2
    ),
    "missing key of a row": Seed(
        "missing_key", BANK, "Hello", add(BANK, '{"text": "Hello", "lang": "en"}\n'), ("near",)
    ),
    "missing title of a theme": Seed(
        "missing_key",
        DEBATE,
        "[[themes]]",
        put(DEBATE, '\n[themes.title]\nen = "The study itself"\nnl = "Het onderzoek zelf"\n', ""),
        ("title",),
        nth=1,
    ),
    "wrong value": Seed(
        "wrong_value", CLAIM, '"objections"', put(CLAIM, '"objection"', '"objections"', 2), ("kind",)
    ),
    "wrong name in a table": Seed("wrong_value", CLAIM, "dutch =", put(CLAIM, "nl =", "dutch ="), ("dutch",)),
    "wrong title of a theme": Seed(
        "wrong_value",
        DEBATE,
        "english =",
        put(DEBATE, 'en = "The study', 'english = "The study'),
        ("english",),
    ),
    "wrong type": Seed(
        "wrong_value", SOURCE, "number =", put(SOURCE, "number = 3", 'number = "three"'), ("number",), nth=2
    ),
    **{
        f"no date: {written}": Seed(
            "not_a_date",
            SOURCE,
            "published",
            put(SOURCE, '"2021-05"', f'"{written}"'),
            ("published", written),
        )
        for written in ("May 2021", "2021-13", "2021-00", "2021-02-30", "0000", "202105", "2021-W05-1")
    },
    "empty text": Seed(
        "wrong_value", BANK, '"  "', add(BANK, '{"text": "  ", "lang": "en", "near": true}\n'), ("text",)
    ),
    "path in an id": Seed("wrong_value", CLAIM, 'id = "', put(CLAIM, '"empty-quay"', '"../quay"'), ("id",)),
    # files
    "no debate": Seed("missing_file", DEBATE, 1, remove(DEBATE)),
    "no bank": Seed("missing_file", BANK, 1, remove(BANK)),
    "no text": Seed("missing_file", TEXT, 1, remove(TEXT)),
    "folder for a file": Seed("unreadable_file", BANK, 1, into_folder(BANK)),
    "folder for a claim": Seed("unreadable_file", CLAIM, 1, into_folder(CLAIM)),
    "claim in Latin-1": Seed("not_utf8", CLAIM, "caf", not_utf8(CLAIM, "herring")),
    "text in Latin-1": Seed("not_utf8", TEXT, "caf", not_utf8(TEXT, "forty")),
    "rows in Latin-1": Seed("not_utf8", BANK, "caf", not_utf8(BANK, "swimming pool")),
    "broken claim": Seed("not_toml", CLAIM, "[[quotes", put(CLAIM, "[[quotes]]", "[[quotes")),
    "broken source": Seed("not_toml", SOURCE, "medium", put(SOURCE, 'Tideline"', "Tideline")),
    "broken debate": Seed("not_toml", DEBATE, "name = R", put(DEBATE, '"Ruth Morgan"', "Ruth Morgan")),
    "open string at the end": Seed("not_toml", CLAIM, 'text = """', add(CLAIM, 'text = """'), nth=0),
    "broken row": Seed("not_json", BANK, "ferry", put(BANK, 'back.", ', 'back." ')),
    "row that is a list": Seed("not_json", TEST, '["t9"]', add(TEST, '["t9"]\n')),
    "other folder": Seed(
        "folder_name", DEBATE, 'id = "harbor"', put(DEBATE, '"harbour"', '"harbor"'), ("harbor", "harbour")
    ),
    "other file": Seed(
        "file_name", CLAIM, 'id = "full', put(CLAIM, "empty-quay", "full-quay"), ("full-quay", "empty-quay")
    ),
    "renamed file": Seed(
        "file_name",
        "claims/full-quay.toml",
        1,
        rename(CLAIM, "claims/full-quay.toml"),
        ("full-quay", "empty-quay"),
    ),
    "no sources": Seed("no_sources", DEBATE, 1, remove("sources/*.toml")),
    "no claims": Seed("no_claims", DEBATE, 1, remove("claims/*.toml")),
    # ids that lead nowhere, ids that lead to two
    "speaker of a part": Seed(
        "no_speaker", SOURCE, '"okofor"', put(SOURCE, '"okafor"', '"okofor"', 1), ("okofor",)
    ),
    "speaker of a quote": Seed(
        "no_speaker", CLAIM, '"morgen"', put(CLAIM, '"morgan"', '"morgen"'), ("morgen",)
    ),
    "theme": Seed("no_theme", CLAIM, "theme =", put(CLAIM, '"harbour"', '"haven"'), ("haven",)),
    "source": Seed("no_source", CLAIM, "source =", put(CLAIM, '"tideline"', '"timeline"'), ("timeline",)),
    "claim of a label": Seed(
        "no_claim", DEV, "empty-key", put(DEV, '["empty-quay"]', '["empty-key"]'), ("empty-key",)
    ),
    "claim of a second choice": Seed(
        "no_claim", DEV, "buyer5", put(DEV, '"no-buyers"]', '"buyer5"]'), ("buyer5",)
    ),
    "claim of a point": Seed(
        "no_claim", DEV, "deckhand5", put(DEV, '[{"claims": ["empty-quay"]', '[{"claims": ["deckhand5"]')
    ),
    "two speakers": Seed(
        "id_twice",
        DEBATE,
        'id = "anna"',
        put(
            DEBATE,
            "[[themes]]",
            '[[speakers]]\nid = "anna"\nname = "Anna"\nrole = "interviewee"\n\n[[themes]]',
        ),
        ("anna", "harbour/debate.toml:"),
        nth=1,
    ),
    "two themes": Seed(
        "id_twice",
        DEBATE,
        'id = "study"',
        add(DEBATE, '\n[[themes]]\nid = "study"\ntitle = { en = "Studies" }\n'),
        ("study",),
        nth=1,
    ),
    "two sources": Seed(
        "id_twice", "sources/zweite.toml", "id =", another_source, ("tideline", f"harbour/{SOURCE}:3"), nth=0
    ),
    "two labels of one id": Seed(
        "id_twice", TEST, "Hello", add(TEST, row("d7", "Hello", OFF)), ("d7", f"harbour/{DEV}:7")
    ),
    # parts
    "first words of a part": Seed(
        "part_opens",
        SOURCE,
        "The wharf",
        put(SOURCE, "No. The quay", "No. The wharf"),
        ("No. The wharf", "tideline.txt"),
    ),
    "first words of the first part": Seed(
        "part_opens", SOURCE, "The crane ", put(SOURCE, "The cranes", "The crane ", 1), ("The crane ",)
    ),
    "a part that is gone from the text": Seed(
        "part_opens", SOURCE, "So the money", put(TEXT, "Q: So the money was thrown into the water?\n", "")
    ),
    "last words of a part": Seed(
        "part_closes",
        SOURCE,
        "their cash",
        put(SOURCE, "land their catch", "land their cash"),
        ("land their cash here.", "No. The quay"),
    ),
    "last words of the last part": Seed(
        "part_closes", SOURCE, "village library", put(SOURCE, "town library", "village library")
    ),
    "words left out": Seed(
        "loose_words",
        SOURCE,
        "[[parts]]",
        put(SOURCE, 'closes = "land their catch here."', 'closes = "on time and it stands empty."'),
        ("Eleven boats were promised, and two of them land their catch",),
        nth=4,
    ),
    "a part left out": Seed(
        "loose_words",
        SOURCE,
        "[[parts]]",
        put(
            SOURCE,
            '[[parts]]\nkind = "question"\nspeaker = "quist"\nopens = "So the money"\n'
            'closes = "into the water?"\n\n',
            "",
        ),
        ("So the money was thrown into the water?",),
        nth=5,
    ),
    "words after the last part": Seed(
        "loose_words",
        SOURCE,
        "[[parts]]",
        add(TEXT, "\nMore letters next week.\n"),
        ("More letters next week.",),
        nth=17,
    ),
    "the other's words": Seed(
        "label_of_other",
        SOURCE,
        "speaker = ",
        put(SOURCE, 'speaker = "morgan"\nopens = "Start', 'speaker = "okafor"\nopens = "Start'),
        ("MORGAN", "Daniel Okafor"),
        nth=9,
    ),
    # calibrations
    "a calibration with a conflict in it": Seed(
        "calibration_broken", CALIBRATION, "<<<<", write(CALIBRATION, '{\n  "light": {\n<<<<<<< ours\n')
    ),
    "a calibration that is a list": Seed("calibration_broken", CALIBRATION, 1, write(CALIBRATION, "[]\n")),
}
