import type { MaybePromise } from '../session-provider.js';

/** What `then` makes of an answer: at once where the answer is there, so that an embedded store still costs no turn of the event loop. */
export const after = <Answer, Result>(
  answer: MaybePromise<Answer>,
  then: (answer: Answer) => Result,
): MaybePromise<Result> => (isPending(answer) ? answer.then(then) : then(answer));

/** Also a promise of another library or realm. */
const isPending = <T>(answer: MaybePromise<T>): answer is Promise<T> =>
  typeof answer === 'object' && answer !== null && 'then' in answer && typeof answer.then === 'function';
