// What an operator may tell the server to do. A verb that loses something says what, and asks first.

/**
 * Whether the server takes verbs from this reader, as its last answer said. In a frame of another page none is shown.
 */
let writable = false;

function mayWrite(answer) {
  writable = answer === true && window.top === window.self;
}

/** A button that does something, or asks first. */
function verbButton(label, act, destructive = false) {
  return element('button', { type: 'button', class: destructive ? 'destructive' : undefined, click: act }, label);
}

/** Tells the server, and says what came of it for whom, where screen readers hear it. */
async function tell(path, whom, body) {
  announce('');
  try {
    const answer = await post(path, body);
    announce(`${whom}: ${answer.result}.`);
  } catch (refusal) {
    announce(`Not done: ${refusal.message}.`);
  }
  poll();
}

let forgetting = 0;

/** Says what came of something, for a while. */
function announce(text) {
  clearTimeout(forgetting);
  byId('result').textContent = text;
  if (text) forgetting = setTimeout(() => announce(''), 12000);
}

/** Asks, and acts if the answer is yes. Enter answers no unless the reader moves to the other button. */
function question({ title, text, yes, act, limit, destructive = limit === undefined }) {
  const dialog = byId('question');
  byId('error-field').hidden = true;
  byId('question-list').hidden = true;
  byId('question-yes').disabled = false;
  say(byId('question-title'), title);
  say(byId('question-text'), text);
  say(byId('question-yes'), yes);
  byId('question-yes').className = destructive ? 'destructive' : '';
  byId('limit-field').hidden = limit === undefined;
  byId('limit').required = limit !== undefined;
  if (limit !== undefined) byId('limit').value = limit;
  byId('question-form').onsubmit = event => {
    event.preventDefault();
    dialog.close();
    act(byId('limit').valueAsNumber);
  };
  dialog.showModal();
  (limit === undefined ? byId('question-no') : byId('limit')).focus();
}

byId('question-no').addEventListener('click', () => byId('question').close());
