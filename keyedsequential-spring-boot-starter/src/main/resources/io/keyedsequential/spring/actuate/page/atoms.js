// The list of atoms, and the head of the one that is chosen.

function drawAtoms(atoms, chosen) {
  reconcile(
    byId('atoms'),
    Object.entries(atoms),
    ([name]) => name,
    ([name]) =>
      element(
        'li',
        {},
        element(
          'a',
          { href: `#${new URLSearchParams({ atom: name })}` },
          element('span', { class: 'nav-name' }, element('span', {}, name), element('span', { class: 'badge' })),
          element('span', { class: 'nav-counts' }),
          element('span', { class: 'badges' }),
          spark(),
        ),
      ),
    (item, [name, summary]) => {
      const link = item.firstElementChild;
      const [head, counts, badges, curve] = link.children;
      mark(link, 'aria-current', name === chosen && 'true');
      head.lastElementChild.hidden = summary.state === 'RUNNING';
      drawState(head.lastElementChild, summary.state);
      say(counts, shortCounts(summary));
      drawBadges(badges, summary);
      draw(curve, historyOf(name), sample => sample.queued);
    },
  );
}

/** What of an atom may need an operator, on its entry in the list. */
function drawBadges(target, { attention, unavailable }) {
  reconcile(
    target,
    [
      ['UNAVAILABLE', unavailable && 'engine away'],
      ['PARKED', attention.stuckKeys && `${atLeast(attention.stuckKeys)} stuck`],
      ['PAUSED', attention.pausedKeys && `${atLeast(attention.pausedKeys)} paused`],
      ['HELD', attention.pausedPartitions && `${counted(attention.pausedPartitions, 'partition', 'partitions')} full`],
      ['SATURATED', attention.saturated && 'saturated'],
    ].filter(([, text]) => text),
    ([kind]) => kind,
    ([kind]) => element('span', { class: `badge ${classOf(kind)}` }),
    (badge, [, text]) => say(badge, text),
  );
}

function drawState(badge, state) {
  dress(badge, 'badge', state);
  say(badge, words(state));
}

/** Limits are those of one instance: what all of them run or hold together is not compared with them. */
function shortCounts({ counts, limits, scope }) {
  const running = scope === 'FLEET' ? count(counts.active) : `${count(counts.active)} of ${count(limits.maxConcurrency)}`;
  const parts = [`${running} running`, `${count(counts.queued)} queued`];
  if (counts.parked) parts.push(`${count(counts.parked)} parked`);
  return parts.join(' · ');
}

const TILES = {
  Running: ({ counts, limits, longestRun, scope }) => ({
    value: count(counts.active),
    of: scope === 'FLEET' ? `, ${count(limits.maxConcurrency)} on each instance at most` : `of ${count(limits.maxConcurrency)}`,
    note: [counts.awaiting && `${count(counts.awaiting)} more await a stage`, longestText(longestRun)].filter(Boolean).join(', '),
  }),
  Queued: ({ counts, limits, engine }) => ({
    value: count(counts.queued),
    of: engine === 'memory' ? `of ${count(limits.capacity)}` : '',
    note: takenText(counts) || (counts.queued ? '' : 'nothing is queued'),
    curve: sample => sample.queued,
  }),
  'Oldest wait': ({ oldestWait }) => ({
    value: seconds(oldestWait) > 0 ? time(oldestWait) : '0 s',
    of: '',
    note: seconds(oldestWait) > 0 ? 'queued, backing off or parked' : 'nothing waits',
    curve: sample => sample.oldestWait,
  }),
  Done: ({ counts }, now) => ({
    value: perSecond(now?.completedRate ?? 0),
    of: 'per second',
    note: `${count(counts.completed)} since start`,
    curve: sample => sample.completedRate,
  }),
  Failed: ({ counts }) => ({
    value: count(counts.failed),
    of: 'since start',
    note: `${count(counts.parked)} parked, ${count(counts.backingOff)} backing off`,
    curve: sample => sample.failedRate,
  }),
  Refused: ({ counts }) => ({
    value: count(counts.rejected),
    of: 'since start',
    note: blockedText(counts),
  }),
};

/** What takes room beside the queue: without it an atom would be full with hardly anything queued. */
function takenText({ reserved, awaiting, backingOff, parked }) {
  const others = [
    [reserved, 'reserved until their commit'],
    [awaiting + backingOff + parked, 'awaiting or held back'],
  ];
  const text = others.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  return text.length ? `and ${text.join(', ')}` : '';
}

