// Why a lane does not move: the sentence first, then what it is made of.

/** Draws the explanation of a lane, null for one that has emptied, or nothing. */
function drawExplanation(atomName, handle, lane) {
  const panel = byId('explanation');
  panel.hidden = handle === undefined;
  document.body.classList.toggle('explaining', handle !== undefined);
  if (handle === undefined) return;
  say(byId('lane-key'), lane?.key ?? shown.laneKey ?? handle);
  byId('lane-state').hidden = !lane;
  if (lane) drawState(byId('lane-state'), lane.state);
  say(byId('sentence'), lane ? lane.sentence : 'this lane is empty: nothing of its key waits or runs');
  drawKeyInPartitions(lane);
  drawFacts(lane);
  drawStack(lane?.stack ?? []);
  drawFailure(lane);
  drawOperations(atomName, handle, lane);
  drawLaneVerbs(atomName, handle, lane);
}

function drawFacts(lane) {
  const head = lane?.operation;
  const facts = !lane
    ? []
    : [
        ['Operation', head && nameOf(head)],
        ['Attempt', head && head.attempt > 0 && attemptText(head)],
        ['Age', head && time(lane.age)],
        ['Last error', head && errorText(head.error)],
        ['Instance', lane.instance],
        ['Thread', lane.thread],
        ['Instance', head?.instance],
        ['Trace', head?.trace, lane.traceUrl],
        ['Waits for', lane.waitsFor],
        ['Next attempt', lane.nextAttemptIn && `in ${time(lane.nextAttemptIn)}`],
        ['Queued', waitingIn(lane) ? `${count(lane.queued)}, the oldest operation waits ${time(lane.oldestWait)}` : 'nothing'],
      ];
  reconcile(
    byId('facts'),
    facts.filter(([, text]) => text).flatMap(([name, text, href]) => [{ tag: 'dt', name, text: name }, { tag: 'dd', name, text, href }]),
    part => `${part.tag} ${part.name} ${part.href ? 'link' : ''}`,
    part => element(part.tag, {}, ...(part.href ? [element('a', { target: '_blank', rel: 'noopener noreferrer' })] : [])),
    (child, part) => {
      say(part.href ? child.firstElementChild : child, part.text);
      if (part.href) mark(child.firstElementChild, 'href', webAddress(part.href));
    },
  );
}

/** An operator who retries an operation gives it all its attempts anew. */
function attemptText({ attempt, attempts }) {
  return attempts > attempt ? `${count(attempt)}, ${count(attempts)} in all` : count(attempt);
}

/** An address of the web, or none: whatever else there is does not become a link. */
function webAddress(text) {
  return /^https?:\/\//i.test(text) ? text : undefined;
}

/** What the operation has failed with, and when. */
function drawFailure(lane) {
  const stack = lane?.errorStack ?? [];
  byId('error-section').hidden = stack.length === 0;
  say(byId('error-stack'), stack.join('\n'));
  const attempts = lane?.attempts ?? [];
  byId('attempts-section').hidden = attempts.length === 0;
  say(byId('attempts-count'), attempts.length ? count(attempts.length) : '');
  reconcile(
    byId('attempts'),
    attempts,
    attempt => attempt.number,
    () => element('tr', {}, ...['', '', '', 'error'].map(name => element('td', { class: name || undefined }))),
    (row, attempt) =>
      [count(attempt.number), clock(attempt.startedAt), time(attempt.runTime), errorText(attempt.error)].forEach((text, i) =>
        say(row.children[i], text),
      ),
  );
}

function drawStack(frames) {
  byId('stack-section').hidden = frames.length === 0;
  say(byId('stack'), frames.map(frameText).join('\n'));
}

function frameText(frame) {
  if (typeof frame === 'string') return frame;
  const where = frame.fileName ? (frame.lineNumber > 0 ? `${frame.fileName}:${frame.lineNumber}` : frame.fileName) : 'unknown source';
  return `${frame.className}.${frame.methodName}(${where})`;
}

