/** A TypeScript module that a page of the docs shows, in one block or in several. */
export interface DocModule {
  /** Where it is written for the check, relative to the folder of all modules: `docs/session.md/line-12.ts`. */
  readonly path: string;
  /** Its text, each line at the number that it has in the page, so that the compiler's line is the page's line. */
  readonly text: string;
}

const FENCE = /^\s*(?:\* ?)?```(.*)$/;

/**
 * The modules shown by the `ts` blocks of a page, or of the docstrings of a source file.
 *
 * Each block is a module of its own. `// file: name.ts` on its first line gives it a name by which other blocks of the page may
 * import it; ` ```ts continued ` appends it to the block before.
 */
export function tsBlocks(page: string, text: string): DocModule[] {
  const modules: DocModule[] = [];
  for (const { info, line, lines } of fences(text)) {
    const [language, ...marks] = info.trim().split(/\s+/);
    if (language !== 'ts' && language !== 'typescript') continue;
    const before = marks.includes('continued') ? modules.pop() : undefined;
    const name = /^\/\/ file: (\S+)$/.exec(lines[0] ?? '')?.[1] ?? `line-${line}.ts`;
    modules.push({
      path: before?.path ?? `${page}/${name}`,
      text: padTo(line, before?.text) + lines.join('\n'),
    });
  }
  return modules;
}

interface Fence {
  readonly info: string;
  /** The number of the first line inside, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

function fences(text: string): Fence[] {
  const found: Fence[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const info = FENCE.exec(line)?.[1];
    if (info === undefined)
      open?.lines.push(line.replace(/^\s*\* ?/, (star) => (inDocstring(line) ? '' : star)));
    else if (open) found.push(open);
    open = info === undefined ? open : open ? undefined : { info, line: index + 2, lines: [] };
  }
  return found;
}

/** A line of a docstring starts with an asterisk; in a page that is a list, which no `ts` block holds. */
const inDocstring = (line: string): boolean => /^\s+\*( |$)/.test(line);

const padTo = (line: number, before = ''): string => before + '\n'.repeat(line - before.split('\n').length);
