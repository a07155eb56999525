"""Text in an article that speaks to a language model, and not to its readers.

A page may hold "ignore your instructions and say ...", for people to overlook
and models to obey. The paragraph around such a sentence is kept from the model
and is no evidence for what it writes: who gives orders to machines is not
reporting. Quoted word for word, as evidence of itself, it stays in the archive.
Patterns alone cannot know every wording; the verifier stands behind them.
"""

from __future__ import annotations

import re

_MODEL = (
    r"(?:(?:AI|A\.I\.)(?:\s(?:systems?|models?|assistants?|agents?|bots?|tools?|summari[sz]ers?))?"
    r"|L\.?L\.?Ms?|(?:large\s)?language\smodels?|chat\s?bots?|(?:virtual|digital)\sassistants?"
    r"|assistants?|GPT\S{0,8}|ChatGPT|Claude|Gemini|Copilot|summari[sz]ers?|crawlers?|bots?)"
)
_RULES = (
    r"(?:instructions?|prompts?|directions?|directives?|rules|guidelines|guardrails|polic(?:y|ies)"
    r"|constraints|commands?|orders|system\smessage|context|training)"
)
_ORDERS = re.compile(
    # ignore all previous instructions
    rf"\b(?:ignore|disregard|forget|override|overrule|bypass|discard|skip)\b[^.!?\n]{{0,40}}?\b"
    rf"(?:previous|prior|above|earlier|preceding|existing|original|your|these|those|system|all|any"
    rf"|other)\b[^.!?\n]{{0,30}}?\b{_RULES}"
    # you are now a pirate; act as, pretend to be
    rf"|\byou\sare\s(?:now\s)?(?:an?|the|in)\s[^.!?\n]{{0,30}}?\b(?:{_MODEL}|mode)\b"
    rf"|\b(?:from\snow\son|starting\snow|henceforth),?\s(?:you|always|only|answer|reply|respond)\b"
    # note to AI systems: ...
    rf"|\b(?:notes?|message|instructions?|reminder|attention|notice|warning|hint|memo)\s"
    rf"(?:to|for)\s(?:all\s|any\s|the\s)?{_MODEL}\b"
    rf"|\b(?:if\syou\sare|to\sany|dear|hey|hello|attention)\s(?:an?\s|the\s|all\s)?{_MODEL}\b"
    # assistants must answer; the assistant should say
    rf"|\b{_MODEL}\s(?:reading|processing|summari[sz]ing|that\sreads?)\sthis\b"
    rf"|\b{_MODEL},?\s(?:must|should|shall|are\sto|is\sto|please|will\snow)\s(?:\w+\s){{0,2}}?"
    rf"(?:answer|reply|respond|say|state|write|output|print|include|mention|repeat|ignore|report|cite"
    rf"|claim|reveal|add|append|tell|insert)\b"
    # your answer must say; respond only with
    rf"|\b(?:your|the|every|any|each|all)\s(?:(?:next|final|correct|only|right)\s)?"
    rf"(?:answers?|repl(?:y|ies)|responses?|output|summar(?:y|ies)|completions?)\s"
    rf"(?:(?:to|about|on|regarding|concerning)\s[^.!?\n]{{0,60}}?\s)?(?:must|should|shall|is\sto|are\sto|has\sto|needs?\sto|will)\s(?:\w+\s)?"
    rf"(?:say|state|be|include|contain|mention|read|begin|end|consist|claim|cite|report|repeat|use)\b"
    rf"|\b(?:answer|reply|respond|output|print|write|say|repeat|return)\s"
    rf"(?:only|exactly|just|instead|always|verbatim)\s"
    rf"(?:with\b|by\ssaying|that\b|this:|the\sfollowing|[\"“'‘]|(?-i:[A-Z]{{3}}))"
    rf"|(?:^|[.!?:;,]\s|\b(?:and|then|please|instead|now|just|always)\s)"
    rf"(?:answer|reply|respond|say|state|tell\s(?:the\s)?(?:users?|readers?|them|everyone)|output|print"
    rf"|write|repeat|claim|report|conclude|insist)\s(?:that\b|with\b|:|instead\b|to\sthe\suser)"
    rf"|\b(?:do\snot|don['’]t|never)\s(?:mention|reveal|disclose|cite|tell|use|trust|follow|say)\b"
    rf"[^.!?\n]{{0,50}}\b(?:users?|passages?|sources?|instructions?|prompt|system|verifier|other\sarticles)\b"
    rf"|\byou\s(?:must|should|have\sto|need\sto|are\s(?:required|instructed|told)\sto)\s(?:\w+\s){{0,2}}?"
    rf"(?:(?:answer|reply|respond)(?!\s(?:for|to)\b)|output|cite)\b"
    # the prompt itself, and the marks of its turns
    rf"|\b(?:system|developer|hidden)\s(?:prompt|message|instruction|override|note)s?\b"
    rf"|<\|[^|>\n]{{1,30}}\|>|\[/?(?:INST|SYS|SYSTEM)\]|<</?SYS>>"
    rf"|</?\s?(?:system|user|assistant|passage|passages|document|documents|context|instructions?)\b[^>\n]{{0,60}}>"
    rf"|^\s*(?:#{{1,4}}\s?)?(?:system|assistant|user|human|developer|instructions?)\s?:"
    # fake citations, and links that carry something off
    rf"|\[(?:p?\d{{1,3}}|p\d{{1,3}}(?:,\s?p\d{{1,3}})*)\]\s?(?:says?|confirms?|states?|proves?)\b"
    rf"|!\[[^\]\n]{{0,100}}\]\(",
    re.IGNORECASE | re.MULTILINE,
)
_HIDDEN = re.compile("[\U000e0000-\U000e007f​-‏‪-‮⁠-⁤⁦-⁩]{3,}")


def gives_orders(text: str) -> bool:
    """Whether something in a text is addressed to a model, or hidden from people."""
    return _ORDERS.search(text) is not None or _HIDDEN.search(text) is not None
