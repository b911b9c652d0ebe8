// An operation as a block: told apart by letter and shape as well as by colour.

const LETTERS = {
  RUNNING: 'R',
  AWAITING: 'A',
  QUEUED: 'Q',
  BACKING_OFF: 'B',
  PARKED: 'P',
  GATHERING: 'G',
  COMPLETED: 'D',
  FAILED: 'F',
  CANCELLED: 'C',
};
const NAMES = { COMPLETED: 'done', AWAITING: 'awaits its stage' };

/** The state of an operation as a word. */
function stateName(state) {
  return NAMES[state] ?? words(state);
}

/** A block without an operation yet; what it says is said in words beside it. */
function block() {
  return element('span', { class: 'block', 'aria-hidden': 'true' });
}

function updateBlock(target, operation) {
  dress(target, operation.lastFinished ? 'block last-finished' : 'block', operation.state);
  say(target, LETTERS[operation.state] ?? '?');
  const called = [operation.operation, operation.label && `'${operation.label}'`].filter(Boolean).join(' ');
  const name = called ? ` (${called})` : '';
  const attempt = operation.attempt > 1 ? `, attempt ${operation.attempt}` : '';
  mark(target, 'title', `${operation.id}${name}: ${stateName(operation.state)}${attempt}`);
}

function drawLegend() {
  byId('legend').append(
    ...Object.keys(LETTERS).map(state => {
      const sample = block();
      updateBlock(sample, { id: '', state });
      sample.removeAttribute('title');
      return element('li', {}, sample, stateName(state));
    }),
  );
}
