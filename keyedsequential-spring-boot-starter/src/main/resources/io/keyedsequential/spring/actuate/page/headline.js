// What may need an operator, over all atoms: the first thing on the page, and where it opens.

const COUNTED_AT_MOST = 200;
const NAMED_IN_HEADLINE = 4;

/** A count that stops somewhere. */
function atLeast(value) {
  return value >= COUNTED_AT_MOST ? `${count(value)} or more` : count(value);
}

/** What there may be, most urgent first: how it is counted in an atom, how it is called, and where it is shown. */
const CONCERNS = [
  { kind: 'UNAVAILABLE', of: each => Number(Boolean(each.unavailable)), text: ['atom whose engine is away', 'atoms whose engine is away'], at: 'atom' },
  { kind: 'PARKED', of: each => each.attention.stuckKeys, text: ['key stuck', 'keys stuck'], at: 'stuck', bounded: true },
  { kind: 'PARKED', of: each => each.attention.parkedKeys, text: ['key parked', 'keys parked'], at: 'stuck' },
  { kind: 'SATURATED', of: each => Number(each.attention.saturated), text: ['atom saturated', 'atoms saturated'], at: 'atom' },
  { kind: 'PAUSED', of: each => Number(each.state === 'PAUSED'), text: ['atom paused', 'atoms paused'], at: 'atom' },
  { kind: 'PAUSED', of: each => each.attention.pausedKeys, text: ['key paused', 'keys paused'], at: 'paused', bounded: true },
  { kind: 'PAUSED', of: each => each.attention.pausedPartitions ?? 0, text: ['partition with a full window', 'partitions with a full window'], at: 'partitions' },
];

/** The atoms that a concern is about, those with most first. */
function concerned(atoms, concern) {
  return Object.entries(atoms)
    .map(([name, summary]) => ({ name, number: concern.of(summary) }))
    .filter(each => each.number > 0)
    .sort((a, b) => b.number - a.number);
}

function drawHeadline(all) {
  const atoms = Object.entries(all.atoms);
  const told = CONCERNS.map(concern => ({ concern, about: concerned(all.atoms, concern) })).filter(({ about }) => about.length > 0);
  reconcile(
    byId('headline'),
    told.length || atoms.length === 0 ? told : [null],
    each => each?.concern.text[0] ?? 'nothing',
    each => element('li', { class: each ? classOf(each.concern.kind) : 'muted' }, element('strong'), element('span', { class: 'where' })),
    (item, each) => {
      const [what, where] = item.children;
      if (!each) {
        say(what, '');
        say(where, 'Nothing is stuck, paused or saturated.');
        return;
      }
      const total = each.about.reduce((sum, { number }) => sum + number, 0);
      const cut = each.concern.bounded && each.about.some(({ number }) => number >= COUNTED_AT_MOST);
      say(what, `${count(total)}${cut ? ' or more' : ''} ${each.concern.text[total === 1 ? 0 : 1]}`);
      drawWhere(where, each);
    },
  );
  drawTitle(all);
}

function drawWhere(target, { concern, about }) {
  const named = about.slice(0, NAMED_IN_HEADLINE);
  reconcile(
    target,
    named.concat(about.length > named.length ? [{ name: '', more: about.length - named.length }] : []),
    each => each.name,
    each =>
      each.more
        ? element('span')
        : element('a', { href: `#${new URLSearchParams({ atom: each.name, at: concern.at })}`, click: () => (shown.at = undefined) }),
    (link, each) => say(link, each.more ? `and ${count(each.more)} more` : concern.at === 'atom' ? each.name : `${each.name} ${count(each.number)}`),
  );
}

/** Which of several tabs this is, and whether to look at it. */
function drawTitle(all) {
  const where = [all.application, all.instance].filter(Boolean).join(' · ');
  say(byId('where'), where);
  const stuck = all.headline.stuckKeys;
  document.title = `${stuck ? `${count(stuck)} stuck – ` : ''}${where ? `${where} – ` : ''}Keyed atoms`;
}

/** The atom that the page opens with: the one with the most urgent concern, or the first. */
function mostUrgent(atoms) {
  for (const concern of CONCERNS) {
    const [first] = concerned(atoms, concern);
    if (first) return first.name;
  }
  return Object.keys(atoms)[0];
}

const PLACES = { stuck: 'stuck-title', paused: 'paused-title', partitions: 'partitions-title', atom: 'atom-name', lanes: 'lanes-title' };

/** Takes a reader who has followed a link of the headline to what it is about, once. */
function goTo(at) {
  if (at === undefined || shown.at === at) return;
  shown.at = at;
  const place = byId(PLACES[at] ?? 'atom-name');
  if (!place.checkVisibility()) return;
  place.scrollIntoView({ block: 'center', behavior: stillness.matches ? 'auto' : 'smooth' });
  place.focus({ preventScroll: true });
}
