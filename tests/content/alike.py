"""Pairs of pairs, as FAQ pages have them: those that say the same, and those that only look it."""

from typing import Final, NamedTuple


class Two(NamedTuple):
    """Two pairs of question and answer (Markdown), and what they differ in."""

    difference: str
    question: str
    answer: str
    other_question: str
    other_answer: str


def _answers(difference: str, answer: str, other: str, question: str = "What to know?") -> Two:
    return Two(difference, question, answer, question, other)


def _questions(difference: str, question: str, other: str, answer: str = "Yes, as a rule.") -> Two:
    return Two(difference, question, answer, other, answer)


ALIKE: Final = (
    _questions("capitals", "Does it HURT?", "does it hurt?"),
    _questions("no question mark", "Does it hurt", "Does it hurt?"),
    _questions("a number before it", "2. Can it leave scars?", "Can it leave scars?"),
    _questions("a hyphen", "Is micro-needling painful?", "Is microneedling painful?"),
    _questions("written apart", "Is micro needling painful?", "Is micro-needling painful?"),
    _questions("articles", "Is a chemical peel safe?", "Is the chemical peel safe?"),
    _questions("no article", "Is the downtime long?", "Is downtime long?"),
    _questions("the plural", "Is a chemical peel safe?", "Are chemical peels safe?"),
    _questions("plural scars", "Does it help acne scars?", "Does it help an acne scar?"),
    _questions("do and does", "Do lip fillers hurt?", "Does lip filler hurt?"),
    _questions("a contraction", "Isn't it risky?", "Is not it risky?"),
    _questions("what's", "What's a skin booster?", "What is a skin booster?"),
    _questions("typographic quotes", "Is it “permanent”?", "Is it 'permanent'?"),
    _questions("its order", "After a peel, can I swim?", "Can I swim after a peel?"),
    _questions("make-up", "When can I wear make-up?", "When can I wear makeup?"),
    _questions("British spelling", "Is anaesthetic cream used?", "Is anesthetic cream used?"),
    _questions("an ampersand", "Are redness & swelling normal?", "Is redness and swelling normal?"),
    _answers("a full stop", "A little, for a moment.", "A little, for a moment"),
    _answers("an exclamation", "No. Never pick at it!", "No. Never pick at it."),
    _answers("emphasis", "You must **not** pick at it.", "You must not pick at it."),
    _answers("can't", "You can't swim for 24 hours.", "You cannot swim for 24 hours."),
    _answers("do not", "Don't rub the area.", "Do not rub the area."),
    _answers("a dash", "It takes 3-6 sessions.", "It takes 3–6 sessions."),
    _answers("a range in words", "It takes 3–6 sessions.", "It takes 3 to 6 sessions."),
    _answers("a number in words", "It takes three to six weeks.", "It takes 3 to 6 weeks."),
    _answers("a unit's spacing", "We use 10mg of it.", "We use 10 mg of it."),
    _answers("a unit's name", "Wait 24 hrs.", "Wait 24 hours."),
    _answers("millilitres", "About 0.5 mL is used.", "About 0.5ml is used."),
    _answers("per cent", "It is a 10% peel.", "It is a 10 per cent peel."),
    _answers("a compound", "Follow the post-treatment advice.", "Follow post treatment advice."),
    _answers(
        "an ending in -ise", "Moisturise the skin twice a day.", "Moisturize skin twice a day."
    ),
    _answers("a list's last comma", "It is red, warm, and dry.", "It is red, warm and dry."),
    _answers("paragraphs", "It is mild.\n\nIt fades in days.", "It is mild. It fades in days."),
    _answers("the verdict", "Yes. It suits most skin.", "Yes, it suits most skin."),
    _answers("a link", "Read [the advice](https://a.example/).", "Read the advice."),
    _answers("a semicolon", "It is red; that is normal.", "It is red. That is normal."),
)

