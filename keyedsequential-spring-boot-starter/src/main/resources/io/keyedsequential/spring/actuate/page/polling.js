// One request at a time, at the reader's pace; none while the page is hidden; ever fewer while the server does
// not answer.

const LONGEST_PAUSE = 30;
const polling = { every: 2, frozen: false, busy: false, again: false, timer: 0, dueAt: 0, failures: 0, seenAt: null, lostAt: null };

/** Asks now, or as soon as the request under way is answered. */
async function poll() {
  clearTimeout(polling.timer);
  if (polling.busy) {
    polling.again = true;
    return;
  }
  polling.busy = true;
  try {
    await refresh();
    polling.failures = 0;
    polling.lostAt = null;
    polling.seenAt = new Date();
    delete polling.reason;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) console.error(refusal);
    polling.failures++;
    polling.lostAt ??= new Date();
    polling.reason = refusal.message;
  }
  polling.busy = false;
  if (polling.again) {
    polling.again = false;
    poll();
  } else {
    schedule();
  }
}

function schedule() {
  clearTimeout(polling.timer);
  polling.dueAt = 0;
  if (!polling.frozen && !document.hidden) {
    const pause = polling.failures ? Math.min(LONGEST_PAUSE, 2 ** polling.failures) : polling.every;
    polling.dueAt = Date.now() + pause * 1000;
    polling.timer = setTimeout(poll, pause * 1000);
  }
  drawConnection();
}

/** The status is read out, so that it changes only when something has changed; the clock beside it is not. */
function drawConnection() {
  const lost = polling.lostAt !== null;
  document.body.classList.toggle('lost', lost);
  byId('lamp').className = lost ? 'lamp lost' : polling.dueAt ? 'lamp' : 'lamp held';
  if (lost) {
    say(
      byId('status'),
      `Lost the server since ${clock(polling.lostAt)}: ${polling.reason}. ${
        polling.seenAt ? `What you see is as of ${clock(polling.seenAt)}.` : 'There is nothing to see yet.'
      }`,
    );
  } else {
    say(byId('status'), polling.frozen ? 'Frozen' : document.hidden ? 'Resting while this tab is hidden' : 'Live');
  }
  drawClock();
  for (const button of document.querySelectorAll('.columns .verbs button, .operations button')) button.disabled = lost;
}

function drawClock() {
  const until = polling.dueAt ? Math.max(0, Math.ceil((polling.dueAt - Date.now()) / 1000)) : 0;
  if (polling.lostAt) say(byId('clock'), until ? `Trying again in ${until} s.` : '');
  else say(byId('clock'), polling.seenAt ? `as of ${clock(polling.seenAt)}` : '');
}

setInterval(() => polling.lostAt && drawClock(), 500);

document.addEventListener('visibilitychange', () => (document.hidden || polling.frozen ? schedule() : poll()));

byId('pace').addEventListener('change', event => {
  polling.every = Number(event.target.value);
  schedule();
});

byId('hold').addEventListener('click', event => {
  polling.frozen = !polling.frozen;
  event.currentTarget.setAttribute('aria-pressed', String(polling.frozen));
  if (polling.frozen) schedule();
  else poll();
});
