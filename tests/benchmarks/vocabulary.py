"""The words that the benchmark's articles are made of: all invented for it, none of it advice."""

from itertools import product
from typing import Final

PROCEDURES: Final[dict[str, str]] = {
    "procedure:microneedling": "microneedling",
    "procedure:chemical-peels": "chemical peel",
    "procedure:lip-fillers": "lip filler",
    "procedure:mesotherapy": "mesotherapy",
    "procedure:fractional-laser": "fractional laser",
    "procedure:led-light-therapy": "LED light therapy",
    "procedure:cryolipolysis": "cryolipolysis",
    "procedure:dermaplaning": "dermaplaning",
    "procedure:thread-lift": "thread lift",
    "procedure:microblading": "microblading",
}

CONCERNS: Final[dict[str, str]] = {
    "condition:acne": "acne",
    "condition:acne-scars": "acne scars",
    "condition:atrophic-scars": "atrophic scars",
    "condition:boxcar-scars": "boxcar scars",
    "condition:rolling-scars": "rolling scars",
    "condition:surgical-scars": "surgical scars",
    "condition:hyperpigmentation": "hyperpigmentation",
    "condition:melasma": "melasma",
    "condition:age-spots": "age spots",
    "condition:rosacea": "rosacea",
    "condition:telangiectasia": "telangiectasia",
    "condition:milia": "milia",
    "condition:keratosis-pilaris": "keratosis pilaris",
    "condition:hyperhidrosis": "hyperhidrosis",
    "condition:eczema": "eczema",
    "concern:freckles": "freckles",
    "concern:stretch-marks": "stretch marks",
    "concern:cellulite": "cellulite",
    "concern:wrinkles": "wrinkles",
    "concern:frown-lines": "frown lines",
    "concern:forehead-lines": "forehead lines",
    "concern:nasolabial-folds": "nasolabial folds",
    "concern:marionette-lines": "marionette lines",
    "concern:perioral-lines": "perioral lines",
    "concern:tear-troughs": "tear troughs",
    "concern:dark-circles": "dark circles",
    "concern:eye-bags": "eye bags",
    "concern:double-chin": "a double chin",
    "concern:jowls": "jowls",
    "concern:skin-laxity": "skin laxity",
    "concern:blackheads": "blackheads",
    "concern:enlarged-pores": "enlarged pores",
    "concern:hair-loss": "hair loss",
    "concern:redness": "redness",
    "concern:darker-skin": "darker skin",
    "concern:sensitive-skin": "sensitive skin",
    "body_area:face": "a tired face",
    "body_area:neck": "a creased neck",
    "body_area:hands": "ageing hands",
    "body_area:scalp": "a thinning scalp",
}

ANGLES: Final = (
    "what to know first",
    "a patient's guide",
    "results and limits",
    "questions to ask",
    "from consultation to recovery",
)

