import ts from 'typescript';
import type { DocModule } from './ts-blocks.js';

/**
 * Completes the block of a docstring, which is too short to carry its imports: a name that it uses and does not declare comes
 * from `prelude`, and members without a class around them get one. A block with an import of its own stays as it is.
 *
 * @param prelude the code that gives a name, by name.
 */
export function completed({ name, text }: DocModule, prelude: ReadonlyMap<string, string>): DocModule {
  if (/^import /m.test(text)) return { name, text };
  const given = [...prelude]
    .filter(([word]) => uses(text, word) && !declares(text, word))
    .map(([, code]) => code);
  return { name, text: `${given.join(' ')}${isMembers(text) ? inClass(text) : text}\nexport {};` };
}

const uses = (text: string, word: string): boolean => new RegExp(`\\b${word}\\b`).test(text);

const declares = (text: string, word: string): boolean =>
  new RegExp(`\\b(class|interface|type|const|let|function) ${word}\\b`).test(text);

const isMembers = (text: string): boolean => !parses(text) && parses(inClass(text));

/** The line above the first one is the docstring's own, so a class that opens there moves nothing. */
const inClass = (text: string): string => `${text.replace(/\n(?!\n)/, ' class Example {\n')}\n}`;

const parses = (text: string): boolean => {
  const compilerOptions = { experimentalDecorators: true, target: ts.ScriptTarget.ES2023 };
  return ts.transpileModule(text, { reportDiagnostics: true, compilerOptions }).diagnostics?.length === 0;
};
