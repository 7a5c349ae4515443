"""Who agrees with a claim is never answered as if they disputed it: stance is kept apart from topic."""

from __future__ import annotations

import pytest

from tests.commands.conftest import Run

PAIRS = [
    (
        "Onzin dat zo'n groot programma zeker mislukt, bij ons heeft het de hele wijk vooruit geholpen.",
        "Helemaal waar, een groot programma waarin iedereen samen de wijk gaat verbeteren mislukt zeker.",
    ),
    (
        "Dat was helemaal niet te voorspellen, achteraf is het makkelijk praten over zo'n programma.",
        "Dit was vooraf al te voorspellen, met alles wat we wisten over zulke grote programma's.",
    ),
    (
        "Integraal samenwerken kan prima, in onze gemeente lukt het ontkokeren wel degelijk.",
        "Klopt, dat integrale ontkokerde samenwerken is nooit van de grond gekomen en gaat ook niet lukken.",
    ),
    (
        "Niet mee eens dat integraal werken onhaalbaar is, je moet het gewoon beter organiseren.",
        "Eens, integraal werken is een mooie droom maar in de praktijk onhaalbaar.",
    ),
    (
        "Veel te somber om te zeggen dat die problemen niet op te lossen zijn.",
        "Eens, die problemen in de wijken zijn waarschijnlijk gewoon niet op te lossen.",
    ),
    (
        "Onoplosbaar? Daar geloof ik niks van, als je maar doorzet kun je die problemen oplossen.",
        "Sommige problemen in zo'n wijk los je inderdaad nooit op, dat moeten we durven toegeven.",
    ),
    (
        "Dat mensen niet in beweging komen betekent helemaal niet dat er niets aan de hand is.",
        "Precies, als mensen zelf niet in beweging komen is er blijkbaar niet zo veel aan de hand.",
    ),
    (
        "Juist wie het zwaarst heeft komt niet in actie, dus wachten tot bewoners zelf bewegen is onzin.",
        "Terecht gezegd: komen bewoners zelf niet in actie, dan is het probleem kennelijk niet zo groot.",
    ),
    (
        "Zonder wethouder en bestuur komt een initiatief nergens, je hebt dat niveau juist nodig.",
        "Zo is het, zodra je een initiatief naar het bestuurlijk niveau tilt frustreer je het.",
    ),
    (
        "Bestuurders frustreren helemaal niets, zij maken het geld en de ruimte vrij voor bewoners.",
        "Bestuurders moeten er met hun vingers van afblijven, op bestuurlijk niveau sneuvelt elk initiatief.",
    ),
    (
        "Dit onderzoek is deterministisch en vooringenomen, de conclusie stond van tevoren vast.",
        "Ik vind dit onderzoek helemaal niet deterministisch of vooringenomen, het is gewoon empirisch.",
    ),
    (
        "Wat een fatalistisch verhaal, alsof er bij voorbaat niets kan lukken in een wijk.",
        "Fatalistisch is dit onderzoek niet, ze hebben gewoon gekeken wat er gebeurt.",
    ),
    (
        "Waar is het bewijs? Ik zie geen enkele onderbouwing voor deze harde conclusies.",
        "Stevig onderbouwd onderzoek, met literatuur en vergelijking; lees het eerst maar eens.",
    ),
    (
        "Twee interviews en een mening, dat noem ik geen onderzoek met een degelijke onderbouwing.",
        "Andere studies laten hetzelfde zien, de onderbouwing van dit onderzoek zit wel goed.",
    ),
    (
        "Alleen maar kritiek, en geen enkel perspectief of alternatief bieden ze.",
        "Mooi dat het niet bij kritiek blijft en dat er ook een perspectief en een methodiek ligt.",
    ),
    (
        "Afkraken kan iedereen, maar hoe het dan wel moet vertellen de onderzoekers niet.",
        "Het onderzoek kraakt niet alleen af, het laat ook zien hoe je wel gebiedsgericht kunt werken.",
    ),
    (
        "Het rapport is nergens te vinden, ik heb overal naar het volledige onderzoek gezocht.",
        "Fijn dat het volledige onderzoek gewoon te downloaden is.",
    ),
    (
        "Ik krijg dat onderzoeksrapport niet te pakken, de link onder het artikel doet het niet.",
        "Het volledige rapport staat gewoon online, ik had het zo binnen.",
    ),
    (
        "Working together across the silos can succeed, our council manages it every day.",
        "True, working together across the silos never got off the ground and this way it never will.",
    ),
    (
        "A big programme does work, in our city it turned the whole neighbourhood around.",
        "True, a big programme in which everybody improves the neighbourhood together is bound to fail.",
    ),
]


@pytest.mark.feature("T11")
@pytest.mark.usefixtures("live")
def test_of_twenty_pairs_only_the_side_that_disputes_gets_the_rebuttal(run: Run) -> None:
    ran = run("match", "--json", given="\n".join(text for pair in PAIRS for text in pair))
    assert ran.code == 0, ran.err
    disputing, agreeing = ran.rows[::2], ran.rows[1::2]
    wronged = [row["comment"] for row in agreeing if row["kind"] == "rebuttal"]
    assert not wronged
    rebutted = [row for row in disputing if row["kind"] == "rebuttal"]
    assert len(rebutted) >= 11, [(row["comment"], row["claim"], row["stance"]) for row in disputing]
