"""Boilerplate: what frames a text without belonging to it. It is kept, and marked.

Lines are recognised by the closed vocabulary of page furniture (navigation, sharing, subscribing, footers,
moderators' notices), blocks by the heading that opens them (opinion boxes, tag lists).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pipeline.parse.layout import Unit, is_rule

_NAVIGATION: Final = frozenset(
    """
    a about accept all top back bottom bookmark cite close comment comments contact contents continue cookies
    copy dislike download edit email facebook favourite favorites follow forum forums forward full home index
    jump like likes link linkedin log login logout mail main menu more newer next older open page pages pdf
    permalink pin post previous print prev quote read recommend reddit refresh register reply report save
    scroll search settings share sign sitemap skip start subscribe text to topic topics tweet twitter
    unfollow up us view watch whatsapp x
    """.split()
)
_NAVIGATION_PHRASE: Final = re.compile(
    r"(?:skip to (?:main )?content|sign (?:in|up|out)|log ?(?:in|out)|(?:accept|manage|reject)(?: "
    r"all)? cookies|"
    r"follow us|contact us|about us|(?:reading time:?\s*)?\d+[- ]min(?:ute)?s?(?: read)?|reading "
    r"time:? \d+ min\w*|"
    r"(?:load|read|show|view|see) (?:more|all|full \w+)|back to (?:top|home|list|news|results)|"
    r"(?:main )?menu|"
    r"terms (?:of|and) \w+|privacy(?: policy)?|cookie (?:policy|settings)|click (?:here|to \w+)|"
    r"\d[\d,.]*k? (?:views?|shares?|comments?|likes?|replies|reactions?)|page \d+ of \d+|a- a a\+)",
    re.IGNORECASE,
)
_SEGMENTS: Final = re.compile(r"\s*[|›»·•▾☆❝←→]\s*|\s{2,}")
_BREADCRUMB: Final = re.compile(r"\s[›»>]\s")
_FURNITURE: Final = re.compile(
    r"""\W*(?:
    (?:advertisement|advertorial|sponsored\s(?:content|post)|promoted)\b.{0,60}
    |click\ to\ (?:expand|enlarge|share)\b.{0,40}
    |(?:continue|load|read|show|view|see)\ (?:more|reading|the\ full|full|original|all)\b[^.]{0,80}
    |(?:subscribe|sign\ up|follow\ us|join\ (?:us|our|the\ conversation)|share\ (?:this|on|via)|like\ us
      |get\ (?:our|the)\ (?:newsletter|latest)|download\ (?:our|the)\ app|stay\ up\ to\ date
      |leave\ a\ (?:comment|reply))
      \b.{0,160}
    |(?:what\ are\ your\ thoughts|what\ do\ you\ think|let\ us\ know|share\ your\ (?:thoughts|stor|experience)
      |have\ you\ (?:ever|had|tried)\b.{0,80}\bcomments).*\?.{0,200}
    |(?:originally|first)\ (?:published|posted|appeared)\b.{0,200}
    |this\ (?:article|story|post|piece|content|press\ release)\ (?:was\ |has\ been\ |is\ )?
      (?:originally\ |first\ |re)?(?:published|appeared|posted|republished|reproduced|distributed)\b.{0,250}
    |(?:©|\(c\)|copyright\b).{0,200}
    |.{0,120}\ball\ rights\ reserved\b.{0,80}
    |(?:for\ immediate\ release|embargoed?\b.{0,80})
    |(?:media|press|investor)\ (?:contacts?|inquiries|enquiries|relations(?:\ contacts?)?)\b[^.]{0,120}
    |disclaimer\s*:.{0,400}
    |(?:last\ )?edited\ by\b.{0,80}
    |(?:view|post)\ (?:all\ )?(?:comments?|replies)\b.{0,40}
    |thread\ (?:closed|locked|closes)\b.{0,80}
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_MODERATOR: Final = re.compile(
    r"\W*(?:auto)?mod(?:erators?|s)?(?:'s)?(?: (?:note|reminder|hat on))?\b\W*(?=\S)|"
    r"\W*admin(?:istrator)?s?\b\W*(?=\S)",
    re.IGNORECASE,
)
_MODERATION: Final = re.compile(
    r"\b(?:remind\w*|rules?|lock\w*|clos(?:ed|es|ing)|remov\w+|off.topic|advice|polite|civil|not doctors)\b",
    re.IGNORECASE,
)
_FENCE: Final = re.compile(r"[`“”\"'´~]{2,}\s*\w{0,12}")
_OPINION: Final = re.compile(
    r"why (?:should (?:i|you) (?:read|care)\b.{0,20}|you should read\b.{0,20})|(?:the )?(?:author|"
    r"editor)(?:[’']?s)? takes?"
    r"|(?:our|my|the editor[’']?s) takes?|author[’']?s? (?:comment|opinion|verdict)",
    re.IGNORECASE,
)
_LISTING: Final = re.compile(
    r"verticals?|tags?|topics?|categor(?:y|ies)|filed under|keywords and tags|(?:table of "
    r")?contents|in this article"
    r"|on this page|jump to(?: section)?|share(?: this.{0,12})?|follow us.{0,20}|article (?:meta|"
    r"info|details|tools)"
    r"|(?:about|meet) the authors?|you (?:may|might) also like|read next|most (?:read|popular)|"
    r"trending(?: now)?",
    re.IGNORECASE,
)
_RELATED: Final = re.compile(r"(?:related|recommended|more|also)\b[^.:]{0,40}|see also", re.IGNORECASE)
#: A moderator's notice or a footer is short; longer text that begins alike says something of its own.
_MAX_CHARS: Final = 420
#: Tags and entries of a table of contents are no sentences.
_MAX_ENTRY_CHARS: Final = 90


# Asked of what follows a line, and then of the line that followed.
@lru_cache(maxsize=16)
def is_boilerplate(text: str) -> bool:
    """Whether a line is page furniture by itself."""
    if is_rule(text):
        return True
    if len(text) > _MAX_CHARS:
        return False
    return (
        _FURNITURE.fullmatch(text) is not None
        or _FENCE.fullmatch(text) is not None
        or is_moderation(text)
        or _is_navigation(text)
    )


def is_moderation(text: str) -> bool:
    """Whether a moderator speaks about the rules of the house."""
    return len(text) <= _MAX_CHARS and bool(_MODERATOR.match(text) and _MODERATION.search(text))


def is_breadcrumb(text: str) -> bool:
    """Whether a line is a path through a site ("Home › News › Immunology")."""
    steps = _BREADCRUMB.split(text)
    return len(steps) >= 3 and len(text) <= 160 and all(len(step.split()) <= 12 for step in steps)


def block_after(heading: str) -> str | None:
    """What kind of boilerplate block a heading opens.

    Returns:
        "opinion" (runs to the next heading), "listing" (runs as long as its entries are short),
        "line" (the heading alone is furniture: what is listed below it speaks for itself), or None.
    """
    words = heading.strip(" *_#:").strip()
    if _OPINION.fullmatch(words):
        return "opinion"
    if _LISTING.fullmatch(words):
        return "listing"
    return "line" if _RELATED.fullmatch(words) else None


def is_listing_entry(unit: Unit) -> bool:
    """Whether a line can be a tag or an entry of a table of contents."""
    return len(unit.text) <= _MAX_ENTRY_CHARS and unit.text[-1] not in ".!?" and not unit.after_break


def _is_navigation(text: str) -> bool:
    words = text.split()
    if len(words) <= 4 and all(word.strip("()[].,:;!*'\"").lower() in _NAVIGATION for word in words):
        return True
    segments = [segment for segment in _SEGMENTS.split(text) if segment.strip()]
    n_navigation = sum(_is_navigation_segment(segment) for segment in segments)
    return n_navigation == len(segments) or (n_navigation >= 2 and 2 * n_navigation >= len(segments))


def _is_navigation_segment(segment: str) -> bool:
    if len(segment) > _MAX_ENTRY_CHARS:
        return False
    plain = re.sub(r"\s*\(\d+\)|[^\w\s:+-]", "", segment).strip()
    if _NAVIGATION_PHRASE.fullmatch(plain):
        return True
    words = plain.lower().split()
    return 0 < len(words) <= 3 and all(word in _NAVIGATION for word in words)
