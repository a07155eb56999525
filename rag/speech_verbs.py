"""The words that carry attribution in English news: verbs of saying, and who is said to say.

Verbs of the first group attribute whatever clause they stand with. Those of
the second also have other uses ("claimed the title", "called an election")
and attribute only before a that-clause or beside a quotation.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAYING = _words(
    "said says say told tells tell insisted insists insist argued argues argue "
    "explained explains explain stated states remarked remarks joked jokes quipped "
    "commented alleged alleges allege asserted asserts "
    "testified tweeted cautioned cautions boasted "
    "acknowledged acknowledges admitted admits confessed stressed stresses emphasised emphasized "
    "reiterated denied denies deny confirmed confirms warned warns warn announced "
    "announces vowed predicted predicts exclaimed whispered shouted"
)
# These only with "that", a quotation or at the sentence's end.
SAYING_THAT = _words(
    "added adds add claimed claims claim declared declares complained complains complain pledged "
    "replied replies reply responded responds wrote writes write noted notes note "
    "suggested suggests suggest estimated estimates "
    "estimate concluded concludes reported reports report repeated maintained maintains maintain "
    "recalled recalls conceded concedes promised promises promise revealed reveals hinted hints "
    "observed contended contends countered continued asked asks believes believe thinks think "
    "hopes hope fears fear doubts expects expect thought believed urged mused sighed recounted"
)
# And these before an object that they judge: "called the deal timid", "dismissed it as a stunt".
JUDGING = _words(
    "called calls call described describes describe dismissed dismisses criticised criticized "
    "criticises praised praises condemned condemns welcomed welcomes rejected rejects blamed "
    "blames hailed denounced"
)
VERBS = SAYING | SAYING_THAT | JUDGING | {"put", "puts"}
# After a comma, of the sentence's subject: "..., saying that ..."
PARTICIPLES = _words("saying adding arguing warning insisting claiming noting explaining")
# Where an article names one such only, "the ministry" is that one.
OFFICES = _words(
    "ministry department authority agency service committee commission union inquiry council "
    "institute association court club party"
)
# An adjective's end, where a judgement stands last: "called the timetable ambitious"
ADJECTIVE_ENDS = ("able", "ible", "al", "ous", "ive", "ful", "less", "ic", "ary", "id", "ish")
# Without a quotation they may be about a deed: "called an election", "rejected the bill".
_OPINION = {"called", "calls", "call", "described", "describes", "describe", "dismissed"}
NAMING = frozenset(_OPINION | {"dismisses", "hailed"})
BARE = _words(
    "say tell add argue insist explain warn claim deny allege complain reply write note "
    "suggest estimate report maintain promise believe think hope fear expect call "
    "describe"
)  # the form of a plural subject: never of "he", "she" or a name
AUXILIARIES = _words("has have had")
ADVERBS = _words(
    "also later then once again afterwards often always never repeatedly now still earlier today "
    "yesterday himself herself itself themselves since already previously only just even "
    "both nevertheless meanwhile therefore simply too all separately"
)
PRONOUNS = {
    "he": "m",
    "she": "f",
    "it": "n",
    "they": "p",
}
# A subject of these is nobody in particular.
NOBODY = _words(
    "i we you who which what that this these those there nobody someone somebody everyone "
    "everybody anyone anybody none some others many few several most another other one both all "
    "neither either each more least much enough here such"
)
MONTHS_AND_DAYS = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december"
)
HONORIFICS = {
    "mr": "m",
    "mrs": "f",
    "ms": "f",
    "miss": "f",
    "sir": "m",
    "dame": "f",
    "lady": "f",
    "lord": "m",
    "dr": "",
    "prof": "",
    "messrs": "m",
}
# Titles that stand before a name, capitalised.
TITLES = _words(
    "president vice-president premier chancellor minister prime deputy vice foreign finance "
    "interior defence defense justice health education environment transport trade energy "
    "agriculture home economy labour labor treasury state secretary undersecretary "
    "governor mayor senator sen congressman congresswoman representative rep "
    "king queen prince princess pope archbishop bishop cardinal pastor father sister reverend rev "
    "rabbi imam ayatollah sheikh judge justice attorney general captain capt colonel col major "
    "maj lieutenant lt sergeant sgt admiral adm commander cmdr brigadier brig marshal "
    "corporal private gen chief inspector superintendent constable detective officer executive "
    "director managing chairman chairwoman chairperson chair professor doctor "
    "spokesman spokeswoman spokesperson commissioner ambassador lawmaker councillor councilor "
    "sheriff analyst economist coach manager leader gov lawyer financial operating assistant under "
    "acting former then-president ex-president chancellor opposition party house speaker majority "
    "minority co-chairman vice-chairman associate senior superintendent"
)
ROLES = _words(
    "president vice-president premier chancellor minister secretary undersecretary governor mayor "
    "senator congressman congresswoman representative king queen prince princess pope archbishop "
    "bishop cardinal pastor priest rabbi imam ayatollah judge attorney captain colonel major "
    "lieutenant sergeant admiral commander general inspector superintendent constable detective "
    "officer executive director chairman chairwoman chairperson chair chief head professor doctor "
    "spokesman spokeswoman spokesperson spokesmen commissioner ambassador lawmaker councillor "
    "councilor sheriff "
    "analyst economist coach manager leader lawyer adviser advisor editor architect conductor "
    "composer curator coordinator convenor convener treasurer founder co-founder owner pilot "
    "captain trader dealer broker banker strategist researcher scientist biologist historian "
    "hydrologist geologist engineer farmer teacher nurse surgeon physician critic author writer "
    "novelist singer soprano actor actress artist painter player striker goalkeeper skier runner "
    "agent resident shopkeeper fisherman worker official delegate envoy diplomat negotiator "
    "mediator aide partner fellow lecturer scholar expert specialist organiser organizer activist "
    "campaigner prosecutor counsel magistrate ombudsman auditor deputy boss chief-executive "
    "economist driver usher witness neighbour neighbor brother sister father mother husband wife "
    "son daughter uncle aunt cousin widow friend technician operator restorer glaciologist "
    "student pensioner caretaker chef baker publisher producer presenter journalist reporter "
    "correspondent columnist manager administrator secretary-general vice-chairman "
    "underwriter consultant member source attorney-general salesman salesperson businessman "
    "politician mp deputy cosmonaut astronaut astronomer physicist chemist climatologist "
    "psychologist sociologist principal headteacher headmaster rector dean provost chancellor "
    "referee trainer winner champion defender midfielder"
)
INSTITUTIONS = _words(
    "police ministry company government office agency union bank court committee authority council "
    "organisation organization party hospital university association commission department firm "
    "group board institute service bureau parliament army military navy team club federation "
    "coalition opposition cabinet palace embassy prosecution defence defense jury school "
    "corporation trust charity foundation operator regulator airline railway railways newspaper "
    "agency cooperative exchange fund utility administration secretariat tribunal inquiry "
    "coastguard museum gallery brokerage lender retailer maker manufacturer developer producer "
    "consortium partnership unit subsidiary parent chain carrier supplier insurer brewer concern "
    "grouping watchdog body camp brigade regime junta society delegation alliance league ministry "
    "institution treasury presidency directorate inspectorate chamber confederation senate "
    "congress side management leadership press media radio television daily"
)
PEOPLE = _words(
    "officials analysts economists traders dealers brokers bankers sources residents witnesses "
    "farmers workers scientists researchers engineers experts critics supporters opponents "
    "protesters demonstrators organisers organizers campaigners activists lawyers prosecutors "
    "investigators detectives officers soldiers rebels doctors nurses teachers parents students "
    "neighbours neighbors villagers fishermen diplomats ministers lawmakers leaders politicians "
    "members executives shareholders investors observers operators producers exporters importers "
    "forecasters auditors "
    "shippers spokesmen delegates negotiators representatives companies banks authorities firms "
    "unions ministries governments agencies builders shopkeepers passengers drivers players "
    "historians biologists physicians surgeons specialists commentators judges jurors managers "
    "directors owners employers employees relatives survivors refugees aides advisers advisors "
    "insiders strategists consultants meteorologists geologists astronomers bishops clergymen "
    "motorists commuters customers consumers retailers manufacturers makers processors crushers "
    "growers millers refiners partners creditors senators congressmen deputies councillors "
    "groups associations backers planners regulators technicians lenders insurers underwriters"
)
HEADS = ROLES | INSTITUTIONS | PEOPLE
# A name with one of these in it is no person's.
ORGANISATION = _words(
    "inc corp co ltd plc llc ag sa nv gmbh bank ministry authority council company university "
    "league party service office association union institute commission committee court agency "
    "department board group trust society federation church club museum gallery parliament "
    "congress senate exchange airlines airways railways brothers sons industries holdings "
    "international national partners motors motor oil petroleum gas steel foods ferries line "
    "lines street house times post gazette courier herald journal news telegraph reserve "
    "treasury fund systems technologies energy electric power insurance securities research "
    "laboratories college school hospital foundation centre center station shipyard bancorp "
    "savings airport stores markets mines mining resources chemical chemicals pharmaceuticals "
    "products enterprises capital financial estates dairies water relief band orchestra rovers "
    "athletic united city island islands sea bay river valley dam port lake mount north south "
    "east west new great union states kingdom republic pact treaty act cup games olympics"
)
DOCUMENTS = _words(
    "report statement letter document study survey paper article book law bill treaty note poll "
    "agreement contract filing release order plan data figures results"
)
WOMEN = _words(
    "spokeswoman chairwoman actress congresswoman queen princess widow mother wife daughter "
    "sister aunt duchess businesswoman policewoman"
)
MEN = _words(
    "spokesman chairman congressman king prince father husband son brother uncle duke pope "
    "businessman fisherman policeman widower"
)
LEAD_IN = _words(
    "but and so yet however meanwhile then now later earlier yesterday separately still instead "
    "nevertheless also while although though because if when after before as since whereas where "
    "until today tonight afterwards once nonetheless moreover furthermore or"
)
FRONTED = _words(
    "in at on after before during last late early yesterday by under for from since this next "
    "speaking asked through"
)
OF = _words("of for with from at in on to near outside between and behind")