DIFFERENT: Final = (
    _answers("a dose", "We use 10 mg of it.", "We use 100 mg of it."),
    _answers("a decimal", "We use 1.5 ml of it.", "We use 1–5 ml of it."),
    _answers("a decimal without nought", "Use .5 ml of it.", "Use. 5 ml of it."),
    _answers("a power", "It holds 10⁶ cells.", "It holds 106 cells."),
    _answers("a half", "It takes 1½ hours.", "It takes 11/2 hours."),
    _answers("a unit", "We use 10 mg of it.", "We use 10 µg of it."),
    _answers("a unit's capital", "A fluence of 5 mJ is set.", "A fluence of 5 MJ is set."),
    _answers("days and weeks", "Wait 2 days.", "Wait 2 weeks."),
    _answers("a negation", "It is safe in pregnancy.", "It is not safe in pregnancy."),
    _answers("a drawn-in negation", "You can swim.", "You can't swim."),
    _answers("a comma after no", "No, aspirin is allowed.", "No aspirin is allowed."),
    _answers("with and without", "Go out with sunscreen.", "Go out without sunscreen."),
    _answers("never and always", "Always pick a patch test.", "Never pick a patch test."),
    _answers("may and must", "You may stop retinol.", "You must stop retinol."),
    _answers("can and should", "You can wait a week.", "You should wait a week."),
    _answers("a few and few", "A few patients scar.", "Few patients scar."),
    _answers("a little and little", "There is a little pain.", "There is little pain."),
    _answers("at least", "Wait at least 7 days.", "Wait at most 7 days."),
    _answers("signs", "Patients > 18 years.", "Patients < 18 years."),
    _answers("up to", "Use up to 2 ml.", "Use 2 ml."),
    _answers("an SPF", "Wear SPF 30.", "Wear SPF 30+."),
    _answers("money", "It costs $50.", "It costs 50 %."),
    _answers("below zero", "It cools to -5 °C.", "It cools to 5 °C."),
    _answers("hours before and after", "Not 24 hours before it.", "Not 24 hours after it."),
    _answers("left and right", "The left side swells.", "The right side swells."),
    _answers("a treatment", "PRP is drawn from blood.", "PRF is drawn from blood."),
    _answers("a substance", "Stop retinol first.", "Stop tretinoin first."),
    _answers("a vitamin", "Avoid vitamin A creams.", "Avoid vitamin creams."),
    _answers("how many tablets", "Take a tablet.", "Take tablets."),
    _answers("half of what", "Take half the dose.", "Take half a dose."),
    _answers("the order of events", "Peel, then laser.", "Laser, then peel."),
    _answers("where a comma parts", "Avoid sun, and exercise.", "Avoid sun and exercise."),
    _answers(
        "what a comma goes with",
        "If you take aspirin, daily use harms.",
        "If you take aspirin daily, use harms.",
    ),
    _answers("what is counted", "We treat 30 year-old scars.", "We treat 30-year-old scars."),
    _answers(
        "where a list ends",
        "Avoid:\n\n- saunas\n- retinol\n\nExercise",
        "Avoid:\n\n- saunas\n- retinol\n- Exercise",
    ),
    _answers("what is struck out", "Take ~~5~~ 10 mg.", "Take 5 10 mg."),
    _answers("a picture", "See ![dose](/a.png).", "See ![dose](/b.png)."),
    _answers("hypo and hyper", "It causes hypopigmentation.", "It causes hyperpigmentation."),
    _questions("the treatment asked about", "Is IPL safe?", "Is a laser safe?"),
    _questions("the time asked about", "Can I swim after it?", "Can I swim before it?"),
    _questions("a negation asked about", "Who can have it?", "Who cannot have it?"),
    _questions("pregnancy", "Is it safe in pregnancy?", "Is it safe after pregnancy?"),
    _questions("when and how", "When does it work?", "How does it work?"),
    _questions("the number asked about", "Are 2 sessions enough?", "Are 3 sessions enough?"),
    Two("the answer alone", "Is it safe?", "Yes.", "Is it safe?", "No."),
)
