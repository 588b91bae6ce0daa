/**
 * Carries values that JSON does not, such as dates and maps: `session.codec`.
 *
 * Only a value that holds such a part goes through it; any other is written as JSON. So turning a codec on changes nothing in the
 * records of before, and costs nothing where it is not needed.
 */
export interface ValueCodec {
  /** Stands before each text that it wrote, so that no other codec ever reads it. 1 to 32 of a–z, 0–9 and `-`; a new format needs a new name. */
  readonly name: string;
  /**
   * Whether it carries a part of a value that JSON does not: a bigint, `NaN`, an instance of a class. What it does not carry is refused
   * where it is set. Parts of arrays, plain objects, maps and sets are asked for one by one; any other object is taken as a whole.
   */
  carries(part: unknown): boolean;
  /** The text of a value, in any characters. Equal values have equal texts: that is how a change in place is seen. May throw. */
  stringify(value: unknown): string;
  /** A new value each time. May throw: the key counts as missing then, with the event `corrupt-record`. */
  parse(text: string): unknown;
}

/** What no line of a record may hold: a line feed would end it, and stores keep no lone surrogate. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;

/** No JSON begins like this. */
export const CODEC_MARK = '~';

/** The line of a value that a codec wrote: `~name text`, or `~name"JSON of the text"` where the text itself is unfit for a line. */
export function codedLine(codec: ValueCodec, value: unknown): string {
  const text = codec.stringify(value);
  return `${CODEC_MARK}${codec.name}${UNFIT.test(text) ? JSON.stringify(text) : ` ${text}`}`;
}

/**
 * The value of a line that a codec wrote.
 *
 * @throws whatever the codec throws, and SyntaxError for a line of another codec
 */
export function valueOfLine(codec: ValueCodec, line: string): unknown {
  const start = CODEC_MARK.length + codec.name.length;
  if (line.startsWith(codec.name, CODEC_MARK.length)) {
    if (line[start] === ' ') return codec.parse(line.slice(start + 1));
    if (line[start] === '"') return codec.parse(JSON.parse(line.slice(start)) as string);
  }
  throw new SyntaxError('Another codec wrote the value.');
}
