/* The conversation, kept for as long as the tab is open. */

const REMEMBERED = 8; // turns that go back with a follow-up, as many as the server takes
const inUse = new Set(); // of the session's stored conversations: one element each

const answered = (turns) => turns.filter((each) => each.answer).map(({ question, infer, answer }) => ({ question, infer, answer }));

/** The conversation in the tab's session storage, if that may be used. A private site's is not kept. */
class Store {
  constructor(host, kind, site, scope, server) {
    this.host = host;
    const page = scope ? pageAddress() : "";
    const name = `byline:${[server, site, scope ?? "", page, host.id].join("|")}`;
    this.name = kind === "chat" && !inUse.has(name) ? name : null;
    if (this.name) inUse.add(name);
  }
  read() {
    if (!this.name || this.host.token) return [];
    try {
      const turns = JSON.parse(sessionStorage.getItem(this.name) ?? "[]");
      return Array.isArray(turns) ? turns.slice(-REMEMBERED) : [];
    } catch {
      return [];
    }
  }
  write(turns) {
    if (!this.name || this.host.token) return;
    try {
      if (turns.length) sessionStorage.setItem(this.name, JSON.stringify(answered(turns).slice(-REMEMBERED)));
      else sessionStorage.removeItem(this.name);
    } catch {
      // full, or not allowed here: the conversation lives as long as its page
    }
  }
  leave() {
    if (this.name) inUse.delete(this.name);
  }
}
