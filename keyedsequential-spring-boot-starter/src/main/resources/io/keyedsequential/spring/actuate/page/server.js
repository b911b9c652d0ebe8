// The only place that talks to the server. Every address begins with the page's own, whatever that begins with: a base path,
// a context path, the prefix of a proxy. A name and a password in it would be refused by fetch, so that they are left out.

const root = location.origin + location.pathname.replace(/\/+$/, '');
const ANSWER_WITHIN = 15000;

/** An answer other than the one that was asked for. A status of 0 means that there was none. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** What the server has said of an atom; its name may be any text, also one that every object has a property of. */
function summaryOf(atom) {
  return shown.atoms && Object.hasOwn(shown.atoms, atom) ? shown.atoms[atom] : undefined;
}

/** The address of an atom, or of one of its lanes. The name of an atom may have characters that no path can carry. */
function addressOf(atom, handle) {
  return `/${summaryOf(atom)?.handle ?? encodeURIComponent(atom)}${handle === undefined ? '' : `/${encodeURIComponent(handle)}`}`;
}

/** Asks for JSON. */
function get(path) {
  return ask(path, {});
}

/** Tells the server to do something. */
function post(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  const token = /(?:^|;\s*)XSRF-TOKEN=([^;]*)/.exec(document.cookie);
  if (token) headers['X-XSRF-TOKEN'] = decodeURIComponent(token[1]);
  return ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function ask(path, options) {
  let answer;
  let text;
  try {
    answer = await fetch(root + path, {
      ...options,
      // The second header asks Spring Security for a plain 401 where a browser would be sent to a form.
      headers: { Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest', ...options.headers },
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    text = await answer.text();
  } catch (e) {
    throw new Refusal(0, e.name === 'TimeoutError' ? 'no answer in time' : 'no answer');
  }
  const json = parse(text);
  if (!answer.ok) throw new Refusal(answer.status, reasonOf(json) ?? meaningOf(answer.status));
  if (json === undefined && text !== '') throw new Refusal(401, meaningOf(401));
  return json;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(json) {
  return json?.message;
}

function meaningOf(status) {
  switch (status) {
    case 401: return 'it wants you to sign in; reload this page';
    case 403: return 'it does not let you do this; you may lack a role, or its CSRF token may be missing';
    case 404: return 'there is no such thing any more';
    case 405: return 'write operations are off';
    default: return `it answered ${status}`;
  }
}