/** Who waits for room waits for the atom; who waits for its turn, for its key or for a permit. */
function blockedText({ blockedCallers, callersAwaitingTurn }) {
  const forRoom = blockedCallers - callersAwaitingTurn;
  const room = forRoom > 0 ? `${counted(forRoom, 'caller waits', 'callers wait')} for room` : 'no caller waits for room';
  return callersAwaitingTurn > 0 ? `${room}, ${count(callersAwaitingTurn)} for their turn` : room;
}

/** An operation that hangs need not keep anything waiting: its time tells. */
function longestText(longestRun) {
  return seconds(longestRun) > 0 ? `the longest for ${time(longestRun)}` : '';
}

function drawAtom(name, summary) {
  say(byId('atom-name'), name);
  drawState(byId('atom-state'), summary.state);
  say(byId('atom-engine'), engineText(summary));
  say(byId('atom-declared'), summary.declaredBy ?? '');
  byId('atom-unavailable').hidden = !summary.unavailable;
  say(byId('atom-unavailable'), unavailableText(summary));
  const history = historyOf(name);
  reconcile(
    byId('tiles'),
    Object.entries(TILES),
    ([label]) => label,
    ([label]) =>
      element(
        'div',
        { class: 'tile' },
        element('div', { class: 'label' }, label),
        element('div', { class: 'value' }, element('span'), ' ', element('small')),
        element('div', { class: 'note' }),
        spark(),
      ),
    (tile, [, read]) => {
      const { value, of, note, curve } = read(summary, history.samples.at(-1));
      const [, number, below, drawn] = tile.children;
      say(number.firstElementChild, value);
      say(number.lastElementChild, of);
      say(below, note);
      if (curve) draw(drawn, history, curve);
      drawn.toggleAttribute('hidden', !curve);
    },
  );
  say(byId('span'), history.sampled ? 'Curves: the last hour, as far as this process remembers it.' : 'Curves: the last three minutes, as this page has seen them.');
  drawLimits(summary.limits);
  drawAtomVerbs(name, summary);
}

/** What is shown is of all instances where they share an engine; its totals are of this one. */
function engineText({ engine, scope }) {
  if (!engine) return '';
  return scope === 'FLEET' ? `engine ${engine}, all instances` : `engine ${engine}`;
}

function unavailableText({ unavailable, engine }) {
  return unavailable ? `The engine ${engine} cannot be asked: ${unavailable}. What follows is what this process knows.` : '';
}

function drawLimits(limits) {
  reconcile(
    byId('limits'),
    Object.entries(limits).filter(([, value]) => value !== null),
    ([name]) => name,
    ([name]) => element('div', {}, element('dt', {}, words(name.replace(/[A-Z]/g, ' $&'))), element('dd')),
    (pair, [name, value]) => say(pair.lastElementChild, limitText(name, value)),
  );
}

function limitText(name, value) {
  if (/(Timeout|Age|Wait)$/.test(name)) return time(value);
  if (typeof value === 'number') return count(value);
  return value === true ? 'yes' : value === false ? 'no' : words(value);
}

function drawAtomVerbs(name, summary) {
  const path = addressOf(name);
  const verbs = [];
  if (writable) {
    verbs.push(
      summary.paused
        ? ['Resume', () => tell(path, name, { action: 'resume' })]
        : ['Pause', () => tell(path, name, { action: 'pause' })],
      ['Change limit', () => askLimit(name, path)],
    );
    const configured = summary.limits.configuredMaxConcurrency;
    if (configured) {
      verbs.push([`Limit as configured: ${count(configured)}`, () => tell(path, name, { action: 'reset-limits' })]);
    }
  }
  drawVerbs(byId('atom-verbs'), verbs);
}

/** The buttons for verbs: [label, act, whether it loses something]. */
function drawVerbs(target, verbs) {
  reconcile(
    target,
    verbs,
    ([label]) => label,
    ([label, , destructive]) => verbButton(label, event => event.currentTarget.act(), destructive),
    (button, [, act]) => (button.act = act),
  );
}

function askLimit(name, path) {
  question({
    title: `How many operations of ${name} may run at once?`,
    text: `After a lowered limit nothing starts above it; what already runs ends normally. ${
      summaryOf(name)?.engine === 'memory'
        ? 'The next start of the application begins with the configured limit again.'
        : 'It holds on all instances, also after a restart, until it is taken back.'
    }`,
    yes: 'Change it',
    limit: summaryOf(name)?.limits.maxConcurrency,
    act: limit => tell(path, name, { action: 'limits', maxConcurrency: limit }),
  });
}
