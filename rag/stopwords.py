"""Words that carry the form of a question and not its topic, per language.

BM25 needs no such list in a large archive; in a small one "how" and "many" are
rare enough to look telling. Words are compared after lower-casing and before
stemming.
"""

from __future__ import annotations

_ENGLISH = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can could did do does doing done down during each either else ever every
few for from further get give given gives go going got had has have having he her here hers him his
how however i if in into is it its itself just know let like made make many may me might more most
much must my new no nor not now of off on once one only or other our out over own per please said
same say says she should since so some such tell than that the their them then there these they
this those through to told too toward towards under until up upon us very was we were what when
where whether which while who whom whose why will with within without would yet you your s t re ve
ll d m don didn doesn isn aren wasn weren wouldn latest recently article articles report
reported according explain describe mentioned mention happened happen happens
"""
_TURKISH = """
acaba ama ancak bana bazı belki ben beni benim bir biri birçok biz bu buna bunda bundan bunu bunun
çok çünkü da daha de defa değil diye dolayı en eğer gibi göre hangi hangisi hatta hem hep hepsi her
hiç için ile ise kadar kaç kez ki kim kime kimi kimin mi mı mu mü nasıl ne neden nedir nerede nereye
nereden niçin niye o olan olarak oldu olduğu olduğunu olsa olur on ona onda ondan onlar onu onun sen
siz son sonra şey şu şunu tüm var ve veya ya yani yok hakkında tarafından ney neydi kimdir kimdi
"""
_RUSSIAN = """
а без более больше будет бы был была были было в вам вас ведь весь во вот все всего всех вы где да
даже для до другой его ее её ей если есть еще ещё же за здесь и из или им их к как какая какие каким
какой какого какую каков когда кого кому которая которого которые который кто куда ли либо между
меня мне много может можно мой мы на над надо наш не него нее ней нет ни них но ну о об один он она
они оно от откуда перед по под после потом потому почему при про с сам свой себя сколько со так
также такой там тебя тем теперь то тогда того тоже только том тот ты у уже хотя чего чей чем через
что чтобы чье чья эта эти это этого этой этом этот я
"""
STOPWORDS: frozenset[str] = frozenset(f"{_ENGLISH} {_TURKISH} {_RUSSIAN}".split())
