// What has been seen of each atom, for the small curves: the last hour as the server remembers it, and since its last sample what
// the polls of this page have seen. A server that remembers nothing leaves the polls alone.

const HOUR = 3600;
const POLLED = 180;
const SAMPLES = 400;
const HISTORY_EVERY = 15000;
const WIDTH = 240;
const histories = new Map();
const remembered = { at: -Infinity, byAtom: new Map() };

/** Whether it is time to ask the server for the last hour again. */
function historyIsDue(now) {
  return now - remembered.at >= HISTORY_EVERY;
}

/** Takes in what the server remembers, whose clock may differ from this one's. */
function recall(history, now) {
  remembered.at = now;
  remembered.byAtom = new Map(Object.entries(history ?? {}).map(([name, hour]) => [name, samplesOf(hour, now)]));
}

function samplesOf(hour, now) {
  const first = now - (Date.parse(hour.asOf) - Date.parse(hour.from));
  return hour.seconds.map((second, i) => {
    const elapsed = i ? second - hour.seconds[i - 1] : 0;
    return {
      at: first + second * 1000,
      queued: hour.queued[i],
      oldestWait: hour.oldestWait[i] / 1000,
      completedRate: elapsed > 0 ? hour.completed[i] / elapsed : 0,
      failedRate: elapsed > 0 ? hour.failed[i] / elapsed : 0,
    };
  });
}

/** Remembers the counts of an atom. */
function remember(name, summary, now) {
  const { counts } = summary;
  let seen = histories.get(name);
  const last = seen?.at(-1);
  // Counts that went back are those of another process.
  if (!last || counts.completed < last.completed) {
    seen = [];
    histories.set(name, seen);
  }
  const elapsed = last ? (now - last.at) / 1000 : 0;
  const before = remembered.byAtom.get(name)?.at(-1); // the first poll has no rate of its own
  seen.push({
    at: now,
    queued: counts.queued,
    oldestWait: seconds(summary.oldestWait),
    completed: counts.completed,
    failed: counts.failed,
    completedRate: seen.length && elapsed > 0 ? (counts.completed - last.completed) / elapsed : before?.completedRate ?? 0,
    failedRate: seen.length && elapsed > 0 ? (counts.failed - last.failed) / elapsed : before?.failedRate ?? 0,
  });
  if (seen.length > SAMPLES) seen.shift();
}

/** What was seen of an atom, oldest first, and over how many seconds it is to be drawn: an hour, or less in a younger process. */
function historyOf(name) {
  const polled = histories.get(name) ?? [];
  const hour = remembered.byAtom.get(name);
  if (!hour) return { span: POLLED, samples: polled, sampled: false };
  const since = hour.at(-1)?.at ?? -Infinity;
  const samples = hour.concat(polled.filter(sample => sample.at > since));
  const age = samples.length ? (samples.at(-1).at - samples[0].at) / 1000 : 0;
  return { span: Math.min(HOUR, Math.max(POLLED, age)), samples, sampled: true };
}

const SVG = 'http://www.w3.org/2000/svg';

/** A curve; its numbers stand next to it as text, so that it says nothing to a screen reader. */
function spark() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} 30`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  for (const part of ['area', 'line']) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', part);
    svg.append(path);
  }
  return svg;
}

/** Draws what was seen over the time that it took, up to now at the right, against the greatest value. */
function draw(svg, { span, samples }, valueOf) {
  const now = samples.at(-1)?.at ?? 0;
  const drawn = samples.filter(sample => now - sample.at <= span * 1000);
  const top = Math.max(1e-9, ...drawn.map(valueOf));
  const placeOf = sample => (WIDTH * (1 - (now - sample.at) / (span * 1000))).toFixed(1);
  const points = drawn.map(sample => `${placeOf(sample)} ${(29 - (valueOf(sample) / top) * 27).toFixed(1)}`);
  const line = points.length > 1 ? `M${points.join('L')}` : '';
  svg.children[1].setAttribute('d', line);
  svg.children[0].setAttribute('d', line && `${line}L${WIDTH} 30L${placeOf(drawn[0])} 30Z`);
}
