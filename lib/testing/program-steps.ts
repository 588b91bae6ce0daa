import { Sessions } from '../session/sessions.js';
import type { Capability } from './laws/law.js';
import type { ModelOutcome } from './model.js';
import type { ModelRequest } from './model-request.js';
import type { ModelTimeouts } from './model-state.js';
import type { OpenRequest } from './open-request.js';
import type { Step } from './programs.js';

/** A step inside a request, as the library does it and as the model does. */
export interface RequestStep {
  /** Without it the step is left out. */
  readonly needs?: Capability;
  real(request: OpenRequest, step: Step): Promise<unknown>;
  model(request: ModelRequest, step: Step): ModelOutcome;
}

export type StepName =
  | 'open'
  | 'wait'
  | 'set'
  | 'delete'
  | 'mutate'
  | 'clear'
  | 'save'
  | 'finish'
  | 'increment'
  | 'update'
  | 'transaction'
  | 'regenerate'
  | 'invalidate'
  | 'reload'
  | 'rotate'
  | 'login'
  | 'logout'
  | 'setTimeouts'
  | 'revokeAll'
  | 'revokeOthers'
  | 'revokeEverything';

const KEYS = ['a', 'b', 'list', '__proto__', '', '7'];
const VALUES: readonly unknown[] = [null, '', 0, 1, false, [], {}, [1, [2]], { deep: { er: null } }, 'ż\n"'];

const keyOf = ({ key }: Step): string => KEYS[key % KEYS.length] ?? 'a';

/** A new value each time: the session may change it in place. */
const valueOf = ({ value }: Step): unknown => JSON.parse(jsonOf(value));

const jsonOf = (value: number): string => JSON.stringify(VALUES[value % VALUES.length]);

const keepOf = ({ key, value }: Step): readonly string[] | 'all' =>
  value % 3 === 0 ? 'all' : KEYS.slice(0, key % KEYS.length);

const MINUTE_MS = 60_000;
const TIMEOUTS: readonly ModelTimeouts[] = [
  {},
  { idle: 5 * MINUTE_MS },
  { idle: 20 * MINUTE_MS },
  { absolute: 30 * MINUTE_MS },
  { absolute: 5 * MINUTE_MS },
  { idle: 20 * MINUTE_MS, absolute: 40 * MINUTE_MS },
];

const timeoutsOf = ({ value }: Step): ModelTimeouts => TIMEOUTS[value % TIMEOUTS.length] ?? {};

/** The principal of a step. A store may hold those of other programs. */
export const principalOf = ({ key, run = '' }: Step): string => `${key % 2 === 0 ? 'ada' : 'bob'}${run}`;

/** What every step does; `open` and `wait` happen outside of a request. */
export const STEPS: Readonly<Record<StepName, RequestStep | undefined>> = {
  open: undefined,
  wait: undefined,
  set: {
    // oxlint-disable-next-line typescript/require-await -- a throw is to become a rejection
    real: async ({ session }, step) => session.set(keyOf(step), valueOf(step)),
    model: ({ view }, step) => {
      view.set(keyOf(step), jsonOf(step.value));
      return 'done';
    },
  },
  delete: {
    // oxlint-disable-next-line typescript/require-await -- a throw is to become a rejection
    real: async ({ session }, step) => session.delete(keyOf(step)),
    model: ({ view }, step) => {
      view.delete(keyOf(step));
      return 'done';
    },
  },
  mutate: {
    // oxlint-disable-next-line typescript/require-await -- a throw is to become a rejection
    real: async ({ session }, step) => changed(session.get(keyOf(step)), step.value),
    model: ({ view }, step) => {
      const json = view.get(keyOf(step));
      if (json !== undefined) view.set(keyOf(step), JSON.stringify(changed(JSON.parse(json), step.value)));
      return 'done';
    },
  },
  clear: {
    // oxlint-disable-next-line typescript/require-await -- a throw is to become a rejection
    real: async ({ session }) => session.clear(),
    model: ({ view }) => {
      view.clear();
      return 'done';
    },
  },
  save: {
    real: ({ session }) => session.save(),
    model: (request) => request.save(),
  },
  finish: {
    real: (request) => request.finish(),
    model: (request) => request.save(),
  },
  increment: {
    real: ({ session }, step) => session.increment(keyOf(step), step.value),
    model: (request, step) =>
      request.transact((values) => {
        const current: unknown = JSON.parse(values.get(keyOf(step)) ?? '0');
        return typeof current === 'number'
          ? values.set(keyOf(step), JSON.stringify(current + step.value))
          : undefined;
      }),
  },
  update: {
    real: ({ session }, step) => session.update(keyOf(step), (current) => [current ?? null, step.value]),
    model: (request, step) =>
      request.transact((values) => {
        const current: unknown = JSON.parse(values.get(keyOf(step)) ?? 'null');
        return values.set(keyOf(step), JSON.stringify([current, step.value]));
      }),
  },
  transaction: {
    real: ({ session }, step) =>
      session.transaction((draft) => {
        if (draft.has('a')) draft.delete('a');
        else draft.set(keyOf(step), draft.size);
      }),
    model: (request, step) =>
      request.transact((values) => {
        if (!values.delete('a')) values.set(keyOf(step), String(values.size));
        return values;
      }),
  },
  regenerate: {
    real: ({ session }, step) => session.regenerate({ keep: keepOf(step) }),
    model: (request, step) => request.regenerate(keepOf(step)),
  },
  invalidate: {
    real: ({ session }) => session.invalidate(),
    model: (request) => request.invalidate(),
  },
  reload: {
    real: ({ session }) => session.reload(),
    model: (request) => request.reload(),
  },
  rotate: {
    real: ({ session }) => session.rotate(),
    model: (request) => request.rotate(),
  },
  login: {
    real: ({ session }, step) =>
      session.login(principalOf(step), { keep: keepOf(step), timeouts: timeoutsOf(step) }),
    model: (request, step) =>
      request.login({ principal: principalOf(step), keep: keepOf(step), timeouts: timeoutsOf(step) }),
  },
  logout: {
    real: ({ session }) => session.logout(),
    model: (request) => request.invalidate(),
  },
  setTimeouts: {
    real: ({ session }, step) => session.setTimeouts(timeoutsOf(step)),
    model: (request, step) => request.setTimeouts(timeoutsOf(step)),
  },
  revokeAll: {
    needs: 'principals',
    real: ({ manager }, step) => new Sessions(manager).revokeAll(principalOf(step)),
    model: ({ model }, step) => {
      for (const session of model.ownedBy(principalOf(step))) session.dead = true;
      return 'done';
    },
  },
  revokeOthers: {
    needs: 'principals',
    real: ({ manager, session }) => new Sessions(manager).revokeOthers(session),
    model: (request) => request.revokeOthers(),
  },
  revokeEverything: {
    needs: 'everything',
    real: ({ manager }) => new Sessions(manager).revokeEverything(),
    model: ({ model }) => {
      for (const session of model.sessions) session.dead = true;
      return 'done';
    },
  },
};

/** Changes an object in place; anything else stays as it is. */
function changed(value: unknown, by: number): unknown {
  if (Array.isArray(value)) value.push(by);
  else if (typeof value === 'object' && value !== null) Object.assign(value, { [`n${by}`]: by });
  return value;
}
