"""Everyday words for harms to parts of the body, by the term they stand for (see `lay_words`)."""

from __future__ import annotations

from typing import Final

from pipeline.grammar.lay_forms import AMOUNT, AND_ON, CANNOT, HAS, IS, LOST, MAY, TROUBLE

#: Terms, each with the patterns of the words that tell it.
BODY: Final[tuple[tuple[str, ...], ...]] = (
    # Mouth and gut
    (
        "nausea",
        r"queas(?:y|iness)",
        r"nauseated",
        r"nauseous",
        r"(?:felt|feel|feels|feeling) (?:\w{2,8} )?sick(?! of)",
        r"sick to (?:my|his|her|the) stomach",
    ),
    (
        "vomiting",
        r"vomit(?:ed|s)?(?! (?:blood|bag))",
        r"thr(?:ew|own|owing|ow|ows) up",
        r"puk(?:e|ed|es|ing)",
        r"retch(?:ed|ing)",
        r"sick as a dog",
        r"(?:was|were|been|being) (?:violently |repeatedly )?sick (?:twice|into|in|all (?:over|night|"
        r"day)|every)",
        rf"{CANNOT} keep (?:anything|food|water|fluids|it|a thing) down",
    ),
    (
        "diarrhea",
        r"loose (?:stools?|bowels?|motions?)",
        r"runny (?:stools?|tummy)",
        r"(?:had|got|gave (?:me|him|her)|with|and|have|having|has) the (runs)(?! (?:along|of|in|at|on|"
        r"were|are)\b)",
        r"upset (?:tummy|stomach)",
    ),
    ("constipation", rf"{IS}constipated", r"bunged up"),
    (
        "abdominal pain",
        r"(?:tummy|belly|stomach|gut|abdominal|bowel)[- ]?(?:ache|aches|cramps?|cramping|hurts?)",
        r"(?:cramps?|pains?) in (?:my|his|her|the) (?:tummy|belly|stomach|gut)",
        r"sore (?:tummy|belly|stomach)",
    ),
    (
        "decreased appetite",
        r"no appetite",
        rf"{LOST}appetite",
        r"off (?:my|his|her|their) food",
        rf"appetite {HAS}(?:gone|went|vanished|disappeared)",
        rf"{CANNOT} eat",
    ),
    (
        "oral mucositis",
        r"(?:mouth|tongue|lip) (?:ulcers?|sores?|blisters?)",
        r"(?:sore|raw|ulcerated) (?:mouth|tongue|gums)",
        r"(?:ulcers?|sores?|blisters?) in (?:my|his|her|the) mouth",
        r"mouth (?:is|was|were) (?:raw|sore|full of (?:sores|ulcers))",
    ),
    ("dry mouth", rf"mouth {IS}(?:dry|bone dry)", r"cotton mouth", r"no saliva"),
    ("dysphagia", rf"{CANNOT} swallow", r"(?:trouble|difficulty|problems|pain) swallowing"),
    (
        "hematochezia",
        r"(?:pass(?:ed|ing)|poo(?:ed|ing)?) blood",
        r"blood in (?:the |my |his |her |their )?(?:stools?|poo|bowels?)",
        r"bloody (?:stools?|diarrh\w{2,4})",
    ),
    (
        "hematuria",
        r"(?:pee|peed|peeing|weed|weeing|wee|piss|pissed|pissing|urinat(?:ed|ing)) blood",
        r"blood in (?:the |my |his |her |their )?(?:urine|pee|wee|water)",
        r"bloody urine",
    ),
    ("hematemesis", r"(?:vomit(?:ed|ing)|threw up|throwing up) blood"),
    ("hemoptysis", r"cough(?:ed|ing)(?: up)? blood"),
    # Skin, hair, nails
    (
        "nail disorder",
        rf"(?:finger|toe)?nail {TROUBLE}",
        rf"(?:finger|toe)?nails {HAS}(?:look(?:s|ed)?|fell|fall(?:en|ing)?|came|come|coming|peel(?:ed|"
        r"ing)?|crumbl(?:e|ed|ing)|lift(?:ed|ing)?|split(?:ting)?|broke|break(?:ing)?|turn(?:ed|ing)?|"
        rf"went|gone|thinned|ridged|brittle|soft(?:ened)?|loose(?:ned)?){AND_ON}",
        r"(?:brittle|ridged|split|crumbling|peeling|discolou?red) (?:finger|toe)?nails",
        r"(?:lost|losing|loss of) (?:(?:my|his|her|two|three|some|all|most|of|several) "
        r"){0,3}(?:finger|toe)?nails?",
    ),
    (
        "desquamation",
        rf"(?:palms?|soles?|skin|hands?|f[eo]{{2}}t|fingers?|fingertips|lips) {HAS}(?:peel(?:ed|ing|"
        rf"s)?|flak(?:ed|ing|y)|shed|came off|coming off){AND_ON}",
        r"(?:peeling|flaking|shedding) (?:skin|palms?|soles?|hands?|feet|fingers?|lips)",
    ),
    (
        "alopecia",
        rf"hair {HAS}(?:gone|fell out|fallen out|falling out|came out|coming out|thin(?:ned|ning)|"
        r"falls out)",
        rf"(?:los[et]|loses|losing) (?:(?:all|most|of|some|much|a lot) ){{0,3}}{MAY}(?:hair|eyebrows|"
        r"lashes|eyelashes)",
        r"(?:no|without) hair(?! dye| loss)",
        r"hair (?:loss|thinning)",
        r"(?:went|gone|going|go) bald",
    ),
    (
        "rash",
        r"(?:came|come|broke|breaking|coming) out in (?:(?:an?|red|itchy|little|big) ){0,3}(?:rash|"
        r"spots|blotches|bumps|welts|lumps)",
        r"red (?:blotches|spots|patches|bumps) (?:all over|on (?:my|his|her|the))",
    ),
    ("urticaria", r"(?:came|broke|come) out in (?:hives|nettle rash)"),
    ("pruritus", r"itch(?:ed|es|y)(?! to\b)(?: (?:skin|all over|arms|legs|scalp))?"),
    ("bruising", r"bruis(?:es|ed)(?: (?:easily|all over|everywhere))?", r"black and blue"),
    (
        "epistaxis",
        r"nose[- ]?bleeds?",
        r"(?:bled|bleeding) from (?:the |my |his |her )?nose",
        r"nose (?:bled|kept bleeding|was bleeding)",
    ),
    ("gingival bleeding", r"bleeding gums", r"gums (?:bled|bleed|were bleeding|are bleeding)"),
    (
        "hemorrhage",
        r"(bled) (?:from|into|easily|heavily|a lot|badly|to death|out)",
    ),
    ("jaundice", r"(?:went|turned|going|gone|turning) yellow", r"yellow (?:eyes|skin)"),
    # Swelling, water, weight
    (
        "facial edema",
        r"(?:swollen|puffy) (?:face|eyes|lips)",
        rf"(?:face|eyes|lips) {HAS}(?:swelled|swollen|puffy|puffed|swelling|ballooned)(?: up)?",
    ),
    (
        "peripheral edema",
        r"(?:swollen|puffy) (?:ankles?|legs?|f[eo]{2}t|hands?|arms?|fingers)",
        rf"(?:ankles?|legs?|f[eo]{{2}}t|hands?|arms?|fingers) {HAS}(?:swelled|swollen|puffy|puffed|"
        r"swell|swelling|ballooned)(?: up)?",
        r"water in (?:my|his|her|the) legs",
    ),
    (
        "parotitis",
        r"(?:swollen|enlarged|sore) (?:parotids?|salivary glands?)(?: glands?)?",
        rf"(?:parotids?|salivary glands?) {HAS}(?:swelled|swollen|swelling)(?: up)?",
    ),
    ("lymphadenopathy", r"swollen (?:lymph )?(?:glands|nodes)"),
    (
        "pericardial effusion",
        r"(?:fluid|water) (?:a?round|on|about|in) (?:the |my |his |her )?(?:heart|heart sac)",
    ),
    ("pleural effusion", r"(?:fluid|water) (?:a?round|on|about|in) (?:the |my |his |her |one )?lungs?"),
    ("ascites", r"(?:fluid|water) (?:a?round|on|in) (?:the |my |his |her )?(?:belly|tummy|abdomen)"),
    (
        "weight loss",
        r"(?:los[et]|losing|dropped|shed) (?:(?:some|a lot of|so much|too much|much) )?weight",
        rf"(?:lost|losing|dropped|shed) (?:(?:about|over|nearly|almost|some) )?{AMOUNT}(?:kg|kilos?|"
        r"kilograms?|pounds|lbs?|stone)",
    ),
    (
        "weight gain",
        r"(?:gained|put on|piled on) (?:(?:some|a lot of|so much|about|over|nearly) )?(?:weight|"
        rf"{AMOUNT}(?:kg|kilos?|kilograms?|pounds|lbs?|stone))",
    ),
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
        "renal failure",
        rf"kidneys {HAS}(?:pack(?:ed)? up|shut(?:ting)? down|gave out|failed|fail|stopped(?: working)?)",
    ),
    (
        "liver failure",
        rf"liver {HAS}(?:pack(?:ed)? up|shut(?:ting)? down|gave out|failed|stopped working)",
    ),
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
        r"(?:short of|hardly any|few|no) platelets(?! (?:transfus|were (?:given|"
        r"needed)))",
        r"platelet depletion",
    ),
    (
        "neutropenia",
        r"(?:zero|no|hardly any) neutrophils",
        rf"{IS}(neutropenic)(?! (?:fever|sepsis|diet|(?:entero)?colitis))",
    ),
    ("cytopenia", rf"{IS}(cytopenic)"),
    ("pancytopenia", rf"{IS}(pancytopenic)"),
    ("thrombocytopenia", rf"{IS}(thrombocytopenic)(?! purp)"),
    ("anemia", rf"{IS}(ana?emic)"),
    ("lymphopenia", rf"{IS}(lymphopenic)(?! (?:mice|host))"),
    ("hypogammaglobulinemia", rf"{IS}(hypogammaglobulina?emic)"),
    ("hypotension", rf"{IS}(hypotensive)"),
    ("hypoxia", rf"{IS}(hypoxic)(?! (?:cond|regio|tumou?r|micro|TME|chamb|cult))"),
    ("tachycardia", rf"{IS}(tachycardic)"),
    ("encephalopathy", rf"{IS}(encephalopathic)"),
    ("lethargy", rf"{IS}(lethargic)"),
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
