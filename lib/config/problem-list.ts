import { type ConfigProblem, invalidConfiguration, problemsOf } from '../errors/configuration.js';

/** Gathers what is wrong, from parts that return problems and from parts that throw them, into one error. */
export class ProblemList {
  readonly #problems: ConfigProblem[] = [];
  #cause: unknown;

  /** @param cause the error behind them; the first one stays. */
  add(problems: readonly ConfigProblem[], cause?: unknown): void {
    this.#problems.push(...problems);
    this.#cause ??= cause;
  }

  /** Runs a task; what it throws as CONFIG_INVALID joins the list and answers `undefined`. Any other error goes on. */
  async attempt<T>(task: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      const problems = problemsOf(error);
      if (!problems) throw error;
      this.add(problems, (error as Error).cause);
      return undefined;
    }
  }

  /** Of every problem, as it was reported. */
  get keys(): readonly string[] {
    return this.#problems.map(({ key }) => key);
  }

  /** @throws SessionError CONFIG_INVALID unless the list is empty. */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw invalidConfiguration(this.#problems, this.#cause);
  }
}
