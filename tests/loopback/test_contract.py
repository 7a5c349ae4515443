"""Discord's own description accepts what a real bot sent, and refuses what is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.loopback import contract
from tests.loopback.rest import Request
from tests.loopback.state import Channel, Json, Member
from tests.loopback.tiny_bot import TinyBot, replies
from tests.loopback.world import World

MESSAGE: Json = {
    "content": "re",
    "nonce": "d1",
    "enforce_nonce": True,
    "message_reference": {"message_id": 1},
}
BUTTON: Json = {"type": 2, "style": 1, "label": "again", "custom_id": "again:1"}
CREATE, COMMANDS, CALLBACK = "/channels/1/messages", "/applications/1/commands", "/interactions/1/t/callback"
FOLLOWUP, ORIGINAL = "/webhooks/1/t", "/webhooks/1/t/messages/@original"


def _row(*buttons: Json) -> Json:
    return {"components": [{"type": 1, "components": list(buttons)}]}


async def test_the_contract_accepts_what_the_bot_sent(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    comment = await world.say(channel, ann, "onzin")
    (reply,) = await world.until(lambda: replies(world, channel))
    pressed = await world.press(ann, reply, f"again:{comment.id}")
    slow = await world.command(channel, ann, "slow", times=1)
    await world.until(lambda: pressed.messages and slow.messages and slow.messages[0].content == "done")
    kinds = {(one.method, one.path.split("/")[1]) for one in world.requests}
    posted = {("POST", "channels"), ("POST", "interactions"), ("POST", "webhooks"), ("PATCH", "webhooks")}
    assert posted | {("PUT", "applications"), ("GET", "users"), ("GET", "oauth2")} <= kinds
    contract.check(world.requests)


@pytest.mark.parametrize(
    ("method", "path", "good", "bad", "where"),
    [
        ("POST", CREATE, MESSAGE, {"nonce": "d" * 26}, "$.nonce"),
        ("POST", CREATE, MESSAGE, {"content": 3}, "$.content"),
        ("POST", CREATE, MESSAGE, {"message_reference": {}}, "$.message_reference"),
        (
            "POST",
            CREATE,
            MESSAGE,
            {"message_reference": {"message_id": "d1"}},
            "$.message_reference.message_id",
        ),
        ("POST", CREATE, MESSAGE, {"allowed_mentions": {"parse": ["all"]}}, "$.allowed_mentions.parse[0]"),
        ("POST", CREATE, _row(BUTTON), _row(BUTTON | {"label": "x" * 81}), "$.components[0]"),
        ("POST", CREATE, _row(BUTTON), _row(*[BUTTON] * 6), "$.components[0]"),
        ("POST", CALLBACK, {"type": 5, "data": {"flags": 64}}, {"type": 99}, "$"),
        ("POST", CALLBACK, {"type": 4, "data": MESSAGE}, {"data": {"content": "x" * 2001}}, "$"),
        ("POST", FOLLOWUP, {"content": "re", "flags": 64}, {"flags": "64"}, "$"),
        ("PATCH", ORIGINAL, {"content": "re"}, {"content": "x" * 2001}, "$.content"),
    ],
)
def test_the_contract_refuses_a_mutated_body(
    method: str, path: str, good: Json, bad: Json, where: str
) -> None:
    request = Request(method, path, {}, good)
    contract.check([request])
    (breach,) = contract.breaches([replace(request, json=good | bad)])
    assert breach.method == method
    assert breach.template.startswith(path.split("1")[0] + "{")
    assert breach.where.startswith(where), breach


def test_the_contract_refuses_what_it_does_not_have() -> None:
    contract.check([Request("PUT", COMMANDS, {}, [{"name": "slow"}]), Request("GET", "/users/@me", {}, None)])
    wrong = [
        Request("POST", "/channels/1/massages", {}, MESSAGE),
        Request("PUT", "/channels/1", {}, None),
        Request("POST", CREATE, {}, None),
        Request("PUT", COMMANDS, {}, [{"name": "x" * 33}]),
        Request("GET", "/users/@me", {}, {}),
    ]
    with pytest.raises(contract.ContractError, match="GET /users/@me") as error:
        contract.check(wrong)
    found = [(one.template, one.where) for one in error.value.breaches]
    assert found == [
        ("/channels/1/massages", "$"),
        ("/channels/{channel_id}", "$"),
        ("/channels/{channel_id}/messages", "$"),
        ("/applications/{application_id}/commands", "$[0].name"),
        ("/users/@me", "$"),
    ]
