"""Studies of ClinicalTrials.gov: the JSON of its API, version 2, told as a registry's page tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

from pipeline.parse.assembly import assemble, check_text
from pipeline.parse.facts import Facts
from pipeline.parse.json_tree import day, objects, strings, words
from pipeline.parse.text_builder import TextBuilder
from pipeline.records import Document

MEDIA_TYPE: Final = "application/json"

_PROTOCOL: Final = "protocolSection"
_DESIGN: Final = f"{_PROTOCOL}/designModule"
_ARMS: Final = f"{_PROTOCOL}/armsInterventionsModule"
_RESULTS: Final = "resultsSection"
#: Texts are Markdown: marks that are meant as such are escaped.
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~|^=])")
_DATES: Final = (
    ("Start", "startDateStruct"),
    ("Primary completion", "primaryCompletionDateStruct"),
    ("Completion", "completionDateStruct"),
    ("First posted", "studyFirstPostDateStruct"),
    ("Last update posted", "lastUpdatePostDateStruct"),
)


def document(study: dict[str, Any], source_uri: str) -> Document:
    """A document from one study. `source_ref` of a section is its path in the JSON.

    Raises:
        ParseError: there is no text in it.
    """
    nct_id = words(study, f"{_PROTOCOL}/identificationModule/nctId")
    title = words(study, f"{_PROTOCOL}/identificationModule/briefTitle")
    builder = TextBuilder()
    builder.add("title", title, None, f"{_PROTOCOL}/identificationModule")
    _card(study, builder)
    _texts(study, builder)
    _arms(study, builder)
    _outcomes(study, builder)
    _eligibility(study, builder)
    _participants(study, builder)
    _adverse_events(study, builder)
    facts = Facts(
        kind="registry",
        title=title or None,
        publisher="ClinicalTrials.gov",
        published_on=day(study, f"{_PROTOCOL}/statusModule/studyFirstPostDateStruct/date"),
        url=f"https://clinicaltrials.gov/study/{nct_id}" if nct_id else None,
        language="en",
    )
    text = check_text(builder.text)
    registered = (nct_id,) if nct_id else ()
    return assemble(text, builder.sections, facts, source_uri, MEDIA_TYPE, registered=registered)


def _card(study: dict[str, Any], builder: TextBuilder) -> None:
    """What kind of study it is, in lines of label and value."""
    identity, status = f"{_PROTOCOL}/identificationModule", f"{_PROTOCOL}/statusModule"
    phases = " / ".join(_phase(each) for each in strings(study, f"{_DESIGN}/phases"))
    sponsors = f"{_PROTOCOL}/sponsorCollaboratorsModule"
    entries = [
        ("Study identifier", words(study, f"{identity}/nctId")),
        ("Official title", words(study, f"{identity}/officialTitle")),
        ("Status", _plain(words(study, f"{status}/overallStatus"))),
        ("Why stopped", words(study, f"{status}/whyStopped")),
        ("Study type", _plain(words(study, f"{_DESIGN}/studyType"))),
        ("Phase", phases.replace(" / Phase ", "/")),
        ("Enrollment", _enrollment(study)),
        ("Allocation", _plain(words(study, f"{_DESIGN}/designInfo/allocation"))),
        ("Intervention model", _plain(words(study, f"{_DESIGN}/designInfo/interventionModel"))),
        ("Masking", _plain(words(study, f"{_DESIGN}/designInfo/maskingInfo/masking"))),
        *((label, words(study, f"{status}/{name}/date")) for label, name in _DATES),
        ("Sponsor", words(study, f"{sponsors}/leadSponsor/name")),
        (
            "Collaborators",
            "; ".join(words(each, "name") for each in objects(study, f"{sponsors}/collaborators")),
        ),
        ("Conditions", "; ".join(strings(study, f"{_PROTOCOL}/conditionsModule/conditions"))),
        ("Keywords", "; ".join(strings(study, f"{_PROTOCOL}/conditionsModule/keywords"))),
    ]
    for label, value in entries:
        if value:
            builder.add("body", f"{label}: {_unescaped(value)}", None, _PROTOCOL, separator="\n")


def _enrollment(study: dict[str, Any]) -> str:
    n_enrolled = words(study, f"{_DESIGN}/enrollmentInfo/count")
    counted = words(study, f"{_DESIGN}/enrollmentInfo/type").lower()
    if n_enrolled in ("", "0"):
        return "none" if n_enrolled else ""
    return f"{n_enrolled} participants" + (f" ({counted})" if counted else "")


def _texts(study: dict[str, Any], builder: TextBuilder) -> None:
    for heading, name in (("Brief summary", "briefSummary"), ("Detailed description", "detailedDescription")):
        path = f"{_PROTOCOL}/descriptionModule/{name}"
        _under(builder, heading, [_unescaped(words(study, path))], path)


def _arms(study: dict[str, Any], builder: TextBuilder) -> None:
    arms = [
        f"{_plain(words(arm, 'type')) or 'Arm'}: {_sentences(words(arm, 'label'), words(arm, 'description'))}"
        for arm in objects(study, f"{_ARMS}/armGroups")
    ]
    given = []
    for each in objects(study, f"{_ARMS}/interventions"):
        names = ", ".join(strings(each, "otherNames"))
        name = words(each, "name") + (f" (also known as {names})" if names else "")
        given.append(
            f"{_plain(words(each, 'type')) or 'Intervention'}: {_sentences(name, words(each, 'description'))}"
        )
    _under(builder, "Arms", arms, f"{_ARMS}/armGroups")
    _under(builder, "Interventions", given, f"{_ARMS}/interventions")


def _outcomes(study: dict[str, Any], builder: TextBuilder) -> None:
    for heading, name in (
        ("Primary outcomes", "primaryOutcomes"),
        ("Secondary outcomes", "secondaryOutcomes"),
    ):
        path = f"{_PROTOCOL}/outcomesModule/{name}"
        lines = []
        for number, each in enumerate(objects(study, path), start=1):
            frame = words(each, "timeFrame")
            told = _sentences(words(each, "measure"), words(each, "description"))
            lines.append(f"{number}. {told}" + (f" [Time frame: {_unescaped(frame)}]" if frame else ""))
        _under(builder, heading, lines, path)


def _eligibility(study: dict[str, Any], builder: TextBuilder) -> None:
    path = f"{_PROTOCOL}/eligibilityModule"
    ages = " to ".join(filter(None, (words(study, f"{path}/minimumAge"), words(study, f"{path}/maximumAge"))))
    lines = [f"Ages: {ages}" if ages else "", _unescaped(words(study, f"{path}/eligibilityCriteria"))]
    _under(builder, "Eligibility", lines, path)


def _participants(study: dict[str, Any], builder: TextBuilder) -> None:
    """How many started and completed each period, group by group."""
    path = f"{_RESULTS}/participantFlowModule"
    groups = {words(each, "id"): words(each, "title") for each in objects(study, f"{path}/groups")}
    told: dict[str, list[str]] = {}
    for period in objects(study, f"{path}/periods"):
        for milestone in objects(period, "milestones"):
            for each in objects(milestone, "achievements"):
                group = groups.get(words(each, "groupId"), "")
                label = ", ".join(filter(None, (words(period, "title"), group)))
                if n_subjects := words(each, "numSubjects"):
                    told.setdefault(label, []).append(
                        f"{_plain(words(milestone, 'type')).lower()} {n_subjects}"
                    )
    lines = [f"{label}: {', '.join(counts)}." for label, counts in told.items()]
    _under(builder, "Participant flow", lines, path, "results")


def _adverse_events(study: dict[str, Any], builder: TextBuilder) -> None:
    """How many were affected by each event that was seen, of how many at risk, group by group."""
    path = f"{_RESULTS}/adverseEventsModule"
    for group in objects(study, f"{path}/eventGroups"):
        for name in ("serious", "other"):
            heading = f"{name.capitalize()} adverse events"
            n_affected, n_at_risk = words(group, f"{name}NumAffected"), words(group, f"{name}NumAtRisk")
            seen = f"occurred in {n_affected}/{n_at_risk}" if n_affected and n_at_risk else "were reported"
            lines = list(_event_lines(study, f"{path}/{name}Events", words(group, "id")))
            if lines:
                first = f"{heading} {seen} ({words(group, 'title') or 'all'})."
                builder.add("results", "\n".join([first, *lines]), heading, f"{path}/{name}Events")


def _event_lines(study: dict[str, Any], path: str, group_id: str) -> Iterator[str]:
    for event in objects(study, path):
        for counts in objects(event, "stats"):
            n_affected, n_at_risk = words(counts, "numAffected"), words(counts, "numAtRisk")
            if words(counts, "groupId") == group_id and n_affected not in ("", "0") and n_at_risk:
                yield f"{words(event, 'term')} occurred in {n_affected}/{n_at_risk}."


def _under(
    builder: TextBuilder, heading: str, lines: list[str], path: str, kind: Literal["body", "results"] = "body"
) -> None:
    lines = [line for line in lines if line.strip()]
    if lines:
        builder.add(kind, "\n".join([heading, *lines]), heading, path)


def _phase(word: str) -> str:
    """`PHASE1` as "Phase 1", `EARLY_PHASE1` as "Early Phase 1"."""
    return _plain(word) if word == "NA" else word.replace("EARLY_", "Early ").replace("PHASE", "Phase ")


def _plain(word: str) -> str:
    """A word of the registry's own lists, such as `ACTIVE_NOT_RECRUITING`, as people write it."""
    return "Not applicable" if word == "NA" else word.replace("_", " ").capitalize()


def _sentences(*parts: str) -> str:
    """Parts, each with a full stop after it unless it ends in a mark."""
    told = [_unescaped(part) for part in parts if part]
    return " ".join(part if part[-1] in ".;:!?" else f"{part}." for part in told)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
