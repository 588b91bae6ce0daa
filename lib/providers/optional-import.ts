const NOT_FOUND = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_UNKNOWN_BUILTIN_MODULE']);

/**
 * Loads an optional package when a provider needs it; answers `undefined` when it is not installed, or when this Node does not have
 * the built-in module. A package that is there and fails to load rejects with its own error.
 */
export async function importOptional(name: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  } catch (error) {
    if (isMissing(error, name)) return undefined;
    throw error;
  }
}

/** Whether the package itself was not found, and not another one that it needs. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const told = String(message);
  return NOT_FOUND.has(String(code)) && (told.includes(`'${name}'`) || told.endsWith(` ${name}`));
}
