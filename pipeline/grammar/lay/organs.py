"""Everyday words for harms to organs, blood and muscles, and for infections (see `words`)."""

from __future__ import annotations

from typing import Final

from pipeline.grammar.lay.forms import CANNOT, HAS, ILL, IN_A_LIST, IS, LOST, MAY

#: Viruses that fall upon people without immunity; who "got" one has its infection.
VIRUSES: Final = (
    ("cytomegalovirus infection", "CMV|cytomegalovirus"),
    ("adenovirus infection", "adenovirus(?:es)?"),
    ("Epstein-Barr virus infection", "EBV|Epstein-Barr virus"),
    ("norovirus infection", "norovirus"),
    ("respiratory syncytial virus infection", "RSV|respiratory syncytial virus"),
    ("human herpesvirus 6 infection", "HHV-?6"),
    ("BK virus infection", "BK virus|BKV"),
    ("parvovirus infection", "parvovirus(?: B19)?"),
    ("rhinovirus infection", "rhinovirus"),
)

#: Terms, each with the patterns of the words that tell it.
ORGANS: Final[tuple[tuple[str, ...], ...]] = (
    # Heart, lungs, water works
    (
        "tachycardia",
        rf"(?:heart|pulse) {HAS}(?:rac(?:ed|ing)|hammer(?:ed|ing)|gallop(?:ed|ing))",
        r"(?:racing|fast) (?:heart|pulse|heartbeat)",
    ),
    (
        "palpitations",
        rf"heart {HAS}(?:pound(?:ed|ing)|flutter(?:ed|ing|s)?|thump(?:ed|ing)|skipp(?:ed|ing)(?: beats)?)",
    ),
    ("cardiac toxicity", r"heart (?:damage|injury)"),
    (
        "dyspnea",
        r"(?:short(?:ness)?|out) of breath",
        r"(?:fight|gasp|struggl)(?:ed|ing) for (?:breath|air)",
        rf"{CANNOT} (?:breathe|(?:get|catch) (?:my|his|her|enough) (?:breath|air))",
        r"breathless(?:ness)?",
        r"(?:trouble|difficulty|problems) (?:with )?breathing",
        r"breathing (?:trouble|problems|difficult(?:y|ies))",
        r"(?:hard|difficult) to breathe",
    ),
    (
        "urinary incontinence",
        r"wet (?:the|my|his|her) bed",
        rf"{CANNOT} hold (?:my|his|her) (?:water|bladder|urine|pee)",
        rf"{LOST}(?:control of )?{MAY}bladder(?: control)?",
    ),
    ("urinary retention", rf"{CANNOT} (?:pee|wee|urinate|pass (?:water|urine))"),
    (
        "dysuria",
        r"(?:burns?|burning|burned|hurts?|pain(?:ful)?) (?:when|to|on) (?:I |he |she )?(?:pee|wee|"
        r"urinat)(?:s|ing|e)?",
    ),
    # Muscles and joints
    (
        "myalgia",
        r"(?:aching|sore|achy) muscles",
        rf"muscles {HAS}(?:ach(?:e|ed|ing)|hurt|sore)",
        rf"{IS}(?:achy|aching all over)",
    ),
    ("arthralgia", r"(?:aching|achy) joints", rf"joints {HAS}(?:ach(?:e|ed|ing)|hurt)"),
    # Blood and infection
    (
        "thrombocytopenia",
        r"(?:short of|hardly any|few|no|zero) platelets(?! (?:transfus|were (?:given|"
        r"needed)))",
        r"platelet depletion",
    ),
    (
        "neutropenia",
        r"(?:zero|no|hardly any) neutrophils",
        r"neutrophils (?:(?:was|were|are|is|at|down to|of|fell to|dropped to) ){1,2}(?:zero|nil|nought|"
        r"nothing)",
        rf"{ILL}(neutropenic)(?! (?:fever|sepsis|diet|(?:entero)?colitis))",
    ),
    ("cytopenia", rf"{ILL}(cytopenic)"),
    ("pancytopenia", rf"{ILL}(pancytopenic)"),
    ("thrombocytopenia", rf"{ILL}(thrombocytopenic)(?! purp)"),
    ("anemia", rf"{ILL}(ana?emic)"),
    ("lymphopenia", rf"{ILL}(lymphopenic)(?! (?:mice|host))"),
    ("hypogammaglobulinemia", rf"{ILL}(hypogammaglobulina?emic)"),
    ("hypotension", rf"{ILL}(hypotensive)"),
    ("hypoxia", rf"{ILL}(hypoxic)(?! (?:cond|regio|tumou?r|micro|TME|chamb|cult))"),
    ("tachycardia", rf"{ILL}(tachycardic)"),
    ("encephalopathy", rf"{ILL}(encephalopathic)"),
    ("lethargy", rf"{ILL}(lethargic)"),
    (
        "upper respiratory tract infection",
        r"(?:caught|catch(?:es|ing)?|picked up|picks up|came down with|went down with|got|had) (?:an?|"
        r"every|one|another|the|any) (?:(?:bad|nasty|heavy|common|head) )?cold(?: after (?:cold|"
        r"another))?(?! (?:shoulder|shower|call|feet|room|sore|chain|storage|drink|snap|night|day))",
    ),
    ("gastroenteritis", r"(?:stomach|tummy) bug"),
    ("urinary tract infection", r"(?:water|waterworks|bladder|urine) infections?"),
    ("herpes simplex", r"cold sores?"),
    ("herpes zoster", r"(?:varicella[- ]zoster|VZV)(?: virus)? reactivation"),
    ("sinusitis", r"sinus infections?"),
    (
        "urinary incontinence",
        r"wet (?:herself|himself|myself)",
    ),
    (
        "tachycardia",
        r"(?:heart|pulse) (?:was |is |kept )?(?:going|went) like (?:a train|the clappers|crazy|mad|a hammer)",
    ),
    (
        "cardiac arrest",
        r"heart (?:stopped|stopping)",
    ),
    (
        "pulmonary edema",
        r"swelling of (?:the|my|his|her) lungs",
        r"lungs (?:were |was |had |are )?(?:filled|filling|full|fill) (?:with|of|up with) (?:fluid|water)",
    ),
    (
        "infection",
        r"catch(?:es|ing)? (?:every|any|one) (?:bug|infection)(?: going)?",
        r"catching bugs",
        r"(?:one|bug|infection) (?:bug|infection) after (?:the other|another)",
    ),
    (
        "fungal infection",
        r"fungus (?:in|on) (?:the |my |his |her )?(?:lungs?|blood|sinuses)",
    ),
    (
        "transaminases increased",
        rf"liver (?:numbers|tests|enzymes|values|readings|function) {HAS}(?:went |gone )?(?:crazy|"
        r"haywire|deranged|off|all over the place|mad|bad|awful)",
        r"deranged liver (?:tests|function|enzymes)",
    ),
    (
        "cytopenia",
        r"(?:my|her|his|their|blood) counts (?:(?:have|has|had|did|still) ){0,2}(?:not|never) (?:yet "
        r")?(?:recover(?:ed)?|c[oa]me back|bounced back)",
    ),
    (
        "hypogammaglobulinemia",
        r"no (?:antibodies|immunoglobulins?|IgG) left",
    ),
    (
        "bone pain",
        rf"bones {HAS}(?:ach(?:e|ed|ing)|hurt)",
    ),
    (
        "myalgia",
        r"everything (?:ach(?:es|ed)|hurts?)",
    ),
    ("dyspnea", rf"breathing {IS}(?:hard|harder|difficult|laboured|labored)"),
    ("catheter related infection", r"(?:line|port|PICC|catheter) (?:(?:got|was|became) infected|sepsis)"),
    *(
        (
            term,
            r"(?:had|has|got|gets?|caught|catch(?:es)?|(?:died|ill|sick|killed) (?:of|from|by|with)|"
            r"down with|then|developed|picked up|positive for) "
            rf"({virus})(?=[,.;:!?)]| (?:and|but|or|in|on|at|after|last|twice|again|when|that|which|as)\b)",
        )
        for term, virus in VIRUSES
    ),
    (
        "cytomegalovirus reactivation",
        r"(?:CMV|cytomegalovirus) (?:came back|woke up|waking up|reactivat(?:ed|ing)|flar(?:ed|ing)(?: up)?)",
    ),
    (
        "hepatitis B reactivation",
        r"(?:hep(?:atitis)? B|HBV) (?:came back|woke up|reactivated|flared(?: up)?)",
    ),
    ("kidney injury", r"kidneys took a (?:hit|knock|beating)"),
    ("liver injury", r"liver took a (?:hit|knock|beating)"),
    (
        "leukopenia",
        r"(?:white (?:cell |blood cell )?count|whites|white cells) (?:(?:was|is|were|of|at|fell to|"
        r"dropped to) ){1,2}0[.,]\d",
        r"no white (?:blood )?cells",
    ),
    ("back pain", rf"back {HAS}(?:hurts?|ach(?:es|ed|ing)|kill(?:ed|ing|s) (?:me|him|her))"),
    ("arthralgia", r"sore joints", rf"joints {HAS}kill(?:ed|ing) (?:me|him|her)"),
    ("wheezing", r"wheez(?:y|ed|es|ing)"),
    (
        "graft rejection",
        r"(?:signs?|risks?|fear|chances?|episodes?|reports?|evidence|sniff|hint) of (rejection)(?! of\b)",
        r"(?:no|acute|chronic|mild) (rejection)(?=[.,;:!?]| (?:and|or|but|so far|yet|episodes?|from|"
        r"after)\b)",
        rf"{IN_A_LIST}(rejection)(?=\?| (?:was|has|did|never)\b)",
    ),
    (
        "influenza",
        r"(?:got|caught|catch|had|down with|picked up) (?:the |a bad |a dose of )?(flu)(?=[.,;:!?]| (?:and|"
        r"but|twice|"
        r"again|in|last|after)\b)",
    ),
    (
        "cytopenia",
        rf"(?:(?:my|her|his|their|blood|all) )?counts {HAS}(?:tank(?:ed|ing)?|plummet(?:ed|ing)?|"
        r"crater(?:ed|ing)?|"
        r"nosedived|bottomed out|(?:went |gone )?through the floor|(?:down )?in the (?:gutter|toilet|"
        r"basement|cellar))",
    ),
    (
        "intratumoral hemorrhage",
        r"(?:bleed|bleeding|bled|ha?emorrhage[ds]?) (?:in|into) (?:the |my |his |her |their )?tumou?r",
    ),
    (
        "bone marrow failure",
        r"(?<![ -]cell )(?<![ -]cells )(?<!lineage )(?<!thymic )(?<!cutis )(aplasia)(?! (?:cutis|of (?:the )?"
        r"(?:[BTN]\b|germ|red|thym)))",
    ),
    ("pulmonary embolism", r"clots? (?:in|on) (?:(?:both|the|my|his|her) )?lungs?"),
    (
        "thrombosis",
        r"(?:an?|my|his|her|of|any|no|another) (clots?)(?=[.,;:!?]| (?:and|or|came|from (?:the line|it|"
        r"that))\b)",
        rf"{IN_A_LIST}(clots)(?=,| and\b| in none\b)",
    ),
    ("deep vein thrombosis", r"clots? in (?:(?:the|my|his|her|a) )?(?:left |right )?(?:leg|calf|thigh)"),
    (
        "infertility",
        r"infertile",
        rf"(?:{CANNOT}|never|not|n['’]?t) (?:be able to )?hav(?:e|ing) (?:any |more |our own |my own )?"
        r"(?:kids|children|babies)",
        r"(?:I|he|she|we|they|me|him|her|us|them|women|girls|boys|men)"
        r"(?: (?:am|is|are|was|were|be)|['’](?:m|s|re))? (sterile)",
        r"(?:bald|infertile|tired),? (?:and )?(sterile)",
    ),
    ("death", r"los(?:t|es|e|ing) (?:his|her|their|its) li(?:fe|ves)", r"passed away"),
    ("death", r"(?:risks?|chances?|odds|danger|fear|afraid|scared|frightened|possibility) of (dying)"),
    ("cytokine release syndrome", r"cytokine (?:things?|stuff|business|trouble)"),
)

