// The page is changed in place: an element lives as long as what it stands for. Whatever comes from the server gets in as
// text, never as markup.

const byId = id => document.getElementById(id);

/** A new element with attributes and children; strings become text. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/** Says something, unless it is said already: a changed text is read out and drawn anew. */
function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Sets an attribute, or removes it. */
function mark(target, name, value) {
  if (value === undefined || value === null || value === false) target.removeAttribute(name);
  else if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value);
}

/** The class of an element whose state changes. */
function dress(target, base, constant) {
  const wanted = `${base} ${classOf(constant)}`;
  if (target.className !== wanted) target.className = wanted;
}

/**
 * Makes the children of an element stand for these entries, in this order. A child is kept for the entry of the same name;
 * only those that are out of order are moved, so that the one that has the focus mostly stays where it is.
 */
function reconcile(parent, entries, nameOf, make, update) {
  const present = new Map();
  for (const child of parent.children) present.set(child.dataset.name, child);
  const wanted = new Set(entries.map(entry => String(nameOf(entry))));
  for (const [name, child] of present) {
    if (!wanted.has(name)) child.remove();
  }
  let next = parent.firstElementChild;
  for (const entry of entries) {
    const name = String(nameOf(entry));
    let child = present.get(name);
    if (!child) {
      child = make(entry);
      child.dataset.name = name;
      present.set(name, child);
    }
    if (child === next) next = next.nextElementSibling;
    else place(parent, child, next);
    update(child, entry);
  }
}

/** Moves an element without taking the focus from it. */
function place(parent, child, before) {
  if (child.isConnected && parent.moveBefore) {
    parent.moveBefore(child, before);
    return;
  }
  const focused = child.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(child, before);
  focused?.focus({ preventScroll: true });
}

const stillness = matchMedia('(prefers-reduced-motion: reduce)');
const MOVED_AT_MOST = 400;

/**
 * Changes the page and lets what changed its place slide there. All places are read before and after, not in between: the
 * browser computes the layout twice, however many rows there are.
 */
function smoothly(root, change) {
  if (stillness.matches || document.hidden) {
    change();
    return;
  }
  const before = new Map();
  for (const moving of root.querySelectorAll('.lane, .block')) before.set(moving, [moving.offsetLeft, moving.offsetTop]);
  change();
  const moved = [];
  for (const [moving, [left, top]] of before) {
    if (!moving.isConnected) continue;
    const x = left - moving.offsetLeft;
    const y = top - moving.offsetTop;
    if (x || y) moved.push([moving, x, y]);
  }
  if (moved.length > MOVED_AT_MOST) return;
  for (const [moving, x, y] of moved) {
    moving.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], { duration: 280, easing: 'ease-out' });
  }
}
