// Lanes as rows. A row is one button: it opens the lane's explanation.

const FINISHED_SHOWN = 4;

/** How many stuck lanes are shown before the reader asks for more: they stand above all others, and each takes some lines. */
const STUCK_SHOWN = 10;

/** How many of the running operations are. */
const RUNNING_SHOWN = 10;

function drawLanes(atom, open) {
  const finished = finishedByKey(atom);
  const allStuck = stuckIn(atom);
  const stuck = limit > MORE[0] ? allStuck : allStuck.slice(0, STUCK_SHOWN);
  const apart = new Set(stuck.map(handleOf));
  const paused = take(atom.paused?.entries ?? [], apart, STUCK_SHOWN);
  // With few lanes each is shown anyway.
  const oldest = atom.lanes.truncated ? take((atom.oldest?.entries ?? []).filter(isWaiting), apart, STUCK_SHOWN) : [];
  const busiest = atom.lanes.entries.filter(lane => !apart.has(handleOf(lane)));
  const list = (target, lanes, moving) =>
    reconcile(target, lanes, handleOf, makeLane, (row, lane) => {
      updateLane(row, lane, finished.get(lane.key) ?? [], open);
      // What moves needs no reason; that it has one is still read out.
      row.querySelector('.why').hidden = moving(lane);
    });
  smoothly(byId('atom'), () => {
    byId('stuck-section').hidden = stuck.length === 0;
    list(byId('stuck'), stuck, () => false);
    byId('paused-section').hidden = paused.length === 0;
    list(byId('paused'), paused, () => false);
    byId('oldest-section').hidden = oldest.length === 0;
    list(byId('oldest'), oldest, () => false);
    list(byId('lanes'), busiest, lane => ['RUNNING', 'READY'].includes(lane.state));
  });
  say(byId('stuck-count'), shownOf({ total: allStuck.length, truncated: stuck.length < allStuck.length }, stuck.length));
  const others = { total: atom.lanes.truncated ? atom.lanes.total : busiest.length, truncated: atom.lanes.truncated };
  say(byId('lanes-count'), busiest.length ? `${shownOf(others, busiest.length)}, busiest first` : '');
  byId('lanes-empty').hidden = busiest.length > 0;
  say(byId('paused-count'), paused.length ? count(atom.paused.total) : '');
  say(byId('oldest-count'), oldest.length ? `the first ${count(oldest.length)}` : '');
  say(byId('lanes-empty'), apart.size ? 'No other key has an operation now.' : 'No key has an operation now.');
}

/** The first of these lanes that are not shown yet, which they are from now on. */
function take(lanes, apart, most) {
  const taken = lanes.filter(lane => !apart.has(handleOf(lane))).slice(0, most);
  taken.forEach(lane => apart.add(handleOf(lane)));
  return taken;
}

function isWaiting(lane) {
  return seconds(lane.oldestWait) > 0;
}

function stuckIn(atom) {
  return atom.stuck?.entries ?? [];
}

/** What is queued, backs off or is parked. */
function waitingIn(lane) {
  return lane.queued + lane.heldBack;
}

function handleOf(lane) {
  return lane.handle ?? lane.key;
}

function shownOf(list, shownHere) {
  if (!list) return '';
  return list.truncated ? `${count(shownHere)} of ${count(list.total)} shown` : count(list.total);
}

/** The operations of the window by key, newest first, as far as rows show them. */
function finishedByKey(atom) {
  const byKey = new Map();
  for (const operation of atom.recent?.entries ?? []) {
    const ofKey = byKey.get(operation.key) ?? [];
    if (ofKey.length < FINISHED_SHOWN) ofKey.push(operation);
    byKey.set(operation.key, ofKey);
  }
  return byKey;
}

function makeLane(lane) {
  const button = element(
    'button',
    { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'explanation', click: () => choose({ lane: handleOf(lane) }) },
    element('span', { class: 'badge' }),
    element('span', { class: 'key' }),
    element('span', { class: 'blocks', 'aria-hidden': 'true' }),
    element('span', { class: 'numbers' }),
    element('span', { class: 'why' }),
  );
  return element('li', { class: 'lane' }, button);
}

