/** How express-session tells that something is done. */
export type ExpressCallback = (error?: unknown) => void;

/**
 * Tells a callback how a task ended. On a stack of its own, where an error of the callback is the app's, as with express-session, and
 * never taken for one of the task.
 */
export function tell(task: Promise<unknown>, callback: ExpressCallback): void {
  task.then(
    () => process.nextTick(callback),
    (error: unknown) => process.nextTick(callback, error),
  );
}