#: Organs and what their inflammation is called.
INFLAMMATIONS: Final = {
    "gut": "enterocolitis",
    "bowel": "enterocolitis",
    "intestine": "enteritis",
    "colon": "colitis",
    "stomach": "gastritis",
    "liver": "hepatitis",
    "lung": "pneumonitis",
    "heart muscle": "myocarditis",
    "heart": "myocarditis",
    "brain": "encephalitis",
    "pancrea": "pancreatitis",
    "bladder": "cystitis",
    "thyroid": "thyroiditis",
    "kidney": "nephritis",
}
_ORGAN: Final = (
    r"gut|bowels?|intestines?|colon|stomach|liver|lungs?|heart muscle|heart|brain|pancreas|bladder|thyroid|"
    r"kidneys?"
)
#: An organ that is inflamed; the organ is the group that matched.
INFLAMED: Final = (
    rf"inflammation (?:of|in) (?:the |his |her |my )?(?P<of>{_ORGAN})|(?P<before>{_ORGAN})[- ]inflammation|"
    rf"inflamed (?P<after>{_ORGAN})|(?P<is>{_ORGAN}) (?:is|are|was|were|became|got) (?:\w{{3,10}} )?inflamed"
)

#: Organs and what it is called when they work no more.
FAILURES: Final = {
    "kidney": "renal failure",
    "liver": "liver failure",
    "lung": "respiratory failure",
    "thyroid": "hypothyroidism",
    "adrenal": "adrenal insufficiency",
    "pituitary": "hypopituitarism",
    "marrow": "bone marrow failure",
    "bowel": "ileus",
    "gut": "ileus",
}
#: How people say that one of them works no more; the organ is the group.
FAILED: Final = (
    r"(?P<organ>kidney|liver|lung|thyroid|adrenal|pituitary|marrow|bowel|gut)(?:s| gland| glands)? "
    rf"(?:{HAS}|never )"
    r"(?:pack(?:ed|s|ing)? (?:up|in)|g[ai]ve(?:s|n)? (?:up(?: the ghost)?|out)|giving (?:up|out)|conk(?:ed|"
    r"s|ing) out|"
    r"shut(?:s|ting)? down|(?:went|gone|go) (?:to sleep|on strike|bust|kaput)|fail(?:ed|ing)?(?! to\b)|"
    r"stop(?:ped|s|ping)? working|quit(?:ting)?(?: working| on)|die(?:d|s) on (?:me|him|her)|burn(?:ed|t) "
    r"(?:itself )?out|"
    r"w[oa]ken? up|underactive|asleep|on strike|knackered|kaput)"
)
