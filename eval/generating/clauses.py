"""A sentence's main clause, where its form leaves no doubt: subject, verb and the rest.

News is written in plain clauses ("The council approved the budget on Monday")
and in others. Only the plain ones are taken: a sentence that might be read
wrongly is left alone, since there are always more of them. English only; time
is linear in the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 400  # code points of a sentence that is looked at
_SUBJECT = 9  # words of a subject, at most
_FEWEST = 2  # words after the verb

# The past of verbs that news is told with, and what "did" takes in their place.
_PASTS = (
    "accepted:accept accused:accuse acquired:acquire added:add adopted:adopt agreed:agree "
    "announced:announce appointed:appoint approved:approve arrested:arrest arrived:arrive "
    "asked:ask attacked:attack attended:attend awarded:award banned:ban beat:beat became:become "
    "began:begin blamed:blame blocked:block bought:buy broke:break brought:bring built:build "
    "called:call cancelled:cancel carried:carry caught:catch caused:cause chose:choose "
    "claimed:claim closed:close collapsed:collapse collected:collect completed:complete "
    "condemned:condemn confirmed:confirm cost:cost crashed:crash created:create cut:cut "
    "dealt:deal decided:decide declared:declare declined:decline defeated:defeat delayed:delay "
    "delivered:deliver demanded:demand denied:deny died:die discovered:discover dismissed:dismiss "
    "drew:draw dropped:drop earned:earn elected:elect employed:employ ended:end expelled:expel "
    "faced:face failed:fail fell:fall filed:file fined:fine finished:finish fired:fire fled:flee "
    "forced:force formed:form fought:fight found:find founded:found gained:gain gave:give "
    "grew:grow harvested:harvest held:hold hired:hire hit:hit imported:import increased:increase "
    "injured:injure introduced:introduce invested:invest issued:issue joined:join jumped:jump "
    "killed:kill landed:land launched:launch led:lead left:leave lost:lose lowered:lower made:make "
    "married:marry met:meet moved:move named:name needed:need offered:offer opened:open "
    "ordered:order owned:own paid:pay passed:pass planned:plan played:play pledged:pledge "
    "produced:produce promised:promise proposed:propose published:publish raised:raise "
    "ran:run reached:reach received:receive recorded:record reduced:reduce refused:refuse "
    "rejected:reject released:release removed:remove reopened:reopen repaired:repair "
    "replaced:replace reported:report rescued:rescue resigned:resign retired:retire "
    "returned:return rose:rise sank:sink saved:save scored:score seized:seize sent:send "
    "served:serve set:set shipped:ship shot:shoot signed:sign slipped:slip sold:sell "
    "spent:spend split:split started:start stole:steal stopped:stop struck:strike sued:sue "
    "supported:support suspended:suspend testified:testify took:take topped:top tripled:triple "
    "urged:urge used:use visited:visit voted:vote warned:warn welcomed:welcome went:go won:win "
    "withdrew:withdraw wrote:write said:say told:tell"
)
BASES = {past: base for past, _, base in (pair.partition(":") for pair in _PASTS.split())}
# What some one plans: asked of whoever does ("Which company plans to"), and of nothing else.
PRESENTS = frozenset("plans expects intends hopes wants owns operates".split())
AUXILIARIES = frozenset({"was", "were", "is", "are", "has", "have", "had", "will"})

# A clause that opens with one of these has no plain subject, or one that is told elsewhere.
_NO_SUBJECT = frozenset(
    "in on at by for from with after before during while when if as since although though but and "
    "or so yet because despite under over to of it he she they we i you this that these those "
    "there here what who which how where why also now then today yesterday meanwhile however "
    "more most some many others another such both each all its his her their our my your one "
    "no not nor only even just still once until unless about between among against asked "
    "either neither nobody nothing everything everyone someone anyone last next "
    "earlier later instead elsewhere overall separately".split()
)
_NOT_IN_SUBJECT = frozenset(
    "who which that whose whom where when what if because and or but as he she they it we i you "
    "his her their its our this these those said says than also not".split()
)
# What the rest must not hold: words that mean something only beside the sentence before.
_ELSEWHERE = frozenset(
    "he she it they them him hers theirs this these those there here such also "
    "too however then instead former latter others another so we us our i my me you your".split()
)
_CUT = re.compile(
    r",(?=\s)|;|\s[–—-]{1,2}\s|\s(?=(?:but|while|although|though|because|whereas|which|who|where|"
    r"when|after|before|since|until|as|so|adding|saying|according)\b)"
    rf"|\s(?=and\s(?:{'|'.join(sorted({*BASES, *AUXILIARIES}))}|it|he|she|they|we|that|"
    rf"(?:[\w’'-]+\s){{1,4}}(?:{'|'.join(sorted(AUXILIARIES))}))\b)"
)
_QUOTED = re.compile(r"[“”\"«»?!:()\[\]{}/*+|=<>]|(?<!\w)[‘']|\.\.\.|…")
_DATELINE = re.compile(r"^[A-Z][A-Z .'-]{2,40}(?:,[^–—-]{0,40})?\s[–—-]{1,2}\s")
_ATTRIBUTED = re.compile(
    r",\s[^,]{2,70}\s(?:said|says|announced|reported|added)(?:\s(?:on|in|at|yesterday|today)\b[^,]*)?$"
)
_BOUND = re.compile(
    r"(?:At (?:least|most)|More than|Up to|Over|Under|About|Fewer than)\s"
    r"(?:\d|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty)\b)"
)
_TICKER = re.compile(r"\s?<[\w.]{1,12}>")
_REPORTED = re.compile(r"^(?:that )?(?:it(?! (?:is|was|will be)\b)|he|she|they) (?=[a-z])")
_SAYING = frozenset(
    "said told warned announced claimed confirmed reported urged asked agreed decided "
    "promised".split()
)
_GOES_ON = re.compile(r",\s[A-Z]|\sas\s|,\s\d")
_APPOSITION = re.compile(r"^([^,]{3,50}),\s[^,]{3,80},\s(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Clause:
    """A main clause in the sentence's own words. `base` is the verb's, None of an auxiliary."""

    subject: str
    verb: str
    rest: str
    base: str | None


def clause(sentence: str) -> Clause | None:
    """The main clause of a sentence; None where its form leaves a doubt."""
    text = _DATELINE.sub("", " ".join(_TICKER.sub("", sentence[: 2 * _LONGEST]).split()))
    if not 20 <= len(text) <= _LONGEST or not text.endswith(".") or not text[0].isupper():
        return None
    if _QUOTED.search(text):
        return None
    text = _ATTRIBUTED.sub("", text[:-1])
    apposition = _APPOSITION.match(text)
    if apposition is not None:
        text = f"{apposition.group(1)} {text[apposition.end() :]}"
    words = text.split(" ")
    at = next((n for n, word in enumerate(words[: _SUBJECT + 1]) if _is_verb(word)), 0)
    if words[at] == "said":  # "The company said it sold its mill": it did
        told = _REPORTED.sub("", " ".join(words[at + 1 :])).split(" ")
        if len(told) < len(words) - at - 1 and _is_verb(told[0]):
            words = [*words[:at], *told]
    subject, verb, whole = words[:at], words[at], " ".join(words[at + 1 :])
    rest = _cut(whole)
    if rest != whole and (verb in _SAYING or _GOES_ON.match(whole, len(rest))):
        return None  # it is not over: "said the longer it waits, the", "at its Norwood, Mass"
    if not subject or not _is_subject(subject) or len(rest.split()) < _FEWEST:
        return None
    if {word.strip(".,").casefold() for word in rest.split()} & _ELSEWHERE:
        return None
    if verb not in AUXILIARIES and AUXILIARIES & set(rest.split()):
        return None  # "The ferry built in Oslo was": the verb was none
    return Clause(" ".join(subject), verb, rest, BASES.get(verb))


def _is_verb(word: str) -> bool:
    return word in AUXILIARIES or word in BASES or word in PRESENTS


def _is_subject(words: list[str]) -> bool:
    first = words[0].casefold()
    bounded = _BOUND.match(" ".join(words)) is not None
    if (first in _NO_SUBJECT and not bounded) or "," in "".join(words):
        return False
    if first.endswith(("ing", "ly")) and not words[-1][0].isupper():
        return False  # "Looking ahead, economists"; not "Sterling Software Inc"
    return not {word.casefold() for word in words[1:]} & _NOT_IN_SUBJECT


def _cut(rest: str) -> str:
    """The rest of a clause, up to where another begins."""
    end = _CUT.search(rest)
    return (rest[: end.start()] if end else rest).strip()


def within(subject: str, body: str) -> str | None:
    """A subject as it is written within a sentence: "The dam", "Beekeepers" lose their capital.

    None where nothing in `body` tells whether its first word is a name.
    """
    first, _, others = subject.partition(" ")
    lower = first.lower()
    if lower in ("the", "a", "an") or first[0].isdigit():
        return f"{lower} {others}".strip()
    if first[1:] != lower[1:] or re.search(
        rf"(?<![.!?] )(?<!^)(?<!\n)\b{re.escape(first)}\b", body
    ):
        return subject
    if re.search(rf"\b{re.escape(lower)}\b", body):
        return f"{lower} {others}".strip()
    return subject if others[:1].isupper() else None
