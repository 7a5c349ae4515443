"""`wederhoor replay`: a session that took place, through the real bot on the session's own clock."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.debates.files import BrokenFileError
from bot.transcripts import read_transcript
from tests.commands.conftest import Run

REPORT = "Where can I find the full report? The link in the article does not work."
MONEY = "Al dat geld in de wijken gepompt en er is wat verbeterd, maar de kosten wegen echt niet op tegen de baten."
FOOTBALL = "Iemand nog naar de wedstrijd vanavond? Ik heb twee kaartjes over."
START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)

SESSION = [
    (0, "Emma", REPORT),
    (1, "Emma", MONEY),
    (5, "Joost", REPORT),
    (6, "Joost", FOOTBALL),
    (9, "Fatima", MONEY),
    (30, "Sanne", REPORT),
    (31, "Wederhoor", REPORT),
    (32, "Piet", "🎉🎉"),
]
EXPECTED = [
    ("reply", None),
    ("abstain", "member_cooldown"),
    ("abstain", "claim_cooldown"),
    ("abstain", "off_topic"),
    ("reply", None),
    ("reply", None),
    ("abstain", "no_own_words"),
]


def as_lines(path: Path) -> Path:
    rows = [
        {"author": name, "text": text, "timestamp": (START + timedelta(minutes=at)).isoformat(), "mood": "ok"}
        for at, name, text in SESSION
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in reversed(rows)), "utf-8")
    return path


def as_export(path: Path) -> Path:
    """The layout of DiscordChatExporter, with a notice of Discord's among the messages."""
    messages = [
        {
            "id": str(1000 + at),
            "type": "Default",
            "timestamp": (START + timedelta(minutes=at)).isoformat(),
            "timestampEdited": None,
            "callEndedTimestamp": None,
            "isPinned": False,
            "content": text,
            "author": {
                "id": str(sum(map(ord, name))),
                "name": name.lower(),
                "discriminator": "0000",
                "nickname": name,
                "color": None,
                "isBot": name == "Wederhoor",
                "roles": [],
                "avatarUrl": "avatar.png",
            },
            "attachments": [],
            "embeds": [],
            "stickers": [],
            "reactions": [],
            "mentions": [],
        }
        for at, name, text in SESSION
    ]
    joined = {**messages[0], "id": "2000", "type": "GuildMemberJoin", "content": "Joined the server."}
    export = {
        "guild": {"id": "1", "name": "Wijk", "iconUrl": "icon.png"},
        "channel": {"id": "2", "type": "GuildTextChat", "name": "debat", "topic": None},
        "dateRange": {"after": None, "before": None},
        "exportedAt": START.isoformat(),
        "messages": [*messages, joined],
        "messageCount": len(messages) + 1,
    }
    path.write_text(json.dumps(export, indent=2, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.feature("O20")
@pytest.mark.parametrize("layout", [as_lines, as_export], ids=["JSON Lines", "export"])
def test_a_session_is_decided_with_the_manners_of_its_own_clock(
    run: Run, by_light: dict[str, Any], tmp_path: Path, layout: Any
) -> None:
    file = layout(tmp_path / "chat.json")
    ran = run("replay", str(file), "--bot", "Wederhoor", "--json", **by_light)
    assert ran.code == 0, ran.err
    assert [(row["outcome"], row["reason"]) for row in ran.rows] == EXPECTED
    assert [row["author"] for row in ran.rows] == [name for _, name, _ in SESSION if name != "Wederhoor"]
    for row in ran.rows:
        assert (row["rendered"] is not None) == (row["outcome"] == "reply")
    assert "www.corpovenista.nl" in ran.rows[0]["rendered"]
    assert "replies: 3" in ran.err


@pytest.mark.feature("O20")
def test_in_words_each_message_is_followed_by_what_the_bot_would_have_done(
    run: Run, by_light: dict[str, Any], tmp_path: Path
) -> None:
    ran = run("replay", str(as_lines(tmp_path / "chat.jsonl")), "--bot", "wederhoor", **by_light)
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0] == "[2026-03-01 20:00] Emma"
    assert lines[1] == f"    {REPORT}"
    assert lines[2].startswith("→ reply · rapport-onvindbaar")
    assert lines[3].startswith("    > ")
    assert sum(line.startswith("→ silence") for line in lines) == 4


def test_who_names_the_bot_gets_an_answer_in_spite_of_a_cooldown(
    run: Run, by_light: dict[str, Any], tmp_path: Path
) -> None:
    rows = [
        {"author": "Emma", "text": REPORT, "timestamp": "2026-03-01T20:00:00Z"},
        {"author": "Emma", "text": f"@Wederhoor {REPORT}", "timestamp": "2026-03-01T20:01:00Z"},
        {"author": "Emma", "text": REPORT, "timestamp": "2026-03-01T20:02:30Z", "asked": True},
        {"author": "Emma", "text": REPORT, "timestamp": "2026-03-01T20:03:00"},
    ]
    file = tmp_path / "chat.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    ran = run("replay", str(file), "--bot", "Wederhoor", "--json", **by_light)
    assert ran.code == 0, ran.err
    assert [row["outcome"] for row in ran.rows] == ["reply", "reply", "reply", "abstain"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"author": "a", "text": "b", "timestamp": "2026-03-01"}\n{"author": "a"}', ":2"),
        ('{"author": "a", "text": "b", "timestamp": "gisteren"}', ":1"),
        ("not JSON at all", ":1"),
        ('{"messages": [\n{"id": "1",\n"author": {}, "content": "x"}]}', ":2"),
        ("[1, 2]", ":1"),
    ],
)
def test_what_is_no_transcript_is_told_with_its_line(tmp_path: Path, text: str, where: str) -> None:
    file = tmp_path / "chat.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(BrokenFileError) as raised:
        read_transcript(file)
    assert raised.value.problems[0].where == f"{file}{where}"


def test_a_transcript_that_is_not_there_is_one_sentence(run: Run, tmp_path: Path) -> None:
    ran = run("replay", str(tmp_path / "nowhere.jsonl"), model="light")
    assert (ran.code, ran.out) == (1, "")
    (sentence,) = ran.err.splitlines()
    assert "nowhere.jsonl:1" in sentence


def test_an_answer_to_the_bot_asks_it_only_when_it_names_it_as_on_discord(tmp_path: Path) -> None:
    file = as_export(tmp_path / "chat.json")
    export = json.loads(file.read_text("utf-8"))
    answer = export["messages"][-2]
    answer |= {"type": "Reply", "reference": {"messageId": "1031", "channelId": "2", "guildId": "1"}}
    for words, asked in ((answer["content"], False), (f"@Wederhoor {answer['content']}", True)):
        answer["content"] = words
        file.write_text(json.dumps(export), "utf-8")
        said = read_transcript(file, "Wederhoor")
        assert [(each.author, each.robot, each.asked) for each in said[-2:]] == [
            ("Wederhoor", True, False),
            ("Piet", False, asked),
        ]


@pytest.mark.parametrize("written", [as_lines, as_export])
def test_a_transcript_may_come_from_a_pipe(tmp_path: Path, written: Callable[[Path], Path]) -> None:
    file = written(tmp_path / "chat")
    reader, writer = os.pipe()
    try:
        os.write(writer, file.read_bytes())
        os.close(writer)
        assert read_transcript(Path(f"/dev/fd/{reader}")) == read_transcript(file) != []
    finally:
        os.close(reader)
