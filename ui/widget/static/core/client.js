/* The server: what is asked of it, what it tells while it answers, and what can go wrong. */

/** What went wrong; `kind` is the end of a key "error_...". */
class Trouble extends Error {
  constructor(kind, { status = null, detail = "", wait = null, id = null } = {}) {
    super(detail || kind);
    Object.assign(this, { kind, status, detail, wait, id });
  }
}

const KINDS = { 401: "forbidden", 403: "forbidden", 404: "gone", 405: "gone", 429: "quota", 503: "busy" };

/** A problem document (RFC 9457) as a trouble. */
function troubled(told, status, headers) {
  const kind = String(told?.type ?? "").split(":").pop();
  const seconds = Number(told?.retry_after ?? headers?.get("retry-after"));
  const about = {
    status,
    detail: typeof told?.detail === "string" ? told.detail : "",
    wait: Number.isFinite(seconds) && seconds > 0 ? seconds : null,
    id: told?.request_id ?? headers?.get("x-request-id") ?? null,
  };
  if (kind === "token") return new Trouble("token", about);
  if (kind === "unknown-article") return new Trouble("unknown_article", about);
  if (status in KINDS) return new Trouble(KINDS[status], about);
  return new Trouble(status >= 400 && status < 500 ? "question" : "internal", about);
}

/** Server-sent events from a reply, wherever its chunks are cut. */
async function* events(reply) {
  const reader = reply.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let name = "";
  let data = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A last \r may be half of an end of line, until nothing more can come.
      const lines = rest.split(done ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === "") {
          if (data.length) yield { name: name || "message", data: JSON.parse(data.join("\n")) };
          name = "";
          data = [];
          continue;
        }
        const [, field, text] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (field === "event") name = text;
        else if (field === "data") data.push(text);
      }
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

class Client {
  constructor({ server, site, token }) {
    this.server = server;
    this.site = site;
    this.token = token; // what the host page says: text, a function, or null
    this.held = null;
  }

  async bearer(anew) {
    const token = this.token();
    if (typeof token !== "function") return token;
    if (anew || this.held === null) {
      try {
        this.held = String((await token()) ?? "");
      } catch {
        throw new Trouble("token");
      }
    }
    return this.held;
  }

  async fetch(path, options) {
    const settings = { credentials: "omit", cache: "no-store", referrerPolicy: "origin", ...options };
    try {
      return await fetch(this.server + path, settings);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (navigator.onLine === false) throw new Trouble("offline");
    }
    // A server that refuses a page's origin looks like one that is gone: is its script there?
    const there = { mode: "no-cors", cache: "no-store", credentials: "omit", method: "HEAD", signal: options.signal };
    try {
      await fetch(`${this.server}byline.js`, there);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new Trouble("gone");
    }
    try {
      return await fetch(this.server + path, settings);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new Trouble("forbidden");
    }
  }

  async send(path, { body, signal, accept = "application/json", keepalive = false } = {}, anew = false) {
    const token = await this.bearer(anew);
    const headers = { Accept: accept };
    if (this.site) headers["Byline-Site"] = this.site.replace(/[^\x21-\x7e]/g, "");
    if (token) headers.Authorization = `Bearer ${token.replace(/[^\x21-\x7e]/g, "")}`;
    if (body) headers["Content-Type"] = "application/json";
    const reply = await this.fetch(path, {
      method: body ? "POST" : "GET",
      headers,
      signal,
      keepalive,
      body: body ? JSON.stringify(body) : undefined,
    });
    if (reply.ok) return reply;
    const trouble = troubled(await reply.json().catch(() => null), reply.status, reply.headers);
    if (reply.status === 401 && token) {
      if (!anew && typeof this.token() === "function") return this.send(path, { body, signal, accept, keepalive }, true);
      trouble.kind = "token";
    }
    throw trouble;
  }

  /** What is told of a question, as it comes; ends with "done" or throws. */
  async *ask(body, signal) {
    const reply = await this.send("v1/ask", { body: { ...body, stream: true }, signal, accept: "text/event-stream" });
    if ((reply.headers.get("content-type") ?? "").includes("application/json")) {
      yield { name: "done", data: await reply.json() };
      return;
    }
    let whole = false; // read to its end even then: a reply that is cut off counts as given up
    try {
      for await (const event of events(reply)) {
        if (event.name === "error") throw troubled(event.data, event.data?.status ?? 500);
        whole ||= event.name === "done";
        yield event;
      }
    } catch (error) {
      if (whole) return;
      if (error instanceof Trouble || signal.aborted) throw error;
      throw new Trouble(navigator.onLine === false ? "offline" : "broken");
    }
    if (!whole) throw new Trouble("broken");
  }

  async about() {
    return (await this.send("v1/site")).json();
  }

  async source(citation) {
    const { article_id: id, version, start, end } = citation;
    const asked = new URLSearchParams({ version, start, end });
    return (await this.send(`v1/articles/${encodeURIComponent(id)}?${asked}`)).json();
  }

  /** Goes out even where the reader leaves the page. */
  async feedback(body) {
    await this.send("v1/feedback", { body, keepalive: true });
  }
}
