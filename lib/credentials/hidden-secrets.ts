import type { ConfigProblem } from '../errors/configuration.js';
import { secretProblems } from './secret-list.js';

/** A list of secrets as settings carry it: whoever logs, inspects or serialises the settings sees none of them (law F5). */
export class HiddenSecrets {
  readonly #secrets: readonly unknown[];

  /** @param secrets as somebody wrote them. */
  constructor(secrets: readonly unknown[]) {
    this.#secrets = [...secrets];
  }

  /**
   * What keeps the list from being used: it is empty, or secrets in it are weak or doubled.
   *
   * @param path where the list stands, such as `session.encryption.keys`.
   */
  problems(path: string): readonly ConfigProblem[] {
    const dot = path.lastIndexOf('.');
    const [above, name] = [path.slice(0, dot), path.slice(dot + 1)];
    if (this.#secrets.length > 0) return secretProblems(this.#secrets, above, (index) => `${name}.${index}`);
    const fix = 'write one, or remove the option';
    return [{ key: path, seen: 'an empty list', wanted: 'at least one secret', fix }];
  }

  /** The secrets in their order, to be called only when there are no {@link problems}. */
  reveal(): readonly string[] {
    return this.#secrets.map(String);
  }
}
