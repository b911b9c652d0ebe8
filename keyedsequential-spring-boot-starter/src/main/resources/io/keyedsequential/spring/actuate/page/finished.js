// What has failed and what has finished, as tables.

const FINISHED_ROWS = 50;

function drawFinished(atom) {
  const failed = atom.failed?.entries ?? [];
  byId('failed-section').hidden = failed.length === 0;
  say(byId('failed-count'), rowsOf(atom.failed));
  drawTable(byId('failed'), failed, ['', '', 'error', '', ''], operation => [
    nameOf(operation),
    operation.key,
    errorText(operation.error),
    count(operation.attempt),
    clock(operation.finishedAt),
  ]);
  const recent = atom.recent?.entries ?? [];
  say(byId('recent-count'), rowsOf(atom.recent));
  // Closed, it shows nothing; then nothing needs to be drawn either.
  drawTable(byId('recent'), byId('recent-section').open ? recent : [], ['', '', '', '', '', ''], operation => [
    nameOf(operation),
    operation.key,
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
    (row, operation) => textsOf(operation).forEach((text, i) => say(row.children[i], text)),
  );
}

function nameOf(operation) {
  return operation.operation ? `${operation.id} ${operation.operation}` : String(operation.id);
}

function errorText(error) {
  if (!error) return '';
  return error.message ? `${simpleName(error.type)}: ${error.message}` : simpleName(error.type);
}
