import * as v from 'valibot';
import { formatByteSize, parseByteSize } from '../providers/byte-size.js';
import { HiddenSecrets } from '../credentials/hidden-secrets.js';
import { formatDuration, parseDuration } from '../providers/duration.js';
import { isMap } from './yaml-document.js';

/** What an option may hold, in the two places where it may stand. Both schemas answer the same: milliseconds, bytes, names. */
export interface OptionKind {
  /** As the docs and the errors say it. */
  readonly wanted: string;
  readonly yaml: v.GenericSchema;
  /** In `forRoot()`, which may hold what YAML has no words for. */
  readonly inline: v.GenericSchema;
  /** What the text of an environment variable stands for where a text is not what is wanted. */
  readonly fromText?: (text: string) => unknown;
  /** The fix for a value that looks right and is not, in YAML. */
  readonly pitfall?: (value: unknown) => string | undefined;
}

const both = (wanted: string, schema: v.GenericSchema): OptionKind => ({
  wanted,
  yaml: schema,
  inline: schema,
});

const filled: v.GenericSchema = v.pipe(v.string(), v.nonEmpty());

export const text = (wanted: string): OptionKind => both(wanted, filled);

export const oneOf = (answers: readonly string[]): OptionKind =>
  both(answers.join(' | '), v.picklist(answers));

const TRUTHS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

const WORDS: readonly (readonly [word: RegExp, fix: string])[] = [
  [/^(?:yes|on|y|true)$/i, 'write true; YAML 1.2 reads this as a text'],
  [/^(?:no|off|n|false)$/i, 'write false; YAML 1.2 reads this as a text'],
];

const flagOf = (wanted: string, schema: v.GenericSchema): OptionKind => ({
  ...both(wanted, schema),
  fromText: (given) => TRUTHS.get(given) ?? given,
  pitfall: (value) => (typeof value === 'string' ? WORDS.find(([word]) => word.test(value))?.[1] : undefined),
});

export const flag: OptionKind = flagOf('true | false', v.boolean());

export const flagOrAuto: OptionKind = flagOf(
  'true | false | auto',
  v.union([v.boolean(), v.literal('auto')]),
);

/** Whole milliseconds from `least` to `most`. A bare number in YAML is refused: nobody can see whether it means seconds. */
export function duration(least: number, most: number): OptionKind {
  const inRange = within(least, most);
  const yaml = v.pipe(
    v.string(),
    v.transform((given): unknown => parseDuration(given)),
    inRange,
  );
  const range = `${formatDuration(least)} to ${formatDuration(most)}`;
  return {
    wanted: `a duration with its unit, ${range}`,
    yaml,
    inline: v.union([inRange, yaml]),
    pitfall: (value) => (typeof value === 'number' ? 'write a unit, such as 30m' : undefined),
  };
}

/** As {@link duration}, or `off`, which answers 0. */
export function durationOrOff(least: number, most: number): OptionKind {
  const kind = duration(least, most);
  const off = v.pipe(
    v.literal('off'),
    v.transform(() => 0),
  );
  return {
    ...kind,
    wanted: `off, or ${kind.wanted}`,
    yaml: v.union([off, kind.yaml]),
    inline: v.union([off, kind.inline]),
  };
}

/** Bytes from `least` to `most`. */
export const size = (least: number, most: number): OptionKind =>
  both(
    `a size, ${formatByteSize(least)} to ${formatByteSize(most)}`,
    v.pipe(v.unknown(), v.transform(parseByteSize), within(least, most)),
  );

export const count = (least: number, most: number): OptionKind => ({
  ...both(`a whole number, ${least} to ${most}`, within(least, most)),
  fromText: (given) => (/^\d{1,15}$/.test(given) ? Number(given) : given),
});

const within = (least: number, most: number): v.GenericSchema =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));

/** Comes to {@link HiddenSecrets}, so that nobody sees one in the settings. Whether they are good enough, a check says that knows them. */
export const secretList: OptionKind = both(
  'a list of secrets',
  v.pipe(
    v.custom<unknown[]>(Array.isArray),
    v.transform((secrets) => new HiddenSecrets(secrets)),
  ),
);

/**
 * Secrets that another library signed with: of any strength, because they only check what is out there, and hidden like all
 * secrets.
 */
export const formerSecrets: OptionKind = both(
  'a list of at least one secret',
  v.pipe(
    v.custom<string[]>((list) => Array.isArray(list) && list.length > 0 && list.every(isFilled)),
    v.transform((secrets) => new HiddenSecrets(secrets)),
  ),
);

const isFilled = (secret: unknown): boolean => typeof secret === 'string' && secret !== '';

const CODEC_NAMES = v.picklist(['json', 'devalue']);

/** A codec by its name; in `forRoot()` also one of the app's own, under a name of its own. */
export const codec: OptionKind = {
  wanted: 'json | devalue, or in forRoot() an object with name, carries, stringify and parse',
  yaml: CODEC_NAMES,
  inline: v.union([CODEC_NAMES, v.custom(isCodec)]),
};

/** The name is what tells the records of one codec from those of another. */
function isCodec(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, carries, stringify, parse } = value as Record<string, unknown>;
  const isFreeName = typeof name === 'string' && /^[a-z0-9-]{1,32}$/.test(name) && !v.is(CODEC_NAMES, name);
  return isFreeName && [carries, stringify, parse].every((method) => typeof method === 'function');
}

/** Given as it is to the constructor of a class, so the class says what belongs into it. */
export const freeForm: OptionKind = {
  wanted: 'a map, as the class wants it',
  // YAML reads a key with nothing but comments below it as null.
  yaml: v.pipe(
    v.nullable(v.custom(isMap)),
    v.transform((map) => map ?? {}),
  ),
  inline: v.custom(isMap),
};

export const CLASS_REFERENCE =
  'module:ClassName of a built-in, of a package of the application, or of ./path/file below the YAML file';

/** A class by its name in YAML; in `forRoot()` the class itself as well. */
export const classOnly: OptionKind = {
  wanted: CLASS_REFERENCE,
  yaml: filled,
  inline: v.union([filled, v.function()]),
};

/** {@link classOnly}, or in `forRoot()` an object that is ready to work. */
export const classOrObject: OptionKind = {
  ...classOnly,
  inline: v.union([filled, v.function(), v.custom(isMap)]),
};
