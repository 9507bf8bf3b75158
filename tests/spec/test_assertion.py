"""Assertion, as the annotation guide has it: every tagged mention bears the assertion of its tag."""

from __future__ import annotations

import pytest

from pipeline.components.assertion import AssertionReader
from pipeline.components.extensions import MENTIONS
from pipeline.evaluation.markup import parse_marked
from tests.marked_docs import marked_doc

PASSAGES = {
    "a denial reaches what is coordinated with it": """
        There was no [ICANS](ADVERSE_EVENT assertion=absent) of any grade and no
        [CRS](ADVERSE_EVENT assertion=absent) of grade 3 or higher, nor was
        [GVHD](ADVERSE_EVENT assertion=absent) seen.""",
    "and no further": """
        One child had no [CRS](ADVERSE_EVENT assertion=absent) but a long
        [fever](ADVERSE_EVENT assertion=present).
        No [seizure](ADVERSE_EVENT assertion=absent) was seen, and [rash](ADVERSE_EVENT assertion=present)
        was common.""",
    "over an or": """
        The infusion did not result in [adverse events](ADVERSE_EVENT assertion=absent) greater than
        grade 3 or
        [dose-limiting toxic effects](ADVERSE_EVENT assertion=absent).""",
    "none of the group": "None of the 9 developed [ICANS](ADVERSE_EVENT assertion=absent).",
    "told after the event": """
        [Sepsis](ADVERSE_EVENT assertion=absent) was not observed. As for
        [colitis](ADVERSE_EVENT assertion=absent), there was not a single case.
        [DLTs](ADVERSE_EVENT assertion=absent)? None.""",
    "being negative for": "Her blood is negative for [HIV infection](DISEASE assertion=absent).",
    "suspected and refuted": """
        What the ward first called [ICANS](ADVERSE_EVENT assertion=absent) turned out to be
        [encephalitis](ADVERSE_EVENT assertion=present).""",
    "a grade denied is not the event denied": """
        [CRS](ADVERSE_EVENT assertion=present) developed in six, never above grade 2; none was fatal.""",
    "feared, warned of, watched for": """
        The label carries a boxed warning for [CRS](ADVERSE_EVENT assertion=possible). Staff should watch for
        [seizures](ADVERSE_EVENT assertion=possible). The risk of
        [infection](ADVERSE_EVENT assertion=possible)
        is a concern. [Colitis](ADVERSE_EVENT assertion=possible) could emerge at higher doses.""",
    "a goal is no event": """
        The receptor is cut out to avert
        [graft-versus-host disease](ADVERSE_EVENT assertion=possible).""",
    "what is thought not to come": """
        [Aplasia](ADVERSE_EVENT assertion=possible) should not occur with this design.""",
    "what was expected and came": """
        [Cytopenias](ADVERSE_EVENT assertion=present) were frequent, as expected.""",
    "conditional and planned": """
        If [CRS](ADVERSE_EVENT assertion=hypothetical) were to recur, the dose would be halved.
        The company plans to test [KT-99](THERAPY assertion=hypothetical).""",
    "prior therapy": """
        They had previously received [rituximab](THERAPY assertion=historical); now they were given
        [axi-cel](THERAPY assertion=present).""",
    "a general statement": """
        Older receptors cause [cytopenia](ADVERSE_EVENT assertion=possible) and leave people vulnerable to
        [pneumonia](ADVERSE_EVENT assertion=possible); [sepsis](ADVERSE_EVENT assertion=possible)
        risk is high.
        The infusion caused [chills](ADVERSE_EVENT assertion=present) in three.""",
    "avoided is not observed": """
        The switch spares stem cells, avoiding [anaemia](ADVERSE_EVENT assertion=possible). At the lower dose
        there was no [tremor](ADVERSE_EVENT assertion=absent) in the rats.""",
    "papers that tell in advance": """
        The consent form names [strokes](ADVERSE_EVENT assertion=possible).
        [Uveitis](ADVERSE_EVENT assertion=possible) was added to the label.""",
    "who asks does not know": "Has anybody here had [hair loss](ADVERSE_EVENT assertion=possible)?",
    "a suspicion taken back in another clause or sentence": """
        [Pancreatitis](ADVERSE_EVENT assertion=absent) was suspected in one man, but the scan ruled it out.
        A [stroke](ADVERSE_EVENT assertion=absent) was feared on day 3. It was soon excluded.
        The [uveitis](ADVERSE_EVENT assertion=absent) first reported has been withdrawn.""",
    "what an event proved to be": "[Colitis](ADVERSE_EVENT assertion=present) proved to be mild.",
    "outcomes that will be measured": """
        Primary endpoint: [colitis](ADVERSE_EVENT assertion=possible),
        [rash](ADVERSE_EVENT assertion=possible).
        Secondary endpoint: [fever](ADVERSE_EVENT assertion=present) was seen in 2 of 9.""",
    "a nought in a list": """
        [Rash](ADVERSE_EVENT assertion=present) 4/9, [colitis](ADVERSE_EVENT assertion=present) 0/9,
        [fever](ADVERSE_EVENT assertion=present) 7/9.""",
    "what somebody takes it for": """
        One woman had a [rash](ADVERSE_EVENT assertion=present) that was thought to be
        [graft-versus-host disease](ADVERSE_EVENT assertion=possible). Two grew drowsy, presumably
        [ICANS](ADVERSE_EVENT assertion=possible). The scan was suggestive of
        [encephalitis](ADVERSE_EVENT assertion=possible) and the film suspicious for
        [pneumonia](ADVERSE_EVENT assertion=possible). It is unclear whether she had a
        [stroke](ADVERSE_EVENT assertion=possible). Most likely
        [sepsis](ADVERSE_EVENT assertion=possible).""",
    "a cause in doubt, a number in doubt": """
        Those thought to be related to the cells were [fever](ADVERSE_EVENT assertion=present) and
        [rash](ADVERSE_EVENT assertion=present). Perhaps a third had
        [chills](ADVERSE_EVENT assertion=present). Older women were more likely to have
        [colitis](ADVERSE_EVENT assertion=present).""",
    "no data is no absence": "There are no data in [lupus](DISEASE assertion=present).",
}


@pytest.mark.parametrize("name", PASSAGES)
def test_mentions_bear_the_assertion_of_their_tag(name: str) -> None:
    """Each passage is read as it stands, without the tags' assertions."""
    source = " ".join(PASSAGES[name].split())
    expected = [span.attributes["assertion"] for span in parse_marked(source).spans]
    doc = marked_doc(source)
    for span in doc.spans[MENTIONS]:
        span._.assertion = "present"
    AssertionReader()(doc)
    assert [span._.assertion for span in doc.spans[MENTIONS]] == expected