function updateLane(row, lane, finished, open) {
  const button = row.firstElementChild;
  const [badge, key, blocks, numbers, why] = button.children;
  mark(button, 'aria-expanded', handleOf(lane) === open);
  mark(button, 'aria-label', `${lane.key}: ${words(lane.state)}, ${lane.running} running, ${lane.queued} queued. ${lane.why ?? ''}`);
  drawState(badge, lane.state);
  say(key, lane.key);
  drawBlocks(blocks, lane, finished);
  say(numbers, waitingIn(lane) ? `${count(lane.queued)} queued, ${time(lane.oldestWait)}` : '');
  say(why, lane.why ?? '');
}

/** What the lane has done lately, then what it does, then what waits in it: time runs from left to right. */
function drawBlocks(target, lane, finished) {
  const live = lane.operations ?? [];
  const liveIds = new Set(live.map(operation => operation.id));
  const past = finished.filter(operation => !liveIds.has(operation.id)).reverse();
  const blocks = past.map((operation, i) => ({ ...operation, lastFinished: i === past.length - 1 })).concat(live);
  const hidden = lane.running + waitingIn(lane) - live.length;
  if (hidden > 0) blocks.push({ id: 'overflow', hidden });
  reconcile(
    target,
    blocks,
    entry => entry.id,
    entry => (entry.hidden ? element('span', { class: 'overflow' }) : block()),
    (child, entry) => (entry.hidden ? say(child, `+${count(entry.hidden)}`) : updateBlock(child, entry)),
  );
}

/** The arrows move between rows, so that a reader need not tab through what stands between. */
byId('atom').addEventListener('keydown', event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches('.lane > button')) return;
  const rows = [...document.querySelectorAll('.lane > button')];
  rows[rows.indexOf(event.target) + step]?.focus();
  event.preventDefault();
});

/** What runs, the longest first: what hangs need not keep anything waiting. */
function drawRunning(atom) {
  const all = atom.running?.entries ?? [];
  const most = limit > MORE[0] ? all.length : RUNNING_SHOWN;
  const running = all.slice(0, most);
  const instances = running.some(operation => operation.instance);
  byId('running-section').hidden = running.length === 0;
  byId('running-instance').hidden = !instances;
  const total = atom.running?.total ?? 0;
  say(byId('running-count'), `${shownOf({ total, truncated: running.length < total }, running.length)}, the longest first`);
  drawTable(byId('running'), running, ['', '', '', '', '', ''], operation => [
    nameOf(operation),
    laneLink(operation),
    `${time(operation.runTime)}${operation.state === 'AWAITING' ? ', awaits its stage' : ''}`,
    count(operation.attempt),
    operation.thread ?? '',
    instances ? operation.instance ?? '' : null,
  ]);
}

/** What has been searched for. A key that has no lane now has no row with a verb; it can still be paused by its text. */
function drawFound(atom, open) {
  const { found } = atom;
  byId('found-section').hidden = !found;
  if (!found) return;
  const key = found.search;
  const hasLane = found.lanes.entries.some(lane => lane.key === key || handleOf(lane) === key);
  drawVerbs(
    byId('found-verbs'),
    writable && !hasLane ? [[`Pause the key ${key}`, () => tell(addressOf(atom.name), key, { action: 'pause', key })]] : [],
  );
  const lanes = found.lanes.entries;
  const operations = found.operations.entries;
  const finished = finishedByKey(atom);
  reconcile(byId('found-lanes'), lanes, handleOf, makeLane, (row, lane) => updateLane(row, lane, finished.get(lane.key) ?? [], open));
  byId('found-scroller').hidden = operations.length === 0;
  drawTable(byId('found'), operations, ['', '', '', '', ''], operation => [
    nameOf(operation),
    laneLink(operation),
    stateName(operation.state),
    time(operation.waitTime),
    time(operation.runTime),
  ]);
  const some = (list, one, many) =>
    `${counted(list.total, one, many)}${list.truncated ? ` or more, ${count(list.entries.length)} shown` : ''}`;
  say(
    byId('found-count'),
    lanes.length || operations.length
      ? `${some(found.lanes, 'key', 'keys')}, ${some(found.operations, 'operation', 'operations')}`
      : `nothing is called ${found.search}; ended operations are found as long as the window remembers them`,
  );
}

let searching = 0;
byId('search').addEventListener('input', () => {
  clearTimeout(searching);
  searching = setTimeout(poll, 250);
});
byId('search').addEventListener('keydown', event => {
  if (event.key !== 'Escape' || !event.target.value) return;
  event.target.value = '';
  event.stopPropagation();
  poll();
});
