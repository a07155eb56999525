"""Words of news that mean the opposite of one another: a small table, by groups of forms.

Each entry is two sides, a line that is set in going on from the one before; a word of one side
cannot stand for a word of the other.
"""

from __future__ import annotations

from collections.abc import Mapping

_TABLE = """
rise rises rose risen rising increase increases increased increasing increasingly grow grows
    grew grown growing growth climb climbs climbed climbing jump jumps jumped jumping soar soars
    soared soaring surge surges surged surging gain gains gained gaining up upward upwards raise
    raises raised raising higher expand expands expanded expanding expansion boost boosts
    boosted accelerate accelerates accelerated accelerating strengthen strengthens strengthened
    strengthening | fall falls fell fallen falling decrease decreases decreased decreasing
    decline declines declined declining drop drops dropped dropping plunge plunges plunged
    plunging slump slumps slumped slumping sink sinks sank sunk sinking slide slides slid down
    downward downwards cut cuts cutting lower lowers lowered lowering shrink shrinks shrank
    shrunk shrinking reduce reduces reduced reducing reduction tumble tumbles tumbled slow slows
    slowed slowing weaken weakens weakened weakening lose loses lost losing loss losses
more most greater bigger larger above over higher | less least fewer smaller below under lower
before earlier prior previously until | after later following afterwards since subsequently
win wins won winning victory victories beat beats beaten beating triumph triumphs triumphed |
    lose loses lost losing defeat defeats defeated loss losses
accept accepts accepted accepting approve approves approved approving approval agree agrees
    agreed agreeing back backs backed backing support supports supported supporting endorse
    endorses endorsed welcome welcomes welcomed pass passes passed adopt adopts adopted allow
    allows allowed allowing permit permits permitted permitting authorise authorised authorize
    authorized confirm confirms confirmed confirming admit admits admitted admitting | reject
    rejects rejected rejecting rejection refuse refuses refused refusing deny denies denied
    denying oppose opposes opposed opposing veto vetoes vetoed ban bans banned banning block
    blocks blocked blocking prohibit prohibits prohibited forbid forbids forbade forbidden
    dismiss dismisses dismissed dispute disputes disputed disagree disagrees disagreed condemn
    condemns condemned criticise criticises criticised criticize criticizes criticized
open opens opened opening start starts started starting begin begins began begun beginning
    launch launches launched launching resume resumes resumed resuming | close closes closed
    closing closure end ends ended ending stop stops stopped stopping halt halts halted halting
    suspend suspends suspended suspending finish finishes finished finishing cease ceases ceased
    cancel cancels cancelled canceled
buy buys bought buying purchase purchases purchased purchasing acquire acquires acquired
    acquiring | sell sells sold selling sale sales
hire hires hired hiring appoint appoints appointed appointing join joins joined joining | fire
    fires fired firing sack sacks sacked sacking dismiss dismisses dismissed leave leaves left
    leaving quit quits resign resigns resigned resigning
arrive arrives arrived arriving enter enters entered entering come comes came coming | leave
    leaves left leaving depart departs departed departing exit exits exited go goes went
alive living survive survives survived surviving survivor survivors live lives lived | dead die
    dies died dying death deaths kill kills killed killing killings fatal fatally
guilty convict convicts convicted convicting conviction jail jailed charge charged | innocent
    acquit acquits acquitted acquitting acquittal cleared clear freed
arrest arrests arrested arresting detain detains detained detaining capture captures captured
    imprison imprisoned | release releases released releasing free freed freeing escape escapes
    escaped
success successful successfully succeed succeeds succeeded succeeding | failure unsuccessful
    unsuccessfully fail fails failed failing
win winner winners | loser losers
good positive positively better best improve improves improved improving improvement optimistic
    benefit benefits | bad negative negatively worse worst worsen worsens worsened worsening
    deteriorate deteriorated pessimistic harm harms harmed damage damages damaged
safe safer safely safety secure | dangerous dangerously danger unsafe insecure risky
strong stronger strongest strongly | weak weaker weakest weakly
high highest | low lowest
large largest big biggest huge major | small smallest tiny little minor
new newer newest latest modern fresh | old older oldest ancient existing
long longer longest | short shorter shortest brief
early earliest | late latest
first | last final
fast faster fastest quick quicker quickly rapid rapidly swift swiftly | slow slower slowest
    slowly gradual gradually
hot hotter hottest warm warmer warmest | cold colder coldest cool cooler coolest
wet rainy | dry drier driest
public publicly | private privately secret secretly
legal legally lawful | illegal illegally unlawful
voluntary voluntarily optional | mandatory compulsory obligatory required forced
include includes included including add adds added adding | exclude excludes excluded excluding
    remove removes removed removing omit omits omitted
male man men boy boys father fathers son sons husband husbands brother brothers king | female
    woman women girl girls mother mothers daughter daughters wife wives sister sisters queen
he him his himself | she her hers herself
north northern northwards | south southern southwards
east eastern | west western
left leftwing | right rightwing
inside indoor indoors within internal domestic | outside outdoor outdoors external foreign
import imports imported importing | export exports exported exporting
profit profits profitable surplus | loss losses deficit
borrow borrows borrowed borrower | lend lends lent lender
attack attacks attacked attacking | defend defends defended defending defence defense protect
    protects protected protecting
friend friends ally allies friendly | enemy enemies foe foes hostile
peace peaceful peacefully | war violent violently
majority | minority
rich richer wealthy | poor poorer
easy easier easily | difficult hard harder hardly
likely probable probably | unlikely improbable
known famous | unknown obscure
temporary temporarily interim | permanent permanently
partial partially partly | complete completely full fully total totally entire entirely
always | never
all every everyone everybody | none nobody
both | neither
many several | few
often frequently regularly | rarely seldom
same identical similar | different
popular popularity | unpopular unpopularity
known | unknown
present presence | absent absence
possible possibly | impossible
able | unable
ahead | behind
young younger youngest | old older oldest elderly
upper | lower
maximum | minimum
send sends sent sending give gives gave given giving | receive receives received receiving take
    takes took
push pushes pushed | pull pulls pulled
love loves loved like likes liked | hate hates hated dislike dislikes disliked
praise praises praised praising | criticise criticises criticised criticize criticizes
    criticized condemn condemns condemned blame blames blamed
build builds built building create creates created creating | destroy destroys destroyed
    destroying demolish demolishes demolished
find finds found discover discovers discovered | lose loses lost missing
remember remembers remembered | forget forgets forgot forgotten
employed employment | unemployed unemployment redundant
teacher teachers | pupil pupils student students
victim victims | attacker attackers perpetrator perpetrators suspect suspects
buyer buyers | seller sellers
domestic | international
night nights overnight | day daytime
morning | evening afternoon
summer | winter
spring | autumn
home | away
urban | rural
senior | junior
advance advances advanced advancing | retreat retreats retreated retreating withdraw withdraws
    withdrew withdrawn
upgrade upgrades upgraded | downgrade downgrades downgraded
encourage encourages encouraged encouraging | discourage discourages discouraged deter deters
    deterred
lift lifts lifted lifting ease eases eased easing relax relaxed | impose imposes imposed
    imposing tighten tightens tightened tightening
unite unites united | divide divides divided split splits
wake | sleep
husband | wife
"""


def _read() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _TABLE.replace("\n    ", " ").strip().splitlines():
        one, other = (set(side.split()) for side in line.split(" | "))
        for word in one:
            found.setdefault(word, set()).update(other - one)
        for word in other:
            found.setdefault(word, set()).update(one - other)
    return {word: frozenset(opposite) for word, opposite in found.items()}


OPPOSITES: Mapping[str, frozenset[str]] = _read()
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")


def opposite(one: str, other: str) -> bool:
    """Whether two words, in lower case, mean the opposite: by the table, or by a prefix."""
    if other in OPPOSITES.get(one, ()):
        return True
    short, long = sorted((one, other), key=len)
    return len(short) > 3 and any(long == prefix + short for prefix in _PREFIXES)
