import type { ConfigProblem } from '../errors/configuration.js';
import { checkedClass, type ClassScope, missingMethods, resolveClass } from './class-reference.js';
import { keyOf, shownIn } from './layer.js';
import { DEFAULTS, type MergedOptions } from './merged-options.js';
import { CLASS_REFERENCE } from './option-kind.js';
import { optionRow } from './option-table.js';
import type { ProblemList } from './problem-list.js';
import { Refusal } from './refusal.js';
import { seenValue } from './seen.js';
import type { SessionSettings } from './settings.js';

/** The options that hold a class. */
type ClassOption =
  'sessionProvider' | 'sessionType' | 'auth.credentialProvider' | 'migrateFrom.expressSession.store';

/** The methods that a class needs for each of its jobs. */
export type RequiredMethods = Readonly<Record<ClassOption, readonly string[]>>;

/** What the caller knows about classes, so that this folder need not know a provider. */
export interface ClassRules extends Pick<ClassScope, 'builtIns'> {
  readonly required: RequiredMethods;
}

type Options = Omit<SessionSettings, 'file' | 'environment' | 'directory'>;

/**
 * The merged options with classes in the place of names, and with the cookie's name, which is up to the class of the session.
 *
 * A class that cannot be had joins the problems; the built-in stands in for it, so that the other checks can go on.
 */
export async function withClasses(
  options: MergedOptions,
  scope: ClassScope & ClassRules,
  problems: ProblemList,
): Promise<Options> {
  const find = async (option: ClassOption): Promise<object | undefined> => {
    const found = await implementation(options.value(option), scope.required[option], scope);
    if (!(found instanceof Refusal)) return found;
    problems.add([refused(options, option, found)], found.cause);
    return scope.builtIns.get(String(DEFAULTS.values.get(option)));
  };
  const tree = options.tree() as unknown as Options;
  const former = tree.migrateFrom?.expressSession;
  const sessionType = await find('sessionType');
  return {
    ...tree,
    sessionProvider: await find('sessionProvider'),
    sessionType,
    cookie: { ...tree.cookie, name: tree.cookie.name ?? nameFrom(sessionType) },
    auth: { ...tree.auth, credentialProvider: await find('auth.credentialProvider') },
    ...(former?.store && {
      migrateFrom: { expressSession: { ...former, store: await find('migrateFrom.expressSession.store') } },
    }),
  } as Options;
}

/** An object is what `forRoot()` may hold in the place of a class. */
async function implementation(
  value: unknown,
  required: readonly string[],
  scope: ClassScope,
): Promise<object> {
  if (typeof value === 'string') return resolveClass(value, required, scope);
  if (typeof value === 'function') return checkedClass(value, required);
  return missingMethods(value as object, required) ?? (value as object);
}

function refused(options: MergedOptions, option: ClassOption, { fix }: Refusal): ConfigProblem {
  const origin = options.origin(option);
  const row = optionRow(option);
  const key = row ? keyOf(row, origin?.dialect ?? 'yaml') : option;
  const value = options.value(option);
  return {
    ...(origin && { file: origin.name }),
    key,
    seen: origin ? shownIn(origin, key, value) : seenValue(key, value),
    wanted: CLASS_REFERENCE,
    fix,
  };
}

const DEFAULT_COOKIE_NAME = 'serving_session';

/** A subclass of `Session` names its cookie by `static cookieName`, its own or inherited. */
const nameFrom = (type: object | undefined): string =>
  type && 'cookieName' in type && typeof type.cookieName === 'string' ? type.cookieName : DEFAULT_COOKIE_NAME;
