// What one instance takes of partitioned logs, and what its partitions wait for.

const PARTITION_CELLS = ['topic', 'number', 'number', 'window', 'number', 'number', 'number', 'number'];

function drawPartitions(atom) {
  const section = atom.partitions;
  byId('partitions-section').hidden = !section;
  if (!section) return;
  const entries = section.partitions.entries;
  say(byId('partitions-count'), partitionsText(section, entries.length));
  say(byId('partitions-instance'), `of instance ${section.instance} only; others have others`);
  byId('partitions-scroller').hidden = entries.length === 0;
  drawReasons(byId('partitions-paused'), entries.filter(each => each.paused), each => each.why);
  const several = section.sources.length > 1;
  reconcile(
    byId('partitions'),
    entries,
    each => `${each.source} ${each.topic} ${each.partition}`,
    () => element('tr', {}, ...PARTITION_CELLS.map(name => element(name === 'topic' ? 'th' : 'td', name === 'topic' ? { scope: 'row' } : { class: name }))),
    (row, each) => {
      row.classList.toggle('is-full', each.paused);
      mark(row, 'title', each.why);
      const [name, watermark, lag, fill, heldBack, replays, deadLetters, skipped] = row.children;
      say(name, `${each.topic} ${each.partition}${several ? ` (${each.source})` : ''}`);
      say(watermark, each.watermark === undefined ? 'nothing yet' : count(each.watermark));
      say(lag, each.lag === undefined ? 'unknown' : count(each.lag));
      drawFill(fill, each);
      say(heldBack, count(each.heldBack));
      say(replays, count(each.replays));
      say(deadLetters, count(each.deadLetters));
      say(skipped, count(each.skipped));
    },
  );
}

function partitionsText({ sources, paused, lag, partitions }, shownHere) {
  if (partitions.total === 0) return `none is assigned to ${sources.join(', ')}`;
  const parts = [shownOf(partitions, shownHere), `lag ${count(lag)}`];
  if (paused) parts.splice(1, 0, `${count(paused)} paused`);
  return parts.join(', ');
}

/** How much of the window is in use: a bar, and the number beside it. */
function drawFill(cell, { taken, window: most, paused }) {
  let [bar, text] = cell.children;
  if (!bar) {
    bar = element('meter', { min: 0, 'aria-hidden': 'true' });
    text = element('span');
    cell.append(bar, text);
  }
  mark(bar, 'max', most);
  mark(bar, 'high', most - 1);
  mark(bar, 'value', taken);
  say(text, `${count(taken)} of ${count(most)}${paused ? ', paused' : ''}`);
}

/** Where records of the lane's key are, and what their partitions wait for. */
function drawKeyInPartitions(lane) {
  drawReasons(
    byId('key-partitions'),
    lane?.partitions ?? [],
    each => `${counted(each.records, 'record', 'records')} of this key from offset ${count(each.offset)} on: ${each.why}.`,
  );
}

function drawReasons(list, partitions, text) {
  list.hidden = partitions.length === 0;
  reconcile(
    list,
    partitions,
    each => `${each.source} ${each.topic} ${each.partition}`,
    () => element('li'),
    (item, each) => say(item, text(each)),
  );
}
