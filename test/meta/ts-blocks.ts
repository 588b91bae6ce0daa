/** A TypeScript module that a page of the docs shows, in one block or in several. */
export interface DocModule {
  /** What it is written as, below the folder of its page: the name that the block gives itself, or its line. */
  readonly name: string;
  /** Its text, each line at the number that it has in the page, so that the compiler's line is the page's line. */
  readonly text: string;
}

const FENCE = /^\s*(?:\* )?```(.*)$/;

/**
 * The modules shown by the `ts` blocks of a page, or of the docstrings of a source file.
 *
 * Each block is a module of its own. `// file: name.ts` on its first line gives it a name by which other blocks of the page may
 * import it; ` ```ts continued ` appends it to the block before.
 */
export function tsBlocks(text: string): DocModule[] {
  const modules: DocModule[] = [];
  for (const { info, line, lines } of fences(text)) {
    const [language, ...marks] = info.trim().split(/\s+/);
    if (language !== 'ts' && language !== 'typescript') continue;
    const before = marks.includes('continued') ? modules.pop() : undefined;
    const name = before?.name ?? /^\/\/ file: (\S+)$/.exec(lines[0] ?? '')?.[1] ?? `line-${line}.ts`;
    modules.push({ name, text: padTo(line, before?.text) + lines.join('\n') });
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
  let open: { info: string; line: number; lines: string[]; starred: boolean } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const info = FENCE.exec(line)?.[1];
    if (info === undefined) open?.lines.push(open.starred ? line.replace(/^\s*\* ?/, '') : line);
    else if (open) [open] = [void found.push(open)];
    else open = { info, line: index + 2, lines: [], starred: line.trimStart().startsWith('*') };
  }
  return found;
}

const padTo = (line: number, before = ''): string => before + '\n'.repeat(line - before.split('\n').length);
