import { SourceLexer, type Token } from './source-lexer.js';

/** What stands at one place of a parameter list. */
export type Parameter =
  { readonly kind: 'name'; readonly name: string } | { readonly kind: 'pattern' } | { readonly kind: 'rest' };

/**
 * The parameter at `index` in the source of a function, method, accessor or arrow function, as
 * `Function.prototype.toString` prints it; `undefined` when the list ends before.
 */
export function parameterAt(source: string, index: number): Parameter | undefined {
  const lexer = new SourceLexer(source);
  const bare = enterList(lexer);
  if (bare) return index === 0 ? parameterOf(bare) : undefined;
  for (let skipped = 0; skipped < index; skipped += 1) if (!skipParameter(lexer)) return undefined;
  return parameterOf(lexer.next());
}

/** Reads up to the first parameter, past name, modifiers and computed name. Answers the `x` of `x => …`, which has no list. */
function enterList(lexer: SourceLexer): Token | undefined {
  let previous: Token | undefined;
  for (let token = lexer.next(); token; token = lexer.next()) {
    if (token.text === '(' && lexer.depth === 1) return undefined;
    if (token.text === '=>' && lexer.depth === 0) return previous;
    previous = token;
  }
  return undefined;
}

/** Reads past the next comma between parameters. Answers whether there was one. */
function skipParameter(lexer: SourceLexer): boolean {
  for (let token = lexer.next(); token && lexer.depth > 0; token = lexer.next()) {
    if (token.text === ',' && lexer.depth === 1) return true;
  }
  return false;
}

function parameterOf(token: Token | undefined): Parameter | undefined {
  if (token?.kind === 'word') return { kind: 'name', name: decodeEscapes(token.text) };
  if (token?.text === '{' || token?.text === '[') return { kind: 'pattern' };
  return token?.text === '...' ? { kind: 'rest' } : undefined;
}

/** Some bundlers write every character beyond ASCII as `\uXXXX` or `\u{X…}`. */
const decodeEscapes = (word: string): string =>
  word.replace(/\\u(?:\{([\da-fA-F]+)\}|([\da-fA-F]{4}))/g, (_, braced: string | undefined, plain: string) =>
    String.fromCodePoint(parseInt(braced ?? plain, 16)),
  );
