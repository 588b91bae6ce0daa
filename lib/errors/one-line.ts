/** More of a key is shown in no message. */
const MAX_SHOWN = 100;

/** A text that somebody else chose may hold a line break or a terminal's escape; it must not forge a line of its own. */
export const oneLine = (text: string): string =>
  text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A key, or a path of keys, as a message quotes it. A client may have chosen it: it can neither break the line of a log nor flood it. */
export const quotedKey = (key: string): string =>
  oneLine(JSON.stringify(key.length > MAX_SHOWN ? `${key.slice(0, MAX_SHOWN)}…` : key));
