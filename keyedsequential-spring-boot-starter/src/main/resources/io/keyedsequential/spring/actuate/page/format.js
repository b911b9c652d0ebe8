// What the answers say in the formats of JSON, said for people.

const numbers = new Intl.NumberFormat();

/** A whole number with separators. */
function count(value) {
  return numbers.format(value ?? 0);
}

/** 'one lane', '3 lanes'. */
function counted(value, one, many) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Seconds of a duration as Java prints it (PT1M2.5S), or as a number. */
function seconds(duration) {
  if (typeof duration === 'number') return duration;
  const parts = /^(-?)P(?:([\d.]+)D)?T?(?:(-?[\d.]+)H)?(?:(-?[\d.]+)M)?(?:(-?[\d.]+)S)?$/.exec(duration ?? '');
  if (!parts) return 0;
  const [days, hours, minutes, rest] = parts.slice(2).map(part => Number(part ?? 0));
  return (parts[1] ? -1 : 1) * (((days * 24 + hours) * 60 + minutes) * 60 + rest);
}

/** A duration in at most two units. */
function time(duration) {
  const all = seconds(duration);
  if (all < 1) return `${Math.round(all * 1000)} ms`;
  if (all < 60) return `${all.toFixed(1)} s`;
  const whole = Math.floor(all);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor(whole / 60) % 60} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor(whole / 3600) % 24} h`;
}

/** The time of day of a Date, or of an instant as it stands in an answer (seconds, or ISO). */
function clock(instant) {
  if (instant === undefined || instant === null) return '';
  const date = instant instanceof Date ? instant : new Date(typeof instant === 'number' ? instant * 1000 : instant);
  return date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
}

/** A rate per second. */
function perSecond(value) {
  return value >= 10 ? count(Math.round(value)) : value.toFixed(1);
}

/** BACKING_OFF as 'backing off'. */
function words(constant) {
  return String(constant ?? '').toLowerCase().replaceAll('_', ' ');
}

/** BACKING_OFF as 'is-backing-off'. */
function classOf(constant) {
  return `is-${String(constant ?? 'unknown').toLowerCase().replaceAll('_', '-')}`;
}

/** The last part of a class's name. */
function simpleName(type) {
  return String(type).split('.').pop();
}
