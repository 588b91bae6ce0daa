import { styleText } from 'node:util';
import { oneLine } from '../errors/one-line.js';

const LEAST_WIDTH = 80;
const MOST_WIDTH = 110;
const USUAL_WIDTH = 100;

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

/** How wide a report is, and whether it has colours. */
export interface Page {
  readonly width: number;
  paint(style: Style, text: string): string;
}

/** Colours only for a terminal, and only for one whose user wants them (no-color.org). */
export function pageFor(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv,
): Page {
  const coloured = stream.isTTY === true && !env['NO_COLOR'];
  return {
    width: Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, stream.columns ?? USUAL_WIDTH)),
    paint: (style, text) => (coloured ? styleText(style, text) : text),
  };
}

/** A paragraph behind `head`, broken at spaces; a word that is too long for a line gets one of its own. */
export function paragraph({ width }: Page, head: string, text: string): string[] {
  const indent = ' '.repeat(head.length);
  const lines: string[] = [];
  let line = head;
  for (const word of oneLine(text).split(' ')) {
    const fits = line.length === head.length || line.length + 1 + word.length <= width;
    if (!fits) lines.push(line);
    const start = fits ? line : indent;
    line = start.length === head.length ? start + word : `${start} ${word}`;
  }
  return [...lines, line];
}

/** Cells below each other, two spaces between; the last of a row is broken if it has to be. */
export function table(page: Page, rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map(({ length }) => length)) - 1;
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows.flatMap((row) => {
    const cells = widths.map((width, at) => (row[at] ?? '').padEnd(width + 2));
    return paragraph(page, `  ${cells.join('')}`, row[columns] ?? '');
  });
}
