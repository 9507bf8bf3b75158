"""Cue words of `treats`: what links a therapy and a disease, how far the use has come, and what rules it out.

The lists were written from English grammar and extended on the development set; each cue is a phrase that
many documents share.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.initials import whole_words
from pipeline.grammar.prefilter import compiled

_PEOPLE: Final = (
    r"patients?|participants?|subjects?|people|persons?|adults?|children|men|women|pts|recipients?|"
    r"individuals?|"
    r"boys?|girls?|man|woman|volunteers?"
)
FOR: Final = re.compile(
    r"\b(?:in|for|against|to treat|treat(?:s|ed|ing)?|cur(?:es?|ed|ing)|clear(?:s|ed|ing)?|of|on|"
    r"kill(?:s|ed|ing)?|destroy(?:s|ed|ing)?|eliminat(?:es?|ed|ing)|eradicat(?:es?|ed|ing)|eas(?:es?|ed)|"
    r"revers(?:es?|ed|ing)|delay(?:s|ed)|prevent(?:s|ed)?|into|"
    r"shr[aiu]nk)\b",
    re.IGNORECASE,
)
GIVEN: Final = re.compile(
    r"\b(?:receiv(?:ed?|es|ing)|treated (?:\w+ )?with|given|gave|gets?|got|infused (?:\w+ )?with|infused|"
    r"took|takes|taking|for wh(?:om|ich)|"
    r"dosed with|underwent|had|on|responded to|randomi[sz]ed to|assigned to|used|tried|offered)\b",
    re.IGNORECASE,
)
PRIOR: Final = re.compile(
    r"\b(?:after(?! all\b)|prior|previous(?:ly)?|fail(?:ed|s|ure|ing)?|refractory to|resist(?:ant to|ed|ing)|"
    r"progress(?:ed|ing) on|"
    r"despite|intoleran(?:t|ce)|been through|already(?! (?:approved|licensed|sold|marketed|cleared|on ))|"
    r"used up|exhausted|outlived|naive|history of|before|"
    r"behind (?:me|them|her|him))\b",
    re.IGNORECASE,
)
#: Arms and choices beside the cells, and what a patient is on now.
COMPARED: Final = whole_words(
    compiled(
        r"\b(?:randomi[sz]ed|allott?ed|allocated|assigned|versus|vs\.?|"
        r"control(?:s| arm| group| patients)?|comparators?|physician['’]s choice|"
        r"standard[- ]of[- ]care|monotherapy|combin(?:ed|ations?)|now on|now studied|being studied|"
        r"compared (?:with|to)|crossed over)\b",
        re.IGNORECASE,
    )
)
#: Between two arms of a comparison, or two parts of a combination.
ARMS: Final = re.compile(
    r"\b(?:versus|vs|or to|or (?:the )?physician['’]s choice|compar(?:ed|able|ison|ing) (?:with|to|against)|"
    r"match(?:ed|es|ing)|rivall?(?:ed|s|ing)|equall?(?:ed|s)|outperform(?:ed|s)|as (?:well|good|effective|"
    r"potent) as|similar to|(?:superior|inferior) to|plus|(?:combined|together|in combination|along) with|"
    r"alongside|or with|and to)\b",
    re.IGNORECASE,
)
#: The arms of a trial, which may stand in several clauses.
ALLOCATED: Final = whole_words(
    compiled(r"\b(?:random\w*|allot\w*|allocat\w*|assigned|versus|compared (?:with|to))\b", re.IGNORECASE)
)
#: Mostly a time ("before transplant"), unless it is an arm.
TRANSPLANT: Final = re.compile(r"transplant|SCT\b", re.IGNORECASE)
#: Words that stand for the disease named before.
REFERRED: Final = compiled(
    r"\b(?:in|for|against|with|of|treats?|of having) (?:(?:both|it|them|either)(?=\s*(?:[,.;)]|$))|"
    r"(?:the|this|that|these) (?:same )?(?:disease|disorder|condition|illness|indication|cancer|malignancy|"
    r"leuk(?:a)?emia|lymphoma|tumou?r|purpose|use)s?\b)",
    re.IGNORECASE,
)
#: Right after a product that the text introduces: "X is an autologous …", "X consists of …".
DEFINED: Final = re.compile(
    r"(?: \([^()]*\))?,? (?:(?:is|are|was|were) (?:an?|the)|consists? of|comprises?)\b"
)
#: Right before a drug that a patient takes now.
CURRENT: Final = re.compile(
    r"(?:\b(?:is|are|am|was|were)|['’](?:s|m|re)) (?:now |currently |still |back |doing well )?on $",
    re.IGNORECASE,
)
#: The same in short, as people write of themselves ("On X since May", "happy on X", "third cycle of X"), …
TAKEN_BEFORE: Final = re.compile(
    r"(?:(?:^|[.,;:!?(–—>*\n│]\s*|['’](?:s|m|re)\s|\b(?:now|still|currently|back|stable|happy|fine|well|good|"
    r"remains?|stays?|kept|put|started|just|been|is|are|am)\s)(?:on|taking|takes)\s"
    r"(?:my |his |her |daily |weekly |oral )?|\b(?:I|we|he|she|they|you) (?:now |still |currently |also )?"
    r"(?:takes?|swallow|swallows|inject|injects|use|uses) (?:my |his |her |daily |weekly |oral )?|"
    r"\b(?:what )?(?:I|we|he|she|they) (?:now |still |currently )?takes?(?: for (?:it|this|that|mine))?(?: "
    r"now)?: |\b(?:second|third|fourth|fifth|\d+(?:st|nd|rd|th)) "
    r"(?:(?:year|month|cycle|round|dose|course) (?:of|on) )?)$",
    re.IGNORECASE,
)
#: … right after the drug, …
TAKEN_AFTER: Final = re.compile(
    r" (?:\w+ )?(?:(?:once|twice|\w+ times) (?:an? |per )?(?:daily|day|week|month|year)\b|"
    r"every (?:other |two |three |four |six |eight |\d+ )?(?:day|week|month|year|\w+day)|daily|"
    r"weekly|monthly|since (?:\d|last |(?-i:[A-Z])|april|may|june|july)|for now\b|"
    r"(?:from|for) (?:\d+|\w+) (?:weeks|months|years)\b|now\b)",
    re.IGNORECASE,
)
#: … and where it is over, or did nothing.
NOT_TAKEN_BEFORE: Final = re.compile(
    r"\b(?:off|(?:was|were) (?:still )?on|relapsed on|years? on|yrs on|used to)\s(?:\w+ ){0,2}$",
    re.IGNORECASE,
)
NOT_TAKEN_AFTER: Final = re.compile(
    r"[^.;\n]{0,20}\b(?:did (?:nothing|zip|not)|didn['’]?t|failed|stopped|never|useless)\b", re.IGNORECASE
)
#: What is generally so, or not known: such a sentence tells of nobody's treatment.
GENERAL: Final = whole_words(
    compiled(
        r"\b(?:often|usually|typically|generally|commonly|historically|tends? to|few (?:\w+ )?options|"
        r"unmet|mainstay|standard (?:treatments?|therap(?:y|ies)|drugs)|"
        r"(?:don['’]?t|do(?:es)? not|cannot|can['’]?t) (?:\w+ )?(?:know|think|understand|say|see|tell)|"
        r"not (?:sure|clear|known|understood)|unclear|unknown|what extent)\b",
        re.IGNORECASE,
    )
)
APPROVED: Final = whole_words(
    compiled(
        r"\b(?:approv(?:ed|al|als|es)|licen[sc](?:ed|es?|ing)|cleared by|authori[sz](?:ed|ation)|"
        r"indicated|(?:approved|licensed|label\w*|new|its|their) indications?|"
        r"(?:sold|marketed|cleared) (?:for|as)|(?:was|were|been|is) (?:\w+ly )?cleared in|"
        r"on (?:the (?:\w+ )?market|sale|label)|(?:has|have|had|got|holds?) (?:an? |its |their )?label|"
        r"green-?(?:light(?:ed)?|lit)|ok(?:ay)?['’]?e?d|waved through|nod (?:for|to|covers))\b",
        re.IGNORECASE,
    )
)
NOT_YET: Final = re.compile(
    r"\b(?:not|no|none|never|nor|neither|yet to|awaits?|awaiting|seek(?:s|ing)?|pending|before|towards?|"
    r"without|"
    r"unapproved)\b",
    re.IGNORECASE,
)
#: Who asks for an approval has none, and has tested what it is asked for.
ASKED: Final = re.compile(
    r"\b(?:ask(?:s|ed|ing)?|appl(?:y|ies|ied|ying)|fil(?:e|es|ed|ing)|submit(?:s|ted|ting)?|"
    r"hopes? (?:for|of))\b",
    re.IGNORECASE,
)
#: Steps that are still to come: what will be opened, added, applied for. Where a text names a further disease
#: in such words and no therapy, it speaks of the therapy that it is about, whoever was named last.
_TO_COME: Final = (
    r"mooted|floated|put forward|(?:thought|talked) (?:about|of)|(?:in the|on the) (?:pipeline|works|cards|"
    r"wish list)|"
    r"down the (?:line|road)|"
    r"(?:deserves?|merits?|warrants?|(?:is|are|be) worth) (?:an? |the |being |further |formal |some |to be )*"
    r"(?:trial|stud(?:y|ies|ied|ying)|test(?:s|ed|ing)?|tr(?:y|ied|ying)|explor\w+|investigat\w+|evaluat\w+|"
    r"pursu\w+|look|attention)|"
    r"(?:trial|IND|CTA|study) applications? (?:for|to|in)|"
    r"(?:under|for|in) consideration|under discussion|on the drawing board|at the planning stage|"
    r"contemplat\w+|under assessment|expected to (?:begin|start|open|enter|enrol\w*|launch|follow)|"
    r"to enter (?:the clinic|trials?|(?:a )?phase)|amendment (?:for|to|on|in|that would|which would)\b|"
    r"(?:sent|submitted|gone|with|before|to) (?:to )?(?:the|an?|our|its|their) (?:\w+ )?ethics\b|"
    r"being (?:written|drafted|prepared|designed|set up|planned|discussed|considered|sought|negotiated)|"
    r"(?:is|are|was|were) to (?:be (?:\w+ )?(?:added|opened|started|included|extended|followed|tried|tested|"
    r"studied|treated)|follow|open|start|begin|come)|"
    r"to be (?:followed|added|opened)|to follow\b|extension (?:in)?to|"
    r"(?:may|might|would|will|could|shall|should|must) (?:then |also |later |next |now )?"
    r"(?:be (?:opened|added|admitted|included|extended|next|undertaken|designed|written|drafted|set up|"
    r"proposed|launched|prepared|planned)|open|follow|come next)|"
    r"(?:may|might|would|could) be (?:an? |the )?(?:\w+ )?(?:uses?|extensions?|indications?|treatments?)|"
    r"will (?:then |next |now )?(?:turn|move|extend) (?:on )?(?:in)?to|"
    r"(?:further|second|future|later|additional|new) (?:indications?|uses?)|"
    r"(?:a|of|for) (?:later|future) (?:study|trial|work|cohort|protocol)|"
    r"next (?:on|in line|indication|target|in the queue)|expects? to|envisag\w+"
)
AWAITED: Final = whole_words(
    compiled(
        rf"\b(?:{_TO_COME}|plan(?:s|ned|ning)?|intend(?:s|ed)?|hop(?:e|es|ed|ing) to|hoping|would like to|"
        r"wants? to|in preparation|being (?:weighed|explored)|d(?<=\w['’]d) like to|with (?:\w+ ){0,2}luck|"
        r"(?:may|might|could|would|should) (?:then |also |later |one day )?be (?:\w+ )?"
        r"(?:tried|tested|studied|treated|used|approached|tackled|extension|step|candidates?)|"
        r"(?:may|might|could|would) (?:then |also |later |one day |even )?(?:be (?:of (?:use|help|value|"
        r"interest|benefit)|"
        r"useful|suitable|amenable|within reach|treatable)|benefit|qualify|become (?:an?|the|another)\b)|"
        r"qualify later|one day|some ?day|next\b)",
        re.IGNORECASE,
    )
)
PROPOSED: Final = whole_words(
    compiled(
        rf"\b(?:{_TO_COME}|"
        r"could(?! not?\b)|might|(?-i:may)|would(?! not?\b)|"
        r"plan(?:s|ned|ning)?|intend(?:s|ed|ing)?|propos(?:e|es|ed|al)|(?-i:hop(?:e|es|ed|ing))|"
        r"potential(?:ly)?|consider(?:ed|ing)?|discuss(?:ed|ing)|future|one day|someday|comes? next|"
        r"next steps?|"
        r"perhaps|"
        r"candidates? for|suggest(?:s|ed)?|ought to|wonder(?:s|ed|ing)?|whether|repurpos\w+|plausible|"
        r"envision\w*|"
        r"next up|(?:pencilled in|slated|scheduled|earmarked|lined up) (?:for|to)|would like|"
        r"d(?<=\w['’]d) like to|with (?:\w+ ){0,2}luck|"
        r"not (?:yet )?(?:begun|started|opened)|will (?:be|start|open|begin|enter|test)|named as|"
        r"in preparation|"
        r"wants? to|wanted to|hoping|eventually|"
        r"to be (?:tested|tried|studied|enrolled|treated|recruited)|promis(?:e|ing) for|about to)\b",
        re.IGNORECASE,
    )
)
STUDIED: Final = whole_words(
    compiled(
        rf"\b(?:{_PEOPLE}|mice|mouse|macaques?|monkeys?|animals?|xenografts?|models?|lines?|trials?|"
        r"stud(?:y|ies|ied)|tested|treated|infused|dosed|enrol\w*|n ?= ?\d+|phase|cohorts?|eligib\w+|"
        r"participat\w+|"
        r"we|our|received|given|had|got|shrank|shrunk|remissions?|respon\w+|expanded|cases?|doses?|used)\b",
        re.IGNORECASE,
    )
)
#: Words before a disease that nobody in the study was treated for.
EXCLUDED: Final = whole_words(
    compiled(
        r"\b(?:exclu(?:sion|ded?|des|ding)|not (?:eligible|indicated|part of|included|involved)|ineligible|"
        r"concomitant|concurrent|co-?existing|fail(?:ed|ures?)(?: at)? screening|screen(?:ing)? failures?|"
        r"no entry|"
        r"kept out|mistaken|turned away|(?<!year )(?<!long )(?<!month )(?<!standing )history of|"
        r"(?:re)?activation of|a (?:form|type|kind|subtype) of|"
        r"beyond|unlike|warn(?:s|ed|ing|ings)|tests? for|"
        r"(?:do|should|must) not|not be given|contraindicat\w+)\b|\bno\s+$",
        re.IGNORECASE,
    )
)
BACKGROUND: Final = whole_words(
    compiled(
        r"\b(?:worldwide|every year|each year|yearly|per year|a year|strikes|incidence|prevalence|makes up|"
        r"median age at diagnosis|cases diagnosed|live with|living with|most people with)\b",
        re.IGNORECASE,
    )
)
#: Signs and findings are what a disease does; a therapy of the disease is not told to treat them.
SIGN: Final = re.compile(
    r"(?:(?:acute|chronic|severe|mild|recurrent|persistent|rapid|serious|and|or|muscle|joint|tumou?r|"
    r"disease|developmental|organ|tissue|nail|skin|bacterial|viral|opportunistic)[ -])*"
    r"(?:infections?|inflammation|weakness|fatigue|fevers?|pain|swelling|itch(?:ing)?|rash(?:es)?|"
    r"proteinuria|h(?:a)?ematuria|h(?:a)?emolysis|bleeding|o?edema|seizures?|confusion|regression|"
    r"progression|relapses?|damage|dysfunction|disability|injur(?:y|ies)|changes?|cellulitis|"
    r"(?:neuro)?toxicit(?:y|ies)|immunosuppression|autoimmunity|(?:brain |bone |liver |lung )?metastas[ei]s|"
    r"(?:thrombo|neutro|leuk?o|lympho|pan)?cyto?penias?|neutropenias?|"
    r"lymphopenias?|toxic effects?|deaths?|symptoms?)$",
    re.IGNORECASE,
)
#: The same, said after the disease.
LEFT_OUT: Final = compiled(
    r"\bexclud(?:e|es|ed)\b|\bkept out\b|\b(?:is|are|was|were) not (?:part|eligible|included|studied|enrol)|"
    r"^[-‑](?:directed|specific|targeted)\b|^ (?:Ig[GAM]\b|antibod|tit(?:re|er)|vaccin|immuni|protection)",
    re.IGNORECASE,
)
NOT_STARTED: Final = compiled(
    r"\bnot (?:yet )?(?:begun|started|opened|recruiting)|yet to (?:begin|start|open|recruit)\b|"
    r"\bnot (?:yet )?(?:been )?(?:infused|treated|given|dosed|tested|tried)\b|"
    r"\b(?:no ?one|nobody) (?:has|had) (?:yet )?been (?:treated|infused|dosed)|"
    r"\bwithdrawn before\b",
    re.IGNORECASE,
)
#: A registry entry of a study that nobody has entered.
NOT_BEGUN: Final = re.compile(
    r"\b(?:status|recruit\w*)\b[^\n:]{0,25}:[^\n]{0,12}?(?:withdrawn|not yet recruiting|pending|planned)\b|"
    r"\(not yet recruiting\b",
    re.IGNORECASE,
)
#: What a study asks is no doubt whether it will be done: "looks at whether".
ASKS_WHETHER: Final = re.compile(
    r"\b(?:look(?:s|ed|ing)? (?:at|into)|test(?:s|ed|ing)?|see|stud(?:y|ies|ied)|assess\w*|evaluat\w*|"
    r"find out|examin\w*|determin\w*|learn|show(?:s|ed)?|investigat\w*|explor\w*) (?:\w+ )?$",
    re.IGNORECASE,
)
#: A study that runs has begun, whatever is hoped of it.
ONGOING: Final = whole_words(
    compiled(
        r"\b(?:being (?:tested|tried|studied|evaluated|investigated|given)|under ?way|ongoing|recruiting|"
        r"enrolling|ha(?:s|ve) (?:since |now |already )?entered|in phase)\b",
        re.IGNORECASE,
    )
)
#: A trial that is denied before the disease is named.
NO_TRIAL: Final = whole_words(
    compiled(
        r"\b(?:no|without any|nor) (?:[\w-]+ ){0,2}(?:trials?|stud(?:y|ies)|experience)\b", re.IGNORECASE
    )
)
#: A clause on harm tells of no use.
HARM: Final = whole_words(compiled(r"\b(?:risks?|warn\w*|hazards?|harms?|class effect)\b", re.IGNORECASE))
#: A second condition of the same patients: "dermatomyositis with rapidly progressive ILD".
COMORBID: Final = re.compile(r"^\s*(?:\([^)]*\)\s*)?with (?:[\w-]+ ){0,3}$", re.IGNORECASE)
#: Given beside the cells: to prepare for them or against their harms. They do not treat the disease.
COMPANION: Final = re.compile(
    r"fludarabin|cyclophosph|\bflu\b|bendamustin|tocilizumab|siltuximab|anakinra|dexameth|methylpred|"
    r"predniso|"
    r"steroid|immunoglobulin|\bIVIG\b|lymphodeplet|conditioning|alemtuzumab|anti-?CD52|busulfan|G-?CSF|"
    r"filgrastim|"
    r"levetiracetam|plasma exchange|\b(?:leuk)?apheresis|placebo",
    re.IGNORECASE,
)
#: Right before a disease, those who have it: "given to 20 patients with recurrent".
BEARERS: Final = re.compile(
    rf"\b(?:given|infused|administered|delivered|tested|tried|treat\w*)\b.*\b(?:{_PEOPLE}) with "
    r"(?:[\w-]+ ){0,3}$",
    re.IGNORECASE,
)
#: Right before a disease that subjects have, or that something is used in; a few words may describe it.
BORNE_BEFORE: Final = re.compile(
    r"(?:\b(?:with|had|has|have|having|for|in|of|against|whose|from|diagnosed|suffer\w*|include[sd]?|"
    r"including|were|was|"
    r"treat\w*|trials?|my|his|her|their|our|and|or|plus|then|also|relapsed|refractory|recurrent|advanced|"
    r"active)|[:;,(•›–-]|"
    r"\d|\b(?:mov\w+|extend\w*|expand\w*|open\w*|broaden\w*|widen\w*|go(?:es)?|going|turn\w*) "
    r"(?:[\w-]+ ){0,3}(?:in)?to|\b(?:start|begin)\w* with)\s*(?:[^\s,;:()]+\s){0,4}[(\[]?$",
    re.IGNORECASE,
)
#: Right after it: those who have it, how many they are, or what became of it.
BORNE_AFTER: Final = re.compile(
    rf"(?:\s[\w-]+)?[\s-](?:{_PEOPLE}|mice|animals|models?|trial|study|cohort|arm|group|lines?|cells|"
    rf"xenografts?)\b|"
    r"\s*[,(:]?\s*(?:n ?= ?|in )?(?:\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\b(?!\s?%|\.\d)|"
    r"[^.;]{0,40}\b(?:shrank|cleared|remission|respon\w+|relapsed|regress\w*|eliminated|eradicated|"
    r"controlled|returned|prevented|averted|reversed|delayed|improved|eased|halted|abolished|"
    r"had come back|comes back|came back)\b",
    re.IGNORECASE,
)
#: Right after a drug whose name only describes the disease or its bearers.
NOT_GIVEN: Final = re.compile(
    r"[-‐‑ ](?:resistant|refractory|naive|naïve|sensitive|exposed|pretreated|experienced|ineligible|"
    r"intolerant|dependent|"
    r"free)\b",
    re.IGNORECASE,
)
#: Lines of a registry entry that name what is treated, and with what.
LISTED_CONDITIONS: Final = re.compile(
    r"\W*(?:(?:\d+[.)] ?)?(?:(?:target|health|medical|primary|study) )?(?:conditions?|indications?|diseases?)"
    r"(?:\(s\))?(?: (?:or|and) (?:diseases?|conditions?|problems?\(?s?\)?))?"
    r"(?: (?:being )?(?:studied|treated|under study))?(?:\(s\))?\s*:|"
    r"(?:(?:which|what) (?:diseases?|conditions?)|who) (?:(?:was|were|is|are|will be|can be|may be) "
    r"(?:being )?(?:studied|treated|included|enrolled|invited)|(?:could|can|may|might) "
    r"(?:take part|join|participate|enter|enrol|be included))\b)",
    re.IGNORECASE,
)
#: A heading or sentence that opens a list of those who may not take part.
EXCLUSIONS: Final = re.compile(
    r"\W*(?:(?:key |main |major |other )?exclu(?:sions?|de[sd]?|ding)\b|not eligible|ineligible|"
    r"(?:who|(?:you|people|anyone|those|patients|participants)(?: who)?) "
    r"(?:(?:may|can|could|should|must|will)(?: ?not|n['’]t)|was not|were not|cannot)\b|"
    r"reasons? (?:not to|against) )",
    re.IGNORECASE,
)
LISTED_TREATMENTS: Final = re.compile(
    r"\W*(?:study )?(?:interventions?|treatments?|drugs?|biologicals?|arms?|experimental)(?:\(s\))?"
    r"(?: [^.:\n]{0,40})?:",
    re.IGNORECASE,
)
