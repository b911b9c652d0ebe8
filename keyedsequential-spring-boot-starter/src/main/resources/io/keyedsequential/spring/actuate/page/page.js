// What the reader has chosen stands in the address, so that it can be shared; what the server has said last stands
// in `shown`.

const MORE = [50, 100, 200];
const shown = { atoms: null, laneKey: undefined, opened: undefined, at: undefined };
let limit = MORE[0];
let opener = null;

/** The atom and the lane that the address names. */
function chosen() {
  const names = new URLSearchParams(location.hash.slice(1));
  return { atom: names.get('atom') ?? undefined, lane: names.get('lane') ?? undefined, at: names.get('at') ?? undefined };
}

/** The atom that is shown unless the address names one. It stays the same while there is such an atom. */
function opened(atoms) {
  if (shown.opened === undefined || !Object.hasOwn(atoms, shown.opened)) shown.opened = mostUrgent(atoms);
  return shown.opened;
}

/** Opens a lane of the chosen atom, or closes it. */
function choose({ lane }) {
  const names = new URLSearchParams({ atom: chosen().atom ?? opened(shown.atoms) });
  if (lane !== undefined && lane !== chosen().lane) {
    names.set('lane', lane);
    opener = document.activeElement;
    shown.laneKey = opener?.querySelector('.key')?.textContent;
    shown.arriving = true;
  }
  location.hash = names;
}

/** Asks for what is chosen and draws it. What was answered for another choice is not drawn. */
async function refresh() {
  const withHistory = historyIsDue(Date.now());
  const all = await get(withHistory ? '?history=true' : '');
  const now = Date.now();
  shown.atoms = all.atoms;
  if (withHistory) recall(all.history, now);
  mayWrite(all.writable);
  const choice = chosen();
  const name = choice.atom ?? opened(all.atoms);
  const search = byId('search').value.trim();
  const query = new URLSearchParams({ limit, ...(search && { search }) });
  const atom = mayExist(name) ? await present(get(`${addressOf(name)}?${query}`)) : undefined;
  const lane = atom && choice.lane !== undefined ? await present(get(addressOf(name, choice.lane))) : undefined;
  for (const [each, summary] of Object.entries(all.atoms)) remember(each, summary, now);
  drawHeadline(all);
  drawAtoms(all.atoms, name);
  if (chosen().atom !== choice.atom) return;
  drawNotice(name, atom, choice.atom);
  if (!atom) {
    drawExplanation(name, undefined);
    return;
  }
  drawAtom(name, atom.summary);
  drawParkedVerbs(name, atom.summary);
  drawFound(atom, chosen().lane);
  drawLanes(atom, chosen().lane);
  drawRunning(atom);
  drawPartitions(atom);
  drawFinished(atom);
  drawActions(atom);
  drawMore(atom);
  if (chosen().lane === choice.lane) {
    drawExplanation(name, choice.lane, lane);
    arrive(choice.lane);
  }
  goTo(chosen().at);
}

/** Whether there may be such an atom: one that is listed, or another spelling of one. */
function mayExist(name) {
  return name !== undefined && (summaryOf(name) !== undefined || /^[\w-]+$/.test(name));
}

/** An answer, or undefined where there is no such atom or lane (any more). */
async function present(answer) {
  try {
    return await answer;
  } catch (refusal) {
    if (refusal.status === 404) return undefined;
    throw refusal;
  }
}

function drawNotice(name, atom, asked) {
  byId('atom').hidden = !atom;
  byId('notice').hidden = Boolean(atom);
  if (!atom) say(byId('notice'), asked === undefined ? 'This application has no atom yet.' : `There is no atom ${name}.`);
}

function drawMore(atom) {
  const more = atom.lanes.truncated || atom.stuck?.truncated || (limit === MORE[0] && (stuckIn(atom).length > STUCK_SHOWN || (atom.running?.entries.length ?? 0) > RUNNING_SHOWN));
  byId('more').hidden = !more || limit === MORE.at(-1);
}

/** Takes a reader who has opened a lane to its explanation. */
function arrive(lane) {
  if (!shown.arriving || lane === undefined) return;
  shown.arriving = false;
  byId('lane-key').focus({ preventScroll: true });
}

function leave() {
  choose({});
  (opener?.isConnected ? opener : byId('lanes-title')).focus();
}

byId('close').addEventListener('click', leave);
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && chosen().lane !== undefined && !byId('question').open) leave();
});
byId('more').addEventListener('click', () => {
  limit = MORE[MORE.indexOf(limit) + 1];
  poll();
});
byId('recent-section').addEventListener('toggle', poll);
byId('actions-section').addEventListener('toggle', poll);
byId('to-lanes').addEventListener('click', event => {
  event.preventDefault();
  byId('lanes-title').focus();
});
addEventListener('hashchange', () => {
  if (chosen().lane === undefined) drawExplanation(chosen().atom, undefined);
  poll();
});

drawLegend();
poll();
