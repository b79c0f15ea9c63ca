"""What headings say, and for which section type that speaks how loudly."""

from typing import Final

from content.importing.phrases import CLOSING_HEADING, FAQ_HEADING, phrase

HEADING_PHRASES: Final = (
    phrase("faq", 6.0, FAQ_HEADING.pattern),
    phrase("summary", 6.0, CLOSING_HEADING.pattern),
    phrase("summary", 2.0, r"\bfinal\b|\boverall\b|\brecap\b"),
    phrase(
        "cost",
        5.0,
        r"""
        \bcosts?\b(?!-effective)|\bprices?\b|\bpricing\b
        \bhow much (?:does|is|do|are|will) (?!SOMEneed)SOME(?:cost|charge|pay)
        """,
    ),
    phrase(
        "cost",
        4.0,
        r"""
        \bhow expensive\b|\bafford|\binsurance\b|\bfinanc|\bfees?\b|\bhow much (?:is|are)\b
        \bworth the money\b|\bpackages?\b|\badditional sessions\b
        """,
    ),
    phrase(
        "aftercare",
        5.0,
        r"""
        \bafter[ -]?care\b
        \bpost[- ]?(?:\w+[- ])?(?:treatment|procedure|care|op\b|operative|session|peel|laser
        surgery)
        """,
    ),
    phrase(
        "aftercare",
        4.5,
        r"""
        \brecover(?:y|ing)?\b|\bdown ?time\b|\bhealing (?:timeline|time|phase|stages?|period)\b
        \b(?:what|normal) SOMEhealing looks\b|\bhow long SOMEheal
        """,
    ),
    phrase(
        "aftercare",
        4.0,
        r"""
        \bcar(?:e|ing) (?:for|of) (?:your|the) \w+ after\b|\bhow to care for\b
        \bafter (?:your|the|a|an|each|every)\b|\bimmediately after\b
        \bwhat (?:to|should i|not to|you should) (?:do|avoid|eat|use)? ?SOMEafter\b
        """,
    ),
    phrase(
        "aftercare",
        3.5,
        r"""
        \bdo'?s and don'?ts\b|\bdon'?ts?:?$|^\W*do:?$
        \bfirst (?:\d+|few|day|night|week|two|three)\b
        \bdays? (?:\d|one|two|three|four|five|six|seven)\b|\b\d+ ?(?:-|–|to) ?\d+ hours\b
        \bweeks? (?:\d|one|two)\b
        """,
    ),
    phrase(
        "aftercare",
        3.0,
        r"""
        \bafter\b(?! and )|\bskin ?care routine\b|\bnot to do\b|\btips to keep\b
        \bcan i (?:wear|use|shower|exercise|wash|drink|work)\b|\bwear make ?-?up\b
        \bback to (?:work|normal)\b|\bmaintenance & long-term care\b|\bhealing\b
        """,
    ),
    phrase("aftercare", 2.0, r"\bsunscreen\b|\bmoistur|\bskincare\b|\bavoid\b"),
    phrase(
        "risks",
        5.0,
        r"""
        \brisks?\b(?! of (?:scar )?recurrence)|\bside[- ]?effects?\b|\bcomplications?\b
        \badverse\b|\bcontra-?indicat|\bdangers?\b|\bdangerous\b|\bgo wrong\b
        """,
    ),
    phrase(
        "risks",
        4.5,
        r"""
        \bwho (?:should|must|can) ?(?:not|n't)|\bwho shouldn'?t\b|\bwho should avoid\b
        \bwho (?:may|might|is|are) not\b
        \b(?:not|n't) (?:be )?(?:recommended|suitable|treated|have|safe)\b
        """,
    ),
    phrase(
        "risks",
        4.0,
        r"""
        \bsafe(?:ty|ly)?\b|\bprecautions?\b|\bwarnings?\b|\ballerg|\binfect(?:ion|ed)\b
        \bcause (?:scars?|scarring|damage|cancer)\b|\bdrawbacks\b|\bdisadvantages\b|^cons\b
        \bworse\b|\bdetox symptoms\b
        """,
    ),
    phrase(
        "risks",
        2.5,
        r"""
        \bconcerns?\b|\bbad for\b|\bharm|\bdamage\b|\bdiscomfort\b|\bpregnan|\bbreast
        """,
    ),
    phrase(
        "recurrence_factors",
        5.5,
        r"""
        \brecur|\b(?:come|comes|coming|came|grow|grows|growing) back\b|\breturn(?:s|ing|ed)?\b
        \bregrow|\brelaps|\bre-?appear
        """,
    ),
    phrase(
        "recurrence_factors",
        5.0,
        r"""
        \bwear(?:s|ing)? off\b|\bfad(?:e|es|ed|ing)\b|\blast longer\b|\bprolong|\blongevity\b
        \breversal\b|\bstopp?(?:ing)? (?:treatment|using)\b|\bkeep SOMEfrom\b
        """,
    ),
    phrase(
        "recurrence_factors",
        4.5,
        r"""
        \bmaintenance\b|\bmaintain(?:ing)?\b|\bkeep(?:ing)? (?:the|your) (?:results?|effects?)\b
        \bmak(?:e|ing) (?:it|results?|them|the results?) last\b|\btop-?ups?\b|\btouch-?ups?\b
        \bno permanent cure\b|\blong-term (?:effects?|results?|planning|care)\b
        \bwhat determines\b
        """,
    ),
    phrase(
        "recurrence_factors",
        4.0,
        r"""
        \bfactors\b(?!SOMEsessions)|\bwhat (?:affects|influences)\b
        \bprevent(?:ing|s|ion)? (?!age)
        """,
    ),
    phrase(
        "recurrence_factors",
        3.0,
        r"""
        \bpermanen|\blong[ -]term\b|\blifestyle\b|\bhormon|\bmetabolism\b|\bgenetic
        \bweight gain\b|\bincomplete treatment\b|\bresidual\b
        """,
    ),
    phrase(
        "effectiveness",
        5.0,
        r"""
        \beffectiveness\b|\befficacy\b|\bhow effective\b|\bsuccess rates?\b
        \bclinical (?:evidence|studies|trials|results|data)\b|\bresearch\b|\bevidence\b
        \bhow well\b
        """,
    ),
    phrase(
        "effectiveness",
        4.5,
        r"""
        \bhow long (?:do|does|will|can|should|would|is|are)? ?SOMElasts?\b
        \bhow long SOME(?:see|notice|show|results?|improvement)\b
        \bwhen (?:do|does|will|can|should) SOME(?:see|visible|work|results?|show|notice)
        """,
    ),
    phrase(
        "effectiveness",
        4.5,
        r"""
        \b(?:do|does|can|will|did) (?!I |you )SOME(?:really |actually )?(?:work|help|remove
        improve|get rid|reduce|treat|boost|tighten|fix)\b(?! with)
        """,
    ),
    phrase(
        "effectiveness",
        3.5,
        r"""
        \beffective\b|\bresults?\b|\boutcomes?\b|\bbefore and after\b|\bimprovements?\b|\bsatisf
        \blifespan\b|\bexpectations?\b|\bdo not work\b
        """,
    ),
    phrase(
        "effectiveness",
        2.5,
        r"""
        \bwork\?|\bpermanen|\blasts?\b|\bsuccess|\bscar reduction\b|\bprove[ns]?\b|\breally\b
        \bworth it\b
        """,
    ),
    phrase(
        "mechanism",
        5.5,
        r"""
        \bhow SOMEworks?\b(?! best)|\bmechanisms?\b|\bscience\b|\bmode of action\b
        \bhow (?:does|do|can) SOME(?:help|stimulate|reduce|treat|improve|affect|achieve)\b
        """,
    ),
    phrase(
        "mechanism",
        4.5,
        r"""
        \bwhy (?:it|they|does|do|SOMEdoes) ?SOMEworks?\b|\bbehind\b
        \bcollagen (?:induction|production|stimulation|remodell?ing)\b|\bwhat (?:does|do) SOMEdo\b
        \bwhat happens (?:to|in|inside|under)\b
        """,
    ),
    phrase(
        "mechanism",
        3.5,
        r"""
        \bthe role of\b|\bhealing process\b|\bactions?\b|\bbiolog|\binduction\b|\bregenerat
        """,
    ),
    phrase(
        "mechanism",
        3.2,
        r"""
        ^how (?!long|many|much|often|soon|to\b|is\b|are\b|old\b|safe\b|well\b|it compares|should
        long-|painful|quickly|do (?:i|you|we)\b|can (?:i|you|we)\b)
        """,
    ),
    phrase(
        "benefits",
        5.0,
        r"""
        \bbenefits?\b|\badvantages?\b|^pros\b|\bpros:?$
        \bwhy (?:choose|people (?:choose|love)|get|have|consider|try|should i)\b|\bperks\b
        """,
    ),
    phrase(
        "benefits",
        4.5,
        r"""
        \bwhat (?:can|does|do|conditions?|concerns?|areas?|problems?) SOME(?:treat|be treated
        help with|address|target|improve|fix)
        \bwhat SOMEused? for\b|\bwhich SOMEareas?\b|\bwhy SOME(?:is|are) (?:done|used|popular)\b
        """,
    ),
    phrase(
        "benefits",
        4.0,
        r"""
        \buses\b|\bapplications?\b|\bindications?\b|\btreats\b|\bconditions treated\b
        \btreatment areas?\b|\bproblem areas\b|\bmay be looking to target\b|\breasons\b
        """,
    ),
    phrase(
        "benefits",
        3.0,
        r"""
        \bminimal downtime\b|\bnatural[- ]look|\bnon-?invasive\b|\bquick\b|\bconvenien
        \bcost-effective|\bpreventive\b|\bversatil|\bcomfort
        """,
    ),
    phrase(
        "benefits",
        1.5,
        r"""
        \bfor (?:acne|scars?|wrinkles|skin|hair|men|women)\b|^\S+ and \S+ scars?$|\bimprov
        """,
    ),
    phrase(
        "suitability",
        5.0,
        r"""
        \bcandidates?\b|\bsuitab|\bis SOMEright for (?:you|me|everyone)\b|\beligib
        ^who (?:may|might|does|would|could) (?!not)|\bqualif(?:y|ies)\b|\bgood fit\b
        """,
    ),
    phrase(
        "suitability",
        4.5,
        r"""
        \bwho (?:is|are|can|should|could|would|benefits?|needs?|gets?|will)\b(?! (?:not|avoid))
        \ball skin (?:types|tones|colou?rs)\b|\bskin types?\b|\bfor men and women\b
        \bdark(?:er)? skin\b|\bskin of colou?r\b
        """,
    ),
    phrase(
        "suitability",
        3.0,
        r"""
        \bideal\b|\bwhat age\b|\bhow old\b|\bfor everyone\b|\bfor men\b|\bteen|\bright for\b
        \bcan anyone\b
        """,
    ),
    phrase(
        "preparation",
        5.0,
        r"""
        \bprepar|\bpre[- ](?:treatment|procedure|op\b|operative|care|session|laser|peel)
        \bhow to (?:choose|find|select|pick|get ready)\b
        \bchoos(?:e|ing) (?:the |a |an |your )?(?:right|best|good|qualified|provider|clinic
        practitioner|doctor|surgeon|dermatologist)\b
        """,
    ),
    phrase(
        "preparation",
        4.5,
        r"""
        \bbefore (?:your|the|a|an|treatment|getting|undergoing|having|you|and)\b(?! after)
        \bconsult|\bfind(?:ing)? (?:a|an|the|the right) |\bselecting\b|\bquestions to ask\b
        """,
    ),
    phrase(
        "preparation",
        4.0,
        r"""
        \bprofessional (?:guidance|procedure|help|advice|treatment)\b|\bqualified\b
        \b(?:choice|importance) of (?:a |the )?(?:professional|provider|practitioner|expert)
        \bassessment\b|\bpractitioner\b|\bprovider\b|\bpatch test\b
        \bwho (?:performs|does|should perform|can perform)\b
        """,
    ),
    phrase(
        "preparation",
        2.5,
        r"""
        \bbefore\b(?! (?:and|&) after)|\bskip\b|\bstay hydrated\b|\bavoid\b|\bremove\b
        \bthings to know\b
        """,
    ),
    phrase(
        "procedure",
        5.0,
        r"""
        \bhow many (?:sessions?|treatments?|appointments?|times|units|syringes)\b|\bhow often\b
        \bhow (?:is|are) SOME(?:done|performed|carried|given|administered|applied|used)\b
        \bstep[- ]by[- ]step\b|\b(?:number|frequency) of (?:sessions?|treatments?)\b
        """,
    ),
    phrase(
        "procedure",
        4.5,
        r"""
        \bduring (?:the|your|a|an|and|treatment)?\b|\bwhat happens\b|\btreatment process\b
        \bhow long (?:does|do|is|are|will) (?:the |a |an |each |one |my |your )?SOME(?:take
        sessions?|appointment|treatments?|procedure)\b(?! ?SOMElast)
        \bsessions?\b
        \btypes? of SOME(?:treatments?|peels?|lasers?|fillers?|procedures?|devices?|resurfacing
        needles?|threads?)\b
        """,
    ),
    phrase(
        "procedure",
        4.0,
        r"""
        \bprocedures?\b(?! of choice)|\bthe process\b|\bsteps?\b|\bhow to use\b|\btechniques?\b
        \bpain(?:ful|less)?\b|\bhurts?\b|\banaesthe|\banesthe|\bnumb|\bwhat to expect\b
        \bwhat (?:should|can) (?:i|you) expect\b|\bhow much SOMEneed\b
        """,
    ),
    phrase(
        "procedure",
        3.0,
        r"""
        \bprocess\b|\bdevices?\b|\btools?\b|\bneedle (?:length|size|depth)|\bschedule\b
        \bvariants?\b|\bkinds of treatment|\bperform|\bmethods?\b|\bat[- ]home\b|\bequipment\b
        \bsettings?\b|\bpeels?$|\btreatment plan\b|\bapproach\b
        """,
    ),
    phrase(
        "alternatives",
        6.0,
        r"""
        \balternatives?\b|\bvs\b\.?|\bversus\b|\bcompar|\bdifferences? between\b|\bdiffers?\b
        \bhow (?:is|are|does|do) SOME(?:differ|compare)|\bbetter than\b|\binstead of\b
        """,
    ),
    phrase(
        "alternatives",
        5.0,
        r"""
        \bother (?:treatments?|options?|ways|methods?|procedures?)\b
        \bwhich (?:is|one|treatment) (?:is )?(?:better|best|right)\b|\bor\b SOME\w+\?$
        \bcombin(?:e|ed|ing|ation)\b
        """,
    ),
    phrase(
        "overview",
        3.5,
        r"""
        ^what (?:is|are|is a|are the)\b|^what's\b|\bintroduction\b|\boverview\b|\bdefin
        \bbackground\b|\bhistory\b|\bbasics\b|\babout\b|\bwhat you (?:need|should) (?:to )?know\b
        \bguide\b|\b101\b|\bexplained\b|\beverything\b
        """,
    ),
    phrase(
        "overview",
        3.5,
        r"""
        ^understanding\b|\bcauses? (?:of )?|\bwhat causes\b|\btypes of (?:\w+ )*?scar|\bkinds of\b
        \bsymptoms?\b|\bnature of\b|\bwhy do (?:we|scars?|people)\b|\bhow (?:do|are) SOMEform
        """,
    ),
    phrase("overview", 2.0, r"\bwhat\b|\btypes?\b|\bmeet\b|\bintro\b|\bin treating\b"),
)