WORDS: Final[dict[str, list[str]]] = {
    name: words.split("|")
    for name, words in {
        "tissue": "the dermis|the epidermis|collagen|elastin|the skin barrier|the small vessels|"
        "the pigment cells|the hair follicles|the fat beneath|the connective tissue",
        "number": "two|three|four|five|six|eight|ten|twelve|twenty",
        "unit": "hours|days|weeks|sessions|months",
        "often": "often|usually|sometimes|rarely|as a rule|now and then|in most people",
        "person": "the practitioner|a trained nurse|the dermatologist|your doctor|the therapist|"
        "an experienced clinician|whoever treats you",
        "patient": "patients|people over forty|younger adults|smokers|most first-time visitors|"
        "people with dry skin|those who scar easily|anyone who tans readily",
        "reaction": "redness|swelling|a mild burning feeling|tightness|flaking|itching|bruising|"
        "tenderness|small crusts|a warm flush|pinpoint bleeding|numbness",
        "harm": "infection|a lasting change of colour|scarring|a nodule|an allergic reaction|"
        "a burn|a flare of cold sores|asymmetry|a haematoma|nerve irritation|delayed healing",
        "product": "a bland moisturiser|mineral sunscreen|petrolatum|a gentle cleanser|"
        "a ceramide cream|cool compresses|sterile saline|a silicone gel|thermal water",
        "avoid": "saunas|swimming pools|strong sun|retinoids|scrubs|alcohol|make-up|hot yoga|"
        "shaving|scented products|picking at crusts|tight hats|facial massage",
        "part": "the cheeks|the jawline|the upper lip|the forehead|the temples|the chin|the neck|"
        "the eyelids|the scalp|the hands|the abdomen|the upper arms",
        "tool": "a fine needle|a blunt cannula|a sterile blade|a cooled applicator|a light panel|"
        "a stamped cartridge|a fan-shaped brush|a barbed suture|a handpiece|a measured syringe",
        "degree": "slightly|clearly|markedly|by about a third|by half|a little|steadily|unevenly",
        "cause": "sunlight|hormones|smoking|weight change|friction|ageing|heredity|stress|"
        "poor sleep|an old injury|irritation|heat",
        "evidence": "a small trial|a review of case series|long clinical experience|"
        "photographs read blind|a comparison of both halves of the face|a patient survey|"
        "measurements by ultrasound|a registry of treated people",
        "detail": "fibroblasts|keratinocytes|melanosomes|cytokines|growth factors|lymph flow|"
        "sebum|transepidermal water loss|myofibroblasts|heat shock proteins|adipocytes|"
        "ground substance|granulation|angiogenesis|hyaluronan|lipid layers|mast cells|neutrophils|"
        "corneocytes|desmosomes|papillary loops|reticular bundles|proteoglycans|integrins|"
        "stem cells of the bulge|macrophages|platelets|fibrin|histamine|prostaglandins|"
        "metalloproteinases|nerve endings|arterioles|venules|sweat ducts|chromophores|porphyrins",
        "record": "the consent form|a photograph in even light|the batch number|a patch test|"
        "a list of medicines|the history of earlier treatments|a note of allergies|"
        "the settings of the device|the date of the review",
    }.items()
}
"""What the slots of the sentences are filled with; the first come up most."""

_STARTS: Final = (
    "Bel",
    "Cor",
    "Dax",
    "Fen",
    "Gal",
    "Jor",
    "Kel",
    "Lum",
    "Mir",
    "Nov",
    "Ost",
    "Rho",
)
_MIDDLES: Final = ("la", "re", "vi", "to", "nu", "ma", "ke", "si", "do", "pa", "fe", "gu", "ri")
_ENDS: Final = ("in", "ol", "ex", "ane", "ium", "ade", "yl", "ose")
# Invented names give the vocabulary the long tail that real texts have.
WORDS["name"] = ["".join(each[::-1]) for each in product(_ENDS, _MIDDLES, _STARTS)]

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "overview": ("What is {procedure}?", "What {procedure} is", "Overview"),
    "mechanism": ("How {procedure} works", "How does {procedure} work?"),
    "effectiveness": ("How effective is {procedure}?", "How long do the results last?"),
    "procedure": ("What happens during the session", "What happens during the treatment"),
    "aftercare": ("Aftercare", "Aftercare and recovery", "Aftercare following {procedure}"),
    "risks": ("Risks and side effects", "Side effects of {procedure}", "Possible complications"),
    "recurrence_factors": ("Can {concern} come back?", "Why {concern} may return"),
    "faq": ("Frequently asked questions",),
}
"""The section types of each article, in order, with the headings that they go by."""

