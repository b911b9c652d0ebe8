// All parked lanes of an atom at once. What would be done is asked of the server first, and said before it is done.

const PARKED_VERBS = {
  retry: { label: 'Retry all parked', title: 'Try again', yes: 'Retry them' },
  skip: { label: 'Skip all parked', title: 'Skip', yes: 'Skip them', destructive: true },
  purge: { label: 'Purge all parked', title: 'Purge', yes: 'Purge them', destructive: true },
};
const LISTED = 12;

function drawParkedVerbs(name, summary) {
  const may = writable && summary.attention.parkedKeys > 0;
  drawVerbs(
    byId('parked-verbs'),
    may
      ? Object.entries(PARKED_VERBS).map(([verb, { label, destructive }]) => [label, () => askParked(name, verb), destructive])
      : [],
  );
}

/** Asks the server what would be done, and the reader whether it shall. */
async function askParked(name, verb) {
  const { title, yes, destructive } = PARKED_VERBS[verb];
  const path = addressOf(name);
  let seen = await preview(path, verb, '');
  if (!seen) return;
  question({
    title: `${title} all parked keys of ${name}?`,
    text: '',
    yes,
    destructive,
    act: () => tell(path, name, { action: `${verb}-parked`, error: chosenError(), atMost: seen.lanes.total }),
  });
  const select = byId('error');
  select.replaceChildren(
    element('option', { value: '' }, 'anything'),
    ...seen.errors.entries.map(({ type, lanes }) => element('option', { value: type, title: type }, `${simpleName(type)} (${count(lanes)})`)),
  );
  byId('error-field').hidden = false;
  drawPreview(seen);
  select.onchange = async () => {
    byId('question-yes').disabled = true;
    const asked = select.value;
    const next = await preview(path, verb, asked);
    if (!next || select.value !== asked) return;
    seen = next;
    drawPreview(seen);
  };
}

function chosenError() {
  return byId('error').value || undefined;
}

async function preview(path, verb, error) {
  try {
    return await post(path, { action: `${verb}-parked`, preview: true, error: error || undefined });
  } catch (refusal) {
    announce(`Not done: ${refusal.message}.`);
    return undefined;
  }
}

/** How many, and which: the first ones by name. */
function drawPreview(seen) {
  const { total, entries } = seen.lanes;
  say(byId('question-text'), `This ${seen.result}.`);
  const list = byId('question-list');
  const listed = entries.slice(0, LISTED);
  list.hidden = listed.length === 0;
  list.replaceChildren(
    ...listed.map(lane =>
      element(
        'li',
        {},
        `${lane.key}: operation ${lane.operation}${lane.label ? ` '${lane.label}'` : ''}${lane.error ? `, ${simpleName(lane.error)}` : ''}${
          lane.behind ? `, ${counted(lane.behind, 'operation', 'operations')} behind it` : ''
        }`,
      ),
    ),
    ...(total > listed.length ? [element('li', { class: 'muted' }, `and ${count(total - listed.length)} more`)] : []),
  );
  byId('question-yes').disabled = total === 0;
}
