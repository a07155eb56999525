/* Text in the reader's language: words, plurals, numbers, dates. */

const DAYS_IN_WORDS = 60; // of age, beyond which months are counted
const MONTHS_IN_WORDS = 24; // of age, beyond which years are

const day = (iso) => new Date(`${String(iso).slice(0, 10)}T00:00:00Z`); // the publisher's own day
const known = (iso) => Boolean(iso) && !Number.isNaN(day(iso).getTime());

class Words {
  constructor(table, language) {
    this.table = table;
    // "en" alone would put the month first, which a newspaper's page here does not
    const tag = language.toLowerCase() === "en" ? "en-GB" : language;
    const dated = (style) => new Intl.DateTimeFormat(tag, { timeZone: "UTC", ...style });
    this.counts = new Intl.NumberFormat(tag);
    this.shares = new Intl.NumberFormat(tag, { style: "percent" });
    this.figures = new Intl.NumberFormat(tag, { maximumSignificantDigits: 10 });
    this.plurals = new Intl.PluralRules(tag);
    this.comma = /^(ar|fa|ur)\b/i.test(tag) ? "، " : ", ";
    this.long = dated({ day: "numeric", month: "long", year: "numeric" });
    this.short = dated({ day: "numeric", month: "short", year: "numeric" });
    this.months = dated({ month: "long", year: "numeric" });
    this.shortMonths = dated({ month: "short", year: "numeric" });
    this.years = dated({ year: "numeric" });
    this.tag = tag;
  }

  /** The text of a key with {placeholders} filled in; nodes among the values make it a list. */
  get(key, values = {}) {
    const text = this.table[key] ?? key;
    const parts = text.split(/\{(\w+)\}/).map((part, n) => (n % 2 ? (values[part] ?? "") : part));
    return parts.some((part) => part instanceof Node) ? parts : parts.map(clean).join("");
  }
  has(key) {
    return key in this.table;
  }
  /** The plural form of a key that goes with a count. */
  count(key, count, values = {}) {
    const form = `${key}_${this.plurals.select(count)}`;
    return this.get(form in this.table ? form : `${key}_other`, { count: this.counts.format(count), ...values });
  }

  date(iso) {
    return known(iso) ? this.long.format(day(iso)) : "";
  }
  time(iso) {
    return known(iso) && h("time", { datetime: String(iso).slice(0, 10) }, this.date(iso));
  }
  /** 12 Oct 2024; 3–9 Oct 2024; Oct 2024 for the whole of it; 2024 likewise. */
  days(first, last, long = false) {
    if (!known(first) || !known(last)) return this.date(known(first) ? first : last);
    const whole = stretch(first, last);
    if (whole === "year") return this.years.format(day(first));
    if (whole === "month") return (long ? this.months : this.shortMonths).format(day(first));
    return (long ? this.long : this.short).formatRange(day(first), day(last));
  }
  /** What words mean beyond what they say: "10 October 2024" for Thursday, "2024" for 8 August. */
  meant(mention) {
    if (stretch(mention.first, mention.last) === "year" || /\p{Nd}/u.test(mention.words)) return this.years.format(day(mention.first));
    return this.days(mention.first, mention.last, true);
  }
  /** How old the newest evidence is, in words. */
  age(newest, today) {
    const [then, now] = [day(newest), day(today)];
    const days = Math.round((now - then) / 86_400_000);
    if (days <= 0) return this.get("age_today");
    let months = (now.getUTCFullYear() - then.getUTCFullYear()) * 12 + now.getUTCMonth() - then.getUTCMonth();
    if (now.getUTCDate() < then.getUTCDate()) months -= 1;
    if (days <= DAYS_IN_WORDS || !months) return this.count("age_days", days);
    return months < MONTHS_IN_WORDS ? this.count("age_months", months) : this.count("age_years", Math.floor(months / 12));
  }
  /** "40 seconds", "3 minutes", "2 hours": rounded up, so that it is not too early. */
  wait(seconds) {
    const [value, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
    return new Intl.NumberFormat(this.tag, { style: "unit", unit, unitDisplay: "long" }).format(Math.max(1, Math.ceil(value)));
  }
  quoted(words) {
    return /^[“"«„]/.test(words) ? words : this.get("quoted", { words });
  }
  percent(share) {
    const percent = Math.round(share * 100);
    if (percent < 1) return this.get("likely_under", { percent: this.shares.format(0.01) });
    if (percent > 99) return this.get("likely_over", { percent: this.shares.format(0.99) });
    return this.get("likely", { percent: this.shares.format(percent / 100) });
  }
}

/** "year" or "month" where the days are the whole of one. */
function stretch(first, last) {
  const [start, end] = [String(first).slice(0, 10), String(last).slice(0, 10)];
  if (start.slice(0, 4) === end.slice(0, 4) && start.endsWith("-01-01") && end.endsWith("-12-31")) return "year";
  const next = new Date(day(end).getTime() + 86_400_000);
  return start.slice(0, 7) === end.slice(0, 7) && start.endsWith("-01") && next.getUTCDate() === 1 ? "month" : "";
}
