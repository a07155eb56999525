"""What promotion and pointers to other stories look like, in words.

Only wording that sites everywhere use: no site, person or place is named.
Every pattern is anchored at the start of a line and most lines are bounded in
length, because a story may well speak of newsletters and comments.
"""

from __future__ import annotations

import re

_LONGEST = 400

_NETWORK = (
    r"(?:twitter|facebook|instagram|youtube|telegram|linkedin|tiktok|whatsapp|threads|bluesky"
    r"|mastodon|google news|social media|\bX\b|@\w)"
)
_CHANNEL = r"(?:newsletters?|e-?mails?|inbox|mailing list|updates|channel|podcast|alerts?|briefing)"
_APP = r"(?:app|apps|application|applications)\b"
_SHOPS = r"(?:store|google play|play market|ios|iphone|android|here|now|free|phone)"

_PROMOTION = (
    # newsletters, subscriptions, donations
    rf"(?:please )?(?:sign up|sign-up|subscribe|register|join)\b.*\b{_CHANNEL}",
    r"subscribe (?:to|now|today|here|for)\b",
    r"(?:sign up|sign in|log in|login|register|subscribe|join (?:us|now)|cookie settings)[.!]?$",
    rf"(?:get|receive|want) .*\b(?:in|to|via) your (?:\w+ )?{_CHANNEL}",
    rf"get (?:the|our|all the) (?:latest|best|top|daily).*\b{_CHANNEL}",
    r"(?:already|not) a (?:subscriber|member)\b",
    r"(?:to continue reading|continue reading with|this (?:article|content) is for subscribers)",
    r"if you (?:enjoyed|liked|like|found) (?:this|our|what)\b.*"
    r"\b(?:subscri|sign|join|follow|share|support|proposition|consider|donat)",
    r"(?:please )?(?:support|donate to) (?:our|us|independent|quality|local)\b",
    # apps
    rf"(?:you can |please )?(?:download|get|install|try)\b.*\b{_APP}.*\b{_SHOPS}",
    rf"(?:download|install) (?:the|our)\b.*\b{_APP}",
    rf"(?:click|tap) here (?:to|for)\b.*\b(?:{_APP}|{_CHANNEL}|subscri|sign|download|more)",
    r"click here (?:to|for) \w+",
    # sharing and following
    r"(?:you can (?:also )?)?(?:follow|find|like|join|reach|contact) .*"
    rf"\b(?:on|via|at|our)\b.*{_NETWORK}",
    r"(?:share|tweet|print|e-?mail|save|pin|copy link|whatsapp|facebook|twitter|telegram|reddit"
    r"|linkedin|pinterest|instagram|flipboard)[.:!]?$",
    rf"share (?:this|on|via|with|to)\b.*(?:{_NETWORK}|article|story|post|page|friends|link"
    r"|e-?mail)",
    r"share (?:this|on|via)$",
    # comments
    r"(?:show |view |read |see |load |all |post |leave )*"
    r"\(?\d*\)? ?comments?(?: ?\(\d+\)| here)?[.:!]?$",
    r"(?:please )?(?:leave|post|write|add|submit|be the first to|view|show|read|see|log in to|"
    r"sign in to|join)\b.{0,40}\b(?:comments?|reply|conversation|discussion)[.:!]?$",
    r"(?:tell us )?what (?:do you think|did you think|are your (?:thoughts|views)"
    r"|is your (?:opinion|view|take))\b.*",
    r"(?:tell us what you think|(?:let us know|share your (?:thoughts|views|opinions?|comments)"
    r"|have your say)\b)",
    r"comments? (?:are|is|have been) (?:closed|moderated|disabled|off)",
    r"report (?:an error|a typo|this comment|ad)\b",
    # adverts, notices
    r"(?:advertisement|advertising|sponsored(?: content)?|promoted(?: content)?|paid content|ad)"
    r"[.:]?$",
    r"(?:story|article) continues (?:below|after)|scroll (?:down )?(?:to|for) (?:continue|more)"
    r"|loading\b.{0,15}$",
    r"(?:we|this (?:site|website)) (?:use|uses|and our partners)\b.*\bcookies\b",
    r"(?:©|\(c\) ?\d{4}|copyright (?:©|\(c\)|\d{4}))",
    r"all rights reserved\b",
    r"(?:this (?:material|article|story|content|copy)) (?:may not be|is for your personal)\b",
    # the writer's own contact line
    r"(?:write|e-?mail|reach|contact)\b.{0,80}\b(?:at|to|via|:) ?.{0,40}(?:@\w|https?://)",
    r".{0,60}\b(?:may|can) be reached (?:at|on|by)\b.*(?:@|\d{3})",
    r"have a (?:tip|story)\b.*",
    # the same in other languages of news
    r"(?:подписывайтесь|подпишитесь|следите за (?:нами|новостями)|присоединяйтесь|скачайте прилож"
    r"|установите прилож|комментари[ий](?: ?\(?\d+\)?)?$|оставить комментарий|поделиться$"
    r"|нашли ошибку|реклама$|все права защищены)",
    r"(?:abone ol|bizi takip|takip edin|uygulamay[ıi] indir|yorum (?:yap|yaz)|yorumlar$|paylaş$"
    r"|reklam$|tüm hakları saklıdır|bizi izləyin|abunə ol|şərh yaz|paylaş$)",
    r"(?:abonnieren sie|newsletter abonnieren|folgen sie uns|jetzt abonnieren|kommentare?$|anzeige$"
    r"|teilen$|alle rechte vorbehalten)",
    r"(?:abonnez-vous|inscrivez-vous|suivez-nous|téléchargez (?:l.application|notre)|commentaires?$"
    r"|partager$|publicité$|tous droits réservés)",
    r"(?:suscr[íi]bete|suscr[íi]base|s[íi]guenos|descarga (?:la|nuestra) app|comentarios?$"
    r"|compartir$|publicidad$|todos los derechos)",
    r"(?:inscreva-se|assine (?:a|nossa|o)\b|siga-nos|siga o\b|baixe o app|coment[áa]rios?$"
    r"|compartilh(?:e|ar)$|publicidade$|todos os direitos)",
    r"(?:iscriviti|seguici|scarica l.app|commenti$|condividi$|pubblicit[àa]$|tutti i diritti)",
)
_TEASER = (
    r"(?:read|see|watch|listen|learn|view)(?: also| more| next| full| now| it| the (?:full|whole)"
    r" \w+)(?: (?:about|on|at|from|here)\b.*)?(?:[:>»→…-].*|\.{0,3}$)",
    r"(?:also )?(?:read|see|watch)(?: also)?:",
    r"(?:also|must) (?:read|see|watch)\b",
    r"related(?: (?:news|stories|story|articles?|posts?|content|topics?|links?|video|coverage))?"
    r"(?::.*|$)",
    r"(?:more|also|next|further reading|recommended|you (?:may|might) (?:also )?like|see also"
    r"|don[’']t miss|editor[’']?s[’']? (?:picks?|choice)"
    r"|most (?:read|popular|viewed|shared)\b.{0,25}|trending(?: now)?"
    r"|popular(?: now| stories| posts)?|up next|top stories"
    r"|latest (?:news|stories|headlines|articles|posts)|other news|in other news"
    r"|recent (?:posts|news|articles|stories)"
    r"|something to consider|more (?:from|on|in|about|news|stories)\b.{0,40}|story timeline"
    r"|(?:previous|next) (?:article|post|story))(?::.*|$)",
    r"(?:view|opinion|analysis|video|watch|photos?|in pictures|gallery|podcast|live|explainer"
    r"|exclusive|quiz)\s?(?::|\|)\s",
    r"(?:читайте (?:также|ещ[её])|смотрите также|по теме|материалы по теме|еще по теме|подробнее:)",
    r"(?:ayrıca (?:okuyun|bak)|ilgili haberler|bunlar da ilginizi|həmçinin oxuyun|daha oxu)",
    r"(?:lesen sie auch|lesen sie mehr|mehr zum thema|auch interessant)",
    r"(?:lire aussi|à lire aussi|lisez aussi|voir aussi|sur le même sujet)",
    r"(?:lee tambi[ée]n|lea tambi[ée]n|leer m[áa]s|te puede interesar|ver tambi[ée]n)",
    r"(?:leia (?:tamb[ée]m|mais)|veja (?:tamb[ée]m|mais)|saiba mais)",
    r"(?:leggi anche|leggi di più|guarda anche)",
)
_START = r"^[\W_]*"
PROMOTION = re.compile(_START + "(?:" + "|".join(_PROMOTION) + ")", re.I)
TEASER = re.compile(_START + "(?:" + "|".join(_TEASER) + ")", re.I)
_TRUNCATED = re.compile(r"\w(?:\.\.\.|…|\[…\]|\[\.\.\.\])$")


def is_promotion(line: str) -> bool:
    """Whether a line asks the reader to do something other than read on."""
    return len(line) <= _LONGEST and PROMOTION.match(line) is not None


def points_elsewhere(line: str) -> bool:
    """Whether a line introduces another story: "Read more: ...", "Related"."""
    return len(line) <= _LONGEST and TEASER.match(line) is not None


def is_truncated(line: str) -> bool:
    """Whether a line breaks off, as the summary in a teaser does."""
    return _TRUNCATED.search(line) is not None