function drawOperations(atomName, handle, lane) {
  const operations = lane?.operations?.entries ?? [];
  say(byId('operations-count'), lane ? shownOf(lane.operations, operations.length) : '0');
  smoothly(byId('operations'), () =>
    reconcile(
      byId('operations'),
      operations,
      operation => operation.id,
      () => element('li', {}, block(), element('span'), element('span')),
      (item, operation) => {
        const [sign, text, place] = item.children;
        updateBlock(sign, operation);
        say(text, `${nameOf(operation)}, ${stateName(operation.state)}${sinceText(operation)}${placeText(operation)}`);
        drawVerbs(place, writable ? operationVerbs(atomName, operation) : []);
        for (const button of place.children) mark(button, 'aria-label', `${button.textContent} operation ${operation.id}`);
      },
    ),
  );
}

function operationVerbs(atomName, operation) {
  const verbs = [['Cancel', () => askCancel(atomName, operation), true]];
  if (isUnderWay(operation)) verbs.push(['Abandon', () => askAbandon(atomName, operation), true]);
  return verbs;
}

function isUnderWay(operation) {
  return ['RUNNING', 'AWAITING'].includes(operation.state);
}

function sinceText(operation) {
  switch (operation.state) {
    case 'RUNNING':
    case 'AWAITING':
      return operation.runTime === undefined ? '' : ` for ${time(operation.runTime)}`;
    case 'QUEUED':
      return operation.waitTime === undefined ? '' : ` for ${time(operation.waitTime)}`;
    default:
      return operation.attempt > 0 ? ` after attempt ${operation.attempt}` : '';
  }
}

/** Where it runs, if several instances share the engine. */
function placeText({ instance }) {
  return instance ? ` on ${instance}` : '';
}

function drawLaneVerbs(atomName, handle, lane) {
  const verbs = [];
  if (lane && writable) {
    const path = addressOf(atomName, handle);
    const key = lane.key;
    if (closesTheKey(lane.operation)) {
      verbs.push(
        ['Retry', () => tell(path, key, { action: 'retry' })],
        ['Skip', () => askSkip(path, lane), true],
      );
    }
    if (waitingIn(lane) > 0) verbs.push(['Purge', () => askPurge(path, lane), true]);
    verbs.push(
      lane.paused
        ? ['Resume', () => tell(path, key, { action: 'resume' })]
        : ['Pause', () => tell(path, key, { action: 'pause' })],
    );
  }
  drawVerbs(byId('lane-verbs'), verbs);
}

/** Whether this is an operation that has failed and keeps its key closed. */
function closesTheKey(operation) {
  return ['PARKED', 'BACKING_OFF'].includes(operation?.state);
}

function askSkip(path, lane) {
  const { id, error } = lane.operation;
  const behind = waitingIn(lane) - 1;
  question({
    title: `Skip operation ${id} of ${lane.key}?`,
    text: `It fails for good${error ? ` with ${errorText(error)}` : ''}, and callers that wait for it are told. ${
      behind > 0 ? `${counted(behind, 'operation behind it goes on', 'operations behind it go on')}.` : 'Nothing waits behind it.'
    }`,
    yes: 'Skip it',
    act: () => tell(path, lane.key, { action: 'skip' }),
  });
}

function askPurge(path, lane) {
  const waiting = waitingIn(lane);
  const ids = (lane.operations?.entries ?? [])
    .filter(operation => !['RUNNING', 'AWAITING'].includes(operation.state))
    .map(operation => operation.id);
  const named = ids.slice(0, 8);
  question({
    title: `Purge ${counted(waiting, 'operation', 'operations')} of ${lane.key}?`,
    text: `They are cancelled and never run: ${named.join(', ')}${
      waiting > named.length ? ` and ${count(waiting - named.length)} more` : ''
    }. What runs now ends normally.`,
    yes: 'Purge them',
    act: () => tell(path, lane.key, { action: 'purge' }),
  });
}

function askCancel(atomName, operation) {
  const runs = isUnderWay(operation);
  question({
    title: `Cancel operation ${nameOf(operation)}?`,
    text: runs
      ? 'It is interrupted while it runs; what it has done so far stays done.'
      : 'It is taken out and never runs. Those behind it move up.',
    yes: 'Cancel it',
    act: () => tell(addressOf(atomName), atomName, { action: 'cancel', operation: operation.id }),
  });
}

function askAbandon(atomName, operation) {
  question({
    title: `Abandon operation ${nameOf(operation)}?`,
    text: 'It fails, and its key goes on at once with the next operation. Its body may still run: then two of this key run at the same time. Abandon what cancelling does not end.',
    yes: 'Abandon it',
    act: () => tell(addressOf(atomName), atomName, { action: 'abandon', operation: operation.id }),
  });
}
