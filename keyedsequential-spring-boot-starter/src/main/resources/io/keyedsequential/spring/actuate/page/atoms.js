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
          spark(),
        ),
      ),
    (item, [name, summary]) => {
      const link = item.firstElementChild;
      const [head, counts, curve] = link.children;
      mark(link, 'aria-current', name === chosen && 'true');
      head.lastElementChild.hidden = summary.state === 'RUNNING';
      drawState(head.lastElementChild, summary.state);
      say(counts, shortCounts(summary.counts, summary.limits));
      draw(curve, historyOf(name).map(sample => sample.queued));
    },
  );
}

function drawState(badge, state) {
  dress(badge, 'badge', state);
  say(badge, words(state));
}

function shortCounts(counts, limits) {
  const parts = [`${count(counts.active)} of ${count(limits.maxConcurrency)} running`, `${count(counts.queued)} queued`];
  if (counts.parked) parts.push(`${count(counts.parked)} parked`);
  return parts.join(' · ');
}

const TILES = {
  Running: ({ counts, limits, longestRun }, history) => ({
    value: count(counts.active),
    of: `of ${count(limits.maxConcurrency)}`,
    note: [counts.awaiting && `${count(counts.awaiting)} more await a stage`, longestText(longestRun)].filter(Boolean).join(', '),
    values: history.map(sample => sample.active),
    ceiling: limits.maxConcurrency,
  }),
  Queued: ({ counts, limits, oldestWait }, history) => ({
    value: count(counts.queued),
    of: `of ${count(limits.capacity)}`,
    note: counts.queued ? `oldest waits ${time(oldestWait)}` : 'nothing waits',
    values: history.map(sample => sample.queued),
  }),
  Done: ({ counts }, history) => ({
    value: perSecond(history.at(-1)?.completedRate ?? 0),
    of: 'per second',
    note: `${count(counts.completed)} since start`,
    values: history.map(sample => sample.completedRate),
  }),
  Failed: ({ counts }, history) => ({
    value: count(counts.failed),
    of: 'since start',
    note: `${count(counts.parked)} parked, ${count(counts.backingOff)} backing off`,
    values: history.map(sample => sample.failedRate),
  }),
  Refused: ({ counts }) => ({
    value: count(counts.rejected),
    of: 'since start',
    note: counts.blockedCallers ? `${counted(counts.blockedCallers, 'caller waits', 'callers wait')} for room` : 'no caller waits for room',
  }),
};

/** An operation that hangs need not keep anything waiting: its time tells. */
function longestText(longestRun) {
  return seconds(longestRun) > 0 ? `the longest for ${time(longestRun)}` : '';
}

function drawAtom(name, summary) {
  say(byId('atom-name'), name);
  drawState(byId('atom-state'), summary.state);
  say(byId('atom-engine'), engineText(summary));
  say(byId('atom-declared'), summary.declaredBy ?? '');
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
      const { value, of, note, values, ceiling } = read(summary, history);
      const [, number, below, curve] = tile.children;
      say(number.firstElementChild, value);
      say(number.lastElementChild, of);
      say(below, note);
      if (values) draw(curve, values, ceiling);
      curve.toggleAttribute('hidden', !values);
    },
  );
  drawLimits(summary.limits);
  drawAtomVerbs(name, summary);
}

/** What is shown is of all instances where they share an engine; its totals are of this one. */
function engineText({ engine, scope }) {
  if (!engine) return '';
  return scope === 'FLEET' ? `engine ${engine}, all instances` : `engine ${engine}`;
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
    text: 'After a lowered limit nothing starts above it; what already runs ends normally. The next start of the application begins with the configured limit again.',
    yes: 'Change it',
    limit: summaryOf(name)?.limits.maxConcurrency,
    act: limit => tell(path, name, { action: 'limits', maxConcurrency: limit }),
  });
}
