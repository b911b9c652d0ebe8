// What the polls have seen of each atom, for the small curves. It is kept by the page; the server keeps none.

const SAMPLES = 90;
const histories = new Map();

/** Remembers the counts of an atom. */
function remember(name, counts, now) {
  let seen = histories.get(name);
  const last = seen?.at(-1);
  // Counts that went back are those of another process.
  if (!last || counts.completed < last.completed) {
    seen = [];
    histories.set(name, seen);
  }
  const elapsed = last ? (now - last.at) / 1000 : 0;
  seen.push({
    at: now,
    queued: counts.queued,
    active: counts.active,
    completed: counts.completed,
    failed: counts.failed,
    completedRate: seen.length && elapsed > 0 ? (counts.completed - last.completed) / elapsed : 0,
    failedRate: seen.length && elapsed > 0 ? (counts.failed - last.failed) / elapsed : 0,
  });
  if (seen.length > SAMPLES) seen.shift();
}

/** What was seen of an atom, oldest first. */
function historyOf(name) {
  return histories.get(name) ?? [];
}

const SVG = 'http://www.w3.org/2000/svg';

/** A curve; its numbers stand next to it as text, so that it says nothing to a screen reader. */
function spark() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('viewBox', `0 0 ${SAMPLES - 1} 30`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  for (const part of ['area', 'line']) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', part);
    svg.append(path);
  }
  return svg;
}

/** Draws values, newest at the right, against a ceiling or the greatest of them. */
function draw(svg, values, ceiling) {
  const top = Math.max(ceiling ?? 0, ...values, 1);
  const first = SAMPLES - values.length;
  const points = values.map((value, i) => `${first + i} ${(29 - (value / top) * 27).toFixed(1)}`);
  const line = points.length > 1 ? `M${points.join('L')}` : '';
  svg.children[1].setAttribute('d', line);
  svg.children[0].setAttribute('d', line && `${line}L${SAMPLES - 1} 30L${first} 30Z`);
}
