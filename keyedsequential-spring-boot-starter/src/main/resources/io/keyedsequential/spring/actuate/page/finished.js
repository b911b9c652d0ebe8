// What has failed and what has finished, as tables.

const FINISHED_ROWS = 50;

function drawFinished(atom) {
  const failed = atom.failed?.entries ?? [];
  byId('failed-section').hidden = failed.length === 0;
  say(byId('failed-count'), rowsOf(atom.failed));
  drawTable(byId('failed'), failed, ['', '', 'error', '', ''], operation => [
    nameOf(operation),
    laneLink(operation),
    errorText(operation.error),
    count(operation.attempt),
    clock(operation.finishedAt),
  ]);
  const recent = atom.recent?.entries ?? [];
  say(byId('recent-count'), rowsOf(atom.recent));
  // Closed, it shows nothing; then nothing needs to be drawn either.
  drawTable(byId('recent'), byId('recent-section').open ? recent : [], ['', '', '', '', '', ''], operation => [
    nameOf(operation),
    laneLink(operation),
    stateName(operation.state),
    time(operation.waitTime),
    time(operation.runTime),
    clock(operation.finishedAt),
  ]);
}

function rowsOf(list) {
  const rows = Math.min(list?.entries.length ?? 0, FINISHED_ROWS);
  return shownOf({ total: list?.total ?? 0, truncated: rows < (list?.total ?? 0) }, rows);
}

function drawTable(body, operations, classes, textsOf) {
  reconcile(
    body,
    operations.slice(0, FINISHED_ROWS),
    operation => operation.id,
    () => element('tr', {}, ...classes.map(name => element('td', { class: name || undefined }))),
    (row, operation) => textsOf(operation).forEach((cell, i) => drawCell(row.children[i], cell)),
  );
}

/** A text, a key that leads to its lane, or a column that is not needed. */
function drawCell(target, cell) {
  target.hidden = cell === null;
  if (cell === null) return;
  if (typeof cell === 'string') {
    say(target, cell);
    return;
  }
  let button = target.firstElementChild;
  if (!button) {
    button = element('button', { type: 'button', class: 'link', click: event => choose({ lane: event.currentTarget.lane }) });
    target.replaceChildren(button);
  }
  button.lane = cell.lane;
  say(button, cell.text);
}

/** The key of an operation, which leads to its lane. */
function laneLink(operation) {
  return operation.handle ? { text: operation.key, lane: operation.handle } : operation.key;
}

/** Who has done what, newest first. */
function drawActions(atom) {
  const actions = atom.actions?.entries ?? [];
  byId('actions-section').hidden = actions.length === 0;
  say(byId('actions-count'), shownOf(atom.actions, actions.length));
  reconcile(
    byId('actions'),
    byId('actions-section').open ? actions : [],
    action => `${action.at} ${action.action} ${action.handle ?? ''}`,
    () => element('tr', {}, ...['', '', '', '', 'error'].map(name => element('td', { class: name || undefined }))),
    (row, action) =>
      [
        clock(action.at),
        action.by ?? 'unknown',
        words(action.action.replaceAll('-', '_')),
        action.handle ? { text: action.key, lane: action.handle } : '',
        `${action.carriedOut ? '' : 'Refused: '}${action.result}`,
      ].forEach((cell, i) => drawCell(row.children[i], cell)),
  );
}

function nameOf(operation) {
  const name = operation.operation ? `${operation.id} ${operation.operation}` : String(operation.id);
  return operation.label ? `${name} '${operation.label}'` : name;
}

function errorText(error) {
  if (!error) return '';
  return error.message ? `${simpleName(error.type)}: ${error.message}` : simpleName(error.type);
}