SENTENCES: Final[dict[str, tuple[str, ...]]] = {
    "overview": (
        "{Procedure} is a treatment in which {person} works on {tissue} with {tool}.",
        "It is chosen {often} for {concern}, and less {often} for changes on {part}.",
        "The name covers several methods that share one idea: a limited stimulus to {tissue}.",
        "In {concern} there is {often} a history of {cause}, and more than one layer is involved.",
        "Two kinds are told apart, one that reaches {tissue} and one that stays above it.",
        "{Procedure} has been in use for decades, at first on {part} and later elsewhere.",
    ),
    "mechanism": (
        "{Procedure} acts on {tissue}, where it sets {detail} and {detail} in motion.",
        "The stimulus calls {detail} to the place, and these release signals to {detail}.",
        "Within {number} days {detail} begin to lay down new fibres in {tissue}.",
        "Because {tissue} is renewed from below, {concern} changes {degree} and not at once.",
        "Heat, pressure or chemistry alters {detail}; the body answers by rebuilding {tissue}.",
        "In {concern} the balance of {detail} is disturbed, and the treatment nudges it back.",
    ),
    "effectiveness": (
        "In {evidence}, {concern} improved {degree} after {number} sessions.",
        "The effect shows after {number} weeks and {often} lasts for {number} months.",
        "{Evidence} suggests that {procedure} improves {concern} {degree} on {part}.",
        "Results differ: {patient} respond {often}, and others notice only a small change.",
        "A full judgement is possible after {number} months, when {tissue} has settled.",
        "Compared with doing nothing, {procedure} helped {number} in twenty people {degree}.",
    ),
    "procedure": (
        "First {person} cleans {part} and marks the area to be treated.",
        "Then {tool} is passed over {part} in {number} even strokes.",
        "A numbing cream stays on for {number} minutes, so that most feel only pressure.",
        "The session takes about {number} times ten minutes, and {record} is kept.",
        "Between sessions there are {number} weeks, so that {tissue} can rest.",
        "{Person} checks {record} before starting and adjusts the strength for {patient}.",
    ),
    "aftercare": (
        "After the session keep the skin clean and use {product} for {number} days.",
        "Avoid {avoid} and {avoid} for {number} days after the treatment.",
        "Expect {reaction} for {number} hours; it is normal and settles by itself.",
        "Sleep with the head raised and cool {part} gently if there is {reaction}.",
        "Put on {product} in the morning and evening while the skin is healing.",
        "Most return to work after {number} days, once {reaction} has gone.",
    ),
    "risks": (
        "Side effects include {reaction}, {reaction} and, {often}, {harm}.",
        "A serious complication such as {harm} is rare but needs treatment at once.",
        "The risk of {harm} is higher in {patient} and after recent use of {avoid}.",
        "It must not be done on infected skin, in pregnancy or soon after isotretinoin.",
        "Call {person} if pain grows, if fever sets in or if {harm} is suspected.",
        "On {part} the risk of {harm} is higher because {tissue} is thin there.",
    ),
    "recurrence_factors": (
        "{Concern} can come back when {cause} and {cause} go on as before.",
        "Whether it returns depends on {cause}, on {tissue} and on how well the skin is protected.",
        "Maintenance every {number} months keeps {concern} from returning in most people.",
        "Without protection from {cause}, {concern} recurs {often} within {number} months.",
        "Relapse is more common in {patient}, and after {cause}.",
        "Daily {product} and less {cause} make a return of {concern} less likely.",
    ),
    "answer": (
        "It varies, but {number} {unit} is what {person} will {often} plan for.",
        "{Often} yes, though {patient} should ask about {harm} first.",
        "There may be {reaction} for {number} days, which {product} eases {degree}.",
        "Not for {number} days: {avoid} can bring on {reaction}.",
        "{Person} decides after looking at {part} and at {record}.",
    ),
    "any": (
        "{Person} should explain this before you agree, and {record} belongs in the file.",
        "On {part} it behaves differently from {part}, since {tissue} is not the same there.",
        "{Evidence} points the same way, although {detail} was not measured.",
        "For {concern} the choice is {often} between {procedure} and waiting {number} months.",
        "{Patient} report {reaction} {often}, and {detail} may play a part in it.",
        "None of this replaces a look at {tissue} by {person}.",
        "A preparation sold as {name} was tried on {part} in {evidence}, with {reaction} in a few.",
        "Of the devices, {name} and {name} are named {often} when {concern} is discussed.",
    ),
}
"""What each section type says; `any` may stand in all of them."""

QUESTIONS: Final = (
    "Does {procedure} hurt?",
    "How many sessions of {procedure} does {concern} take?",
    "Can I use {product} after {procedure}?",
    "Is {procedure} safe for {patient}?",
    "When may I go back to {avoid}?",
    "How soon will {concern} look better?",
    "What if I get {reaction} on {part}?",
    "Can {procedure} cause {harm}?",
)

SOUGHT: Final = (
    "{procedure} for {concern}",
    "does {concern} come back after {procedure}",
    "{procedure} aftercare",
    "how long does {reaction} last",
    "{harm} after {procedure}",
    "{concern}",
    "what is {procedure}",
    "can i use {product} on {part}",
    "risk of {harm}",
    "how does {procedure} work on {tissue}",
)
"""What visitors type."""
