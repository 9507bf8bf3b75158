"""Everyday words for harms to people as a whole, to nerves, mind and senses, by the term they stand for.

A row is a term and patterns. Where only part of a match tells the harm, that part is a group ("became
*febrile*"). A pattern needs whose or what it was wherever its words mean other things, too: mice are bled,
cells are exhausted, curves have fits.
"""

from __future__ import annotations

from typing import Final

from pipeline.grammar.lay.forms import (
    CANNOT,
    DEGREE,
    EYE,
    HAS,
    ILL,
    IN_A_LIST,
    IS,
    LIMB,
    LOST,
    MAY,
    WHEN,
    WHOSE,
)

#: Terms, each with the patterns of the words that tell it.
PERSON: Final[tuple[tuple[str, ...], ...]] = (
    # How people are
    (
        "fever",
        r"feverish(?:ness)?",
        rf"{ILL}(febrile)(?! neutrop)",
        r"(?:burning|burnt|burned) up",
        r"(?<!at )(?<!to )a temperature(?= you| that| which| and| for| after| all|[.,;!?])",
        r"(?:high|night|evening|some|spiking|no|had|my|her|his) (temps)",
        rf"(?:temp(?:erature)?|temps) {HAS}(?:spiked|shot up|soared|went (?:right )?up|climbed)",
    ),
    (
        "chills",
        r"shiver(?:ed|s|ing|y)?",
        r"(?:shook|shaking|shakes) (?:like an? [a-z]{3,8}|uncontrollably|all over|violently|so (?:hard|much|"
        r"badly)|and sweat\w{0,4})",
        r"teeth (?:were |was )?(?:chatter(?:ed|ing)?)",
        r"\d degrees and (shaking)",
        r"(?:I|he|she|we|they|who) (shook) (?:so|until|till|for (?:an?|one|two|three|half)|all (?:over|"
        r"night|day))",
    ),
    (
        "tremor",
        rf"(?:hands?|fingers?|arms?|legs?) {HAS}(?:shook|shak(?:e|es|ing|y)|trembl(?:e|es|ed|ing))(?: "
        rf"like an? [a-z]{{3,8}})?",
        r"(?:shaking|trembling) (?:hands?|fingers?|arms?)",
        r"trembl(?:ed|ing)(?! like)",
        r"(?:no|any|had|some|mild|bad|with|and|or|(?:gave|gives?|giving|got|get) (?:me |him |her )?) "
        r"?(shakes)",
    ),
    (
        "fatigue",
        r"(?:felt|feel|feels|feeling|so|too|left (?:me|him|her|them)|utterly|physically) "
        r"(exhausted)(?! T\b| [a-z]{0,10} ?cells)",
        rf"{IS}(?:(?:dead|dog|bone|always|constantly)[- ])?(tired)(?! of\b| to\b)",
        r"(?:dead|dog|bone|always|constantly|so|very|just)[- ]tired(?! of\b)",
        rf"{IS}(?:knackered|wiped out|worn out|washed out|shattered|zonked|drained of energy)",
        r"(?:no|zero|not much|little) energy(?! transfer| metabolism| cost| drinks?)",
    ),
    (
        "somnolence",
        r"drows(?:y|iness)",
        rf"{CANNOT} (?:stay awake|keep {MAY}eyes open)",
        r"(?:kept|keeps) (?:falling asleep|dozing off|nodding off)",
        r"slept (?:for )?(?:most of|all|round|through) (?:the |of )?(?:day|clock|week)",
    ),
    (
        "depressed level of consciousness",
        r"(?:hard|difficult|impossible) to (?:wake|rouse)",
        rf"{CANNOT} (?:be )?(?:woken|roused)",
    ),
    (
        "insomnia",
        rf"{CANNOT} sleep",
        r"sleepless(?: nights?)?",
        r"(?:lay|lying) awake",
        r"awake all night",
    ),
    (
        "syncope",
        r"pass(?:ed|es|ing) out",
        r"faint(?:ed|ing)(?: (?:fits?|spells?))?",
        r"black(?:ed|ing) out",
        rf"(?:a|one|two|three|another|single) (faints?)(?=[,.;:!?)]| (?:and|but|or|when)\b|{WHEN})",
        r"keeled over",
        r"(?:I|he|she|who|dad|mum|mom|wife|husband|son|daughter) (collapsed)",
    ),
    (
        "dizziness",
        rf"{DEGREE}(?:dizzy|giddy|giddiness|woozy|light[- ]?headed(?:ness)?)",
        r"room (?:span|spun|was spinning|is spinning|spins)",
        rf"head {HAS}(?:span|spun|swam)",
    ),
    ("malaise", rf"(?:felt|feel|feeling) {DEGREE}(?:unwell|poorly|rotten|lousy)"),
    (
        "flu like symptoms",
        r"(?:like|felt like|akin to) (?:a |the )?(?:bad |heavy |mild )?(flu)(?! (?:jab|shot|vacc))",
    ),
    (
        "hyperhidrosis",
        r"(?:drenched|soaked) (?:in|with|from) sweat",
        r"sweat(?:ed|ing) (?:buckets|through)",
        r"soaked (?:the|my|his|her) (?:sheets|bed|pyjamas)",
    ),
    ("dehydration", rf"{IS}(dehydrated)(?! in| with| through| and em)"),
    # Head, nerves and mind
    (
        "headache",
        r"sore head",
        rf"{MAY}head {HAS}(?:hurts?|ach(?:ed|es|ing)|pound(?:s|ed|ing)|splitting|throbb(?:ed|ing))",
        rf"{MAY}head {HAS}(?:bang(?:ed|ing)|kill(?:ed|ing|s) (?:me|him|her))",
        r"(?:pounding|splitting|thumping|banging) head",
    ),
    (
        "seizure",
        r"(?:had|have|having|has|no|any|two|three|four|epileptic|suffered|about|of|with|from|and|or|"
        r"more|get|got|getting) (fits)(?! (?:of|and starts|the|in|with|into|on|well|my|your|all|his|"
        r"her|a|nicely|were|to)\b)",
        rf"{IN_A_LIST}(fits)(?=,| and\b| or\b)",
        r"(?:not|never|without) (?:a|one|a single) (fit)(?=[.,;:!?]| (?:and|or|so far|since|yet)\b)",
        r"(?:had|having|has|have|suffered|took) (?:an? |one )(?:epileptic )?(fit)(?! (?:of|for|to|with|"
        r"between)\b| in (?!(?:the )?(?:week|month|day|morning|night|bed|ward|hospital|first|second|ICU|"
        r"car|a)\b))",
        r"convuls(?:ed|ing)",
    ),
    (
        "confusion",
        r"(?:felt|feel|feels|feeling|gets?|got|getting|was|become|became|becomes|is|were|be|went|never|"
        r"been|left (?:him|her|them)) "
        rf"{DEGREE}(confused)(?! (?:with|by|about|as|over|which|why|what|how|whether|for|here)\b)",
        rf"{IS}(?:muddled|disoriented|disorientated|delirious|bewildered)",
        rf"(?:did not|didn['’]?t|{CANNOT}|no longer) (?:know|knew|recall|tell (?:you|them|us|me)) "
        r"(?:where|who|what (?:day|month|year)|the (?:day|month|year|date)|(?:his|her|my) own)(?: "
        rf"[a-z]{{2,6}}){{0,3}}",
        rf"(?:did not|didn['’]?t|{CANNOT}) recogni[sz]e (?:me|us|his|her|their|my|the children|anyone)",
        r"(?:talk|spoke|speak|babbl|mutter)(?:ed|ing)? (?:nonsense|gibberish|rubbish|garbage|gobbledygook|"
        r"double dutch)",
        r"(?:made|making|makes) no sense at all",
        r"(?:away|off) with the fairies",
        r"(?:go|went|going|gone|goes) (?:gaga|loopy|doolally|cuckoo|off (?:my|his|her) (?:head|rocker))",
        r"forg[eo]t(?:ten)? (?:my|his|her|our|the (?:kids|children)['’]?s?|whose) (?:own )?names?",
        r"thought (?:that )?(?:I|we|he|she) (?:was|were) (?:my|his|her|their|the|a) [a-z]{2,15}",
        rf"{CANNOT} count back(?:wards)?",
        r"muddle[- ]headed",
        r"(?:was|were|is|completely|totally) out of it(?! all)",
        rf"{CANNOT} tell the time",
    ),
    (
        "cognitive impairment",
        r"(?:mental|brain) fogg?(?:y|iness)?",
        r"fogg(?:y|iness) (?:brain|head|mind)",
        r"chemo brain",
    ),
    (
        "hallucination",
        r"(?:saw|seeing|sees) (?:things|people|spiders|insects|bugs|ants|faces)(?: that| which| who)? "
        r"(?:were|was|are|is)(?: not|n['’]?t) there",
        r"(?:hearing|heard) voices",
        r"hallucinat(?:ed|es|ing)",
    ),
    (
        "concentration impairment",
        rf"{CANNOT} (?:concentrate|focus)",
        r"trouble (?:concentrating|focus(?:s)?ing)",
    ),
    (
        "memory impairment",
        r"forgetful(?:ness)?",
        rf"{LOST}memory",
        rf"memory {HAS}(?:lapses?|gaps|problems|trouble|went|gone|shot|is shot)",
        rf"{CANNOT} remember(?! (?:if|whether|which|where I|who (?:said|wrote)|the (?:source|link|"
        r"paper|trial)))",
        r"no memory of",
    ),
    (
        "aphasia",
        rf"{CANNOT} (?:speak|talk|find (?:the |my |her |his )?(?:right )?words?|get (?:the|my|his|her|"
        r"a) words? out|name (?:things|objects))",
        r"word[- ]finding (?:difficult(?:y|ies)|trouble|problems)",
        rf"{LOST}(?:words|speech)",
        r"words (?:came out|were coming out|were|got) (?:wrong|jumbled|scrambled|mixed up)",
        r"(?:groped|groping|struggled|struggling|searching|searched) for words",
    ),
    ("slurred speech", r"slurr(?:ed|ing|y|s)(?: (?:his|her|my|the|their))?(?: (?:words|speech))?"),
    (
        "dysgraphia",
        rf"{CANNOT} (?:write|sign)(?: (?:my|his|her|their)(?: own)? name)?",
        r"handwriting (?:(?:had|has|was|is|became|got) ){0,2}(?:went|gone|fell apart|illegible|"
        r"unreadable|a scrawl|deteriorated|worse(?:ned)?|bad|shaky)",
        r"(?:illegible|unreadable|shaky) handwriting",
    ),
    (
        "facial paralysis",
        rf"{CANNOT} (?:close|shut|blink) {MAY}{EYE}(?: (?:and|or|nor) (?:to )?(?:smile|whistle))?",
        rf"{CANNOT} smile",
        r"(?:half|side|left side|right side|corner) (?:of )?(?:my|his|her|their|the) (?:face|mouth) "
        r"(?:was |is |has |had )?(?:droop(?:s|ed|ing)?|went|hung|hangs|hanging|sagg(?:ed|ing)|fell|"
        r"dropped|froze|frozen|paraly[sz]ed|slack)",
        rf"(?:face|mouth) {HAS}(?:droop(?:ed|ing|s)?|sagged|went slack|went crooked|lopsided)",
        r"droop(?:ing|y|ed) (?:face|mouth|smile)",
        r"(?:facial|face) (?:droop(?:ing)?|weakness)",
        r"(?:crooked|lopsided|wonky) (?:smile|face|mouth)",
        rf"{LOST}(?:facial movement|movement (?:in|of) (?:the |his |her |my )?face)",
    ),
    (
        "ptosis",
        r"droop(?:ing|y) eyelids?",
        rf"eyelids? {HAS}(?:droop(?:s|ed|ing)?)",
        rf"{CANNOT} open {MAY}{EYE}",
    ),
    (
        "parkinsonism",
        r"(?:shuffl|walk|mov)(?:e|es|ed|ing) (?:\w{1,10} )?(?:like|as if with) (?:an? |someone with |"
        r"somebody with |people with )?(?:old )?parkinson(?:['’]?s)?(?: (?:patient|disease|sufferer|"
        r"case)s?)?",
        r"parkinson(?:['’]?s|ism)?[- ]like (?:movements?|symptoms?|signs?|syndrome|trouble|gait)(?: "
        r"(?:trouble|problems))?",
        r"parkinsonian(?: (?:features|symptoms|signs|syndrome|gait))?",
    ),
    (
        "gait disturbance",
        r"(?:unsteady|wobbly|shaky) (?:on|gait|walk|legs?)(?: (?:my|his|her|their) (?:feet|legs))?",
        r"shuffl(?:ing|ed) (?:gait|walk|steps)",
        r"walk(?:ed|s|ing)? (?:like|as if) (?:a )?(?:drunk|drunkard)",
        r"stagger(?:ed|ing) about",
    ),
    ("gait disturbance", rf"{LOST}balance", r"balance (?:is|was|has|had|went) (?:off|gone|shot|poor|bad)"),
    (
        "numbness",
        rf"{LIMB} {HAS}(?:gone |went |go |goes |feels? |felt |still ){{0,2}}numb",
        rf"numb {LIMB}",
        rf"(?:{CANNOT} feel|no feeling in) {WHOSE}{LIMB}",
    ),
    (
        "paresthesia",
        r"pins and needles",
        r"tingl(?:y|ing|ed|es) (?:in |of )?" + rf"{MAY}{LIMB}",
        rf"{LIMB} {HAS}tingl(?:y|ing|ed|es?)",
    ),
    (
        "muscle weakness",
        rf"legs? {HAS}(?:g[ai]ve way|gave out|buckled|(?:turned )?(?:to|like) jelly|(?:(?:got|much|"
        rf"way) ){{0,2}}weaker|too weak)",
        r"weak(?:ness)? (?:in |of )?" + rf"{MAY}(?:arms?|legs?|hands?|limbs?)",
    ),
    (
        "cerebral edema",
        r"swelling (?:of|in|on) (?:the |my |his |her )?brain",
        r"swollen brain",
        r"brain (?:had |has |was |is )?(?:swelled|swollen)",
    ),
    (
        "intracranial hemorrhage",
        r"(?:bleed|bleeding|bled|haemorrhage|hemorrhage) (?:on|in|into) (?:the |my |his |her )?brain",
    ),
    (
        "neurotoxicity",
        r"(?:brain|nerves?|nervous[- ]system|neural)(?: (?:and|or) (?:brain|nerves?|nervous[- "
        r"]system))? (?:toxicit(?:y|ies)|side[- ]effects?|(?:adverse )?events?)",
        r"(?:neuro|brain) (?:stuff|things?|trouble|issues|problems)",
    ),
    # In small letters the short form looks like a plural, which no list of names holds.
    ("immune effector cell-associated neurotoxicity syndrome", r"icans"),
    # Other wordings
    (
        "fever",
        r"burning hot",
        r"(?:ran|run|running|spiked|spiking) (?:a |high |some )?(temps?|temperatures?)(?! of \d)",
        rf"temp(?:erature)? {HAS}(?:kept|keeps) (?:spiking|rising|going up)",
        r"spik(?:ed|es|ing) (?:a (?:temp|temperature)|temps|temperatures)",
    ),
    ("asthenia", r"weak as (?:a kitten|water)", r"no (?:strength|stamina)"),
    (
        "somnolence",
        r"sle(?:ep|eps|pt) (?:1[2-9]|2\d|twelve|fourteen|fifteen|sixteen|eighteen|twenty) hours",
        r"sle(?:eps|pt) all (?:day|the time)",
    ),
    (
        "agitation",
        rf"{IS}(agitated)",
    ),
    (
        "depressed level of consciousness",
        rf"{IS}(unresponsive)(?! to)",
    ),
    (
        "cognitive impairment",
        r"forg[eo]t(?:ten)? how to",
    ),
    (
        "aphasia",
        r"words (?:came|come|were coming) out (?:backwards|muddled|all wrong|in the wrong order)",
    ),
    (
        "dysgraphia",
        r"(?:fail(?:ed|ing|s)) (?:the|his|her|my) (?:hand)?writing test",
    ),
    (
        "facial paralysis",
        r"face (?:fell|dropped|went) on (?:one|the|that|his|her|my)",
    ),
    (
        "gait disturbance",
        r"drag(?:s|ged|ging) (?:my|his|her|the|one|a) (?:left |right )?(?:foot|leg)",
    ),
    (
        "numbness",
        rf"(?:fingers?|fingertips|toes?|feet|hands?|legs?) {HAS}(?:dead|like (?:cotton wool|(?:blocks? "
        r"of )?wood))",
    ),
    (
        "dysgeusia",
        r"nothing tast(?:es|ed) (?:right|the same|of anything|good)",
    ),
    (
        "hallucination",
        r"(?:saw|seeing|sees) (?:spiders|insects|bugs|ants|faces|people) (?:on|in|up) the (?:walls?|"
        r"ceiling|floor|curtains?)",
    ),
    ("facial paralysis", rf"(?:smile|mouth|face) {IS}(?:crooked|lopsided|wonky)"),
    ("muscle weakness", rf"(?:legs?|arms?|knees?) {HAS}(?:went )?weak"),
    ("tinnitus", r"ringing ears"),
)
