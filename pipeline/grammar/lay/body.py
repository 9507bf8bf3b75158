"""Everyday words for harms to mouth and gut, skin and hair, and for swelling (see `words`)."""

from __future__ import annotations

from typing import Final

from pipeline.grammar.lay.forms import AMOUNT, AND_ON, CANNOT, HAS, IN_A_LIST, IS, LOST, MAY, TROUBLE

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
        r"(?:had|got|(?:gave|give|gives|giving) (?:me|him|her)|with|and|&|from|have|having|has|but) the "
        r"(runs)(?! (?:along|of|in|at|on|"
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
        rf"(?:{IS}|going |go )bald",
        r"(?:no|some|any) baldness",
        rf"{IN_A_LIST}(bald)(?=,| and\b)",
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
        r"(?:nobody|no one|no-one|none of (?:us|them)|I|he|she|who|they|one of (?:us|them)) "
        r"(bled)(?=[.,;:!?]| (?:for|again|"
        r"like|and|or|after|during|on)\b)",
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
    (
        "oral mucositis",
        r"mouth (?:is |was )?full of (?:ulcers|sores|blisters)",
        rf"(?:tongue|gums) {IS}(?:sore|raw|swollen)",
    ),
    (
        "pharyngitis",
        r"(?:raw|sore) throat",
        rf"throat {IS}(?:sore|raw|on fire)",
    ),
    (
        "laryngeal edema",
        rf"throat {HAS}(?:swell(?:ed|ing|s)?|swollen|clos(?:ed|es|ing))(?: up| shut)?",
    ),
    (
        "dry mouth",
        r"mouth (?:(?:is|was|feels|felt) )?like (?:sandpaper|a desert|the desert|cotton(?: wool)?|leather)",
    ),
    (
        "vomiting",
        r"(?:brought|bringing) up (?:everything|(?:my|his|her) (?:food|breakfast|lunch|dinner))",
        r"heaving (?:all|over|into)",
        r"(spew(?:ed|ing|s)?|bok(?:ed|ing)|hurl(?:ed|ing)|heav(?:ed|ing))(?=[.,;!?]| (?:once|twice|again|"
        r"all (?:night|"
        r"day|over|morning)|everywhere|(?:my|his|her|their) guts|and|or|on the|in the|into the)\b)",
        r"(?:barf|upchuck)(?:ed|ing|s)?",
        r"chuck(?:ed|ing|s)? (?:(?:it|(?:my|his|her|their) (?:guts|breakfast|lunch|dinner)) )?up",
        r"(?:lost|losing) (?:my|his|her) (?:breakfast|lunch|dinner)",
        r"(?:been|was|were|being) sick (?:once|(?:\d+|three|four|five|six|several|many|a few) times)",
        r"(?:kept|keeps|stop) (?:on )?being sick",
    ),
    (
        "diarrhea",
        r"(?:the )?squits",
        r"on the (?:toilet|loo) (?:all (?:day|night)|non-?stop)",
        r"(?:terrible|bad|awful|dreadful|non-?stop) (runs)",
        r"(?:had|has|have|having|got|gets?) (runs)(?= (?:and|every|all|for|since|most)\b|[.,;!?])",
        r"the (runs)(?= (?:every|all|for|since|most) )",
        r"the (?:trots)",
    ),
    (
        "dyspepsia",
        r"(?:tummy|stomach) (?:trouble|upsets?)",
        r"indigestion",
    ),
    (
        "constipation",
        r"(?:blocked|backed) up (?:for|since|again)",
    ),
    (
        "weight loss",
        r"weight (?:fell|dropped|melted) off",
        r"(?:dropped|down) (?:two|three|four) (?:dress|clothes|trouser) sizes",
    ),
    (
        "edema",
        r"(?:swelled|swell|swollen|puffed|blew|blown|ballooned) up (?:like|all over)",
        r"(?:swelled|swollen|bloated) like an? [a-z]{3,10}",
        r"(?:filled|filling|fill|blew|blown) up with (?:fluid|water)",
    ),
    (
        "peripheral edema",
        r"(?:ankles?|legs?|feet|hands?) (?:blew|blown|puffed) up",
    ),
    (
        "alopecia",
        r"bald as",
    ),
    (
        "bruising",
        r"bruises? (?:if|when|easily|at the|like an? (?:peach|banana|plum))",
    ),
    (
        "hematochezia",
        r"blood in the (?:toilet|loo|pan)",
    ),
    (
        "hematuria",
        r"(?:peeing|peed|weeing) (?:red|pink)",
        r"(?:red|pink) (?:pee|wee|urine)",
    ),
    (
        "jaundice",
        r"(?:he|she|I|skin|eyes) (?:was|is|am|were|are|looked) (yellow)",
    ),
    (
        "injection site reaction",
        r"(?:lump|bump|red(?:ness)?(?: patch)?|swelling|bruise|sore red patch) (?:(?:came up|appeared|"
        r"was|is) )?(?:where|at) the (?:needle|jab|drip|injection)(?: (?:went in|site|was))?",
    ),
    (
        "hypotension",
        r"(?:blood pressure|BP) (?:tanks|tanked|tanking|crashes|plummets|nosedived)",
        r"(?:blood pressure|BP) (?:(?:was|of|at|fell to|dropped to|down to|only) ){0,2}[4-8]\d ?(?:/|"
        r"over) ?[2-5]\d",
    ),
    (
        "injection site nodule",
        r"(?:lumps|bumps|nodules) (?:(?:came up|appeared) )?(?:where|at) the (?:needles?|jabs?|drip|shots?|"
        r"injections?)(?: (?:go(?:es)?|went) in| sites?)?",
        r"(?:lumps?|bumps?|nodules?|knots?) (?:on|in|under) (?:my|his|her|the) (?:[a-z]{3,8} )?from (?:the|"
        r"my|his|her) "
        r"(?:needles?|jabs?|shots?|injections?)",
    ),
    ("desquamation", r"flaky (?:skin|hands|feet)"),
    ("dysgeusia", rf"taste buds {HAS}(?:shot|gone|dead)"),
    (
        "muscle cramp",
        r"(?:leg|calf|foot|hand|muscle|thigh) cramps?",
        r"cramps? in (?:(?:my|his|her|the|both) )+(?:legs?|calf|calves|feet|foot|hands?|toes|thighs?)",
    ),
    (
        "amenorrhea",
        r"periods (?:have |had )?(?:stopped|ceased|gone|went away|(?:never|not|didn['’]?t) c[oa]me back)",
        r"(?:los[et]|loses|losing|loss of) (?:my|her|their|the) periods",
        r"no (?:more )?periods(?! of\b)",
    ),
    (
        "fall",
        r"(?:he|she|I|who|and|dad|mum|wife|husband) (fell (?:over|twice|down))",
        r"kept falling(?: over| down)?",
    ),
    (
        "vision loss",
        r"los[et] (?:(?:my|his|her|the|most|all|some|of) ){1,3}(?:sight|eyesight|vision)",
    ),
)
