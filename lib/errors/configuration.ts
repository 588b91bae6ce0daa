import { oneLine } from './one-line.js';
import { SessionError } from './session-error.js';

/** One thing that is wrong in the configuration. Facts only: whoever fills `seen` has already taken out what may be a secret. */
export interface ConfigProblem {
  /** The YAML file it stands in, or `forRoot()`. Empty when whoever found it cannot know. */
  readonly file?: string;
  /** The path of the key as the reader wrote it: `session.cookie.same_site` in YAML, `cookie.sameSite` in `forRoot()`. */
  readonly key: string;
  /** What stands there: short JSON, or only type and length where it may be a secret. */
  readonly seen: string;
  /** What may stand there. */
  readonly wanted: string;
  /** What to write instead. */
  readonly fix: string;
}

const listedBy = new WeakMap<SessionError, readonly ConfigProblem[]>();

/**
 * Thrown at boot, before anything is opened. One error lists every problem, a line each, so that one restart is enough.
 *
 * @param cause the error behind a class that could not be loaded; empty for all else.
 */
export function invalidConfiguration(problems: readonly ConfigProblem[], cause?: unknown): SessionError {
  const error = new SessionError({
    code: 'CONFIG_INVALID',
    message: `The session configuration has ${counted(problems)}:\n${problems.map(line).join('\n')}\n`,
    fix: 'correct each line above; docs/configuration.md lists every option with its default.',
    cause,
  });
  listedBy.set(error, problems);
  return error;
}

/** The problems that a CONFIG_INVALID lists, so that they can join others in one error; empty for any other error. */
export const problemsOf = (error: unknown): readonly ConfigProblem[] | undefined =>
  error instanceof SessionError ? listedBy.get(error) : undefined;

const counted = ({ length }: readonly ConfigProblem[]): string =>
  length === 1 ? '1 problem' : `${length} problems`;

const line = ({ file, key, seen, wanted, fix }: ConfigProblem): string =>
  oneLine(`- ${file === undefined ? '' : `${file}: `}${key} is ${seen}, wanted ${wanted} → ${fix}`);
