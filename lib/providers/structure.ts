/** Which of `methods` an object lacks, in their order; all of them when it is no object. */
export function missingOf(object: unknown, methods: readonly string[]): readonly string[] {
  const has = (method: string): boolean =>
    typeof object === 'object' &&
    object !== null &&
    typeof (object as Record<string, unknown>)[method] === 'function';
  return methods.filter((method) => !has(method));
}

/** What to call an object in a message: its class, never its content. */
export function classNameOf(object: unknown): string {
  if (typeof object !== 'object' || object === null) return object === null ? 'null' : typeof object;
  const name: unknown = (object as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name : 'an object';
}
