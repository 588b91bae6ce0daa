import type { Environment } from './environment.js';

/** A text with its variables filled in, or what kept it from being filled in. Names only: no value of a variable leaves by a fault. */
export type Interpolated =
  | { readonly text: string; readonly used: boolean }
  | { readonly missing: readonly string[] }
  | { readonly malformed: true };

/** `$${` · `${NAME}` · `${NAME:-default}` · any other `${`, which is a mistake. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$\{/g;

/**
 * Fills in `${NAME}` and `${NAME:-default}`, any number in one text. As in a shell, the default also stands in for an empty
 * variable. `$${` is a literal `${`. What a variable holds is not looked through again.
 */
export function interpolate(text: string, env: Environment): Interpolated {
  const missing: string[] = [];
  let malformed = false;
  let used = false;
  const filled = text.replace(REFERENCE, (found: string, name?: string, fallback?: string) => {
    if (found === '$${') return '${';
    used = true;
    malformed ||= name === undefined;
    if (name === undefined) return found;
    const value = valueOf(name, fallback, env);
    if (value === undefined) missing.push(name);
    return value ?? found;
  });
  if (malformed) return { malformed: true };
  return missing.length > 0 ? { missing } : { text: filled, used };
}

function valueOf(name: string, fallback: string | undefined, env: Environment): string | undefined {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return fallback === undefined ? value : value || fallback;
}
