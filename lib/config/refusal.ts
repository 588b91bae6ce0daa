/** Why a class name does not lead to a class. An answer, not an error: whoever asked knows the key to blame. */
export class Refusal {
  /**
   * @param fix what is wrong and what to write instead; never the name itself, which may come from the environment.
   * @param cause what a module threw while it was loaded; empty otherwise.
   */
  constructor(
    readonly fix: string,
    readonly cause?: unknown,
  ) {}
}
