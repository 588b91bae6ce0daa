import { closingOf, codeOnly } from './code-mask.js';

/** What became of a source: its new text, or why it stays. `unclear`: written in a way that only a person should change. */
export type Edit = { readonly text: string } | 'present' | 'unclear';

const CALL = 'SessionModule.forRoot()';

/** Adds `SessionModule.forRoot()` to the imports of a Nest module, and the import that it needs to the file. */
export function withSessionModule(source: string, className: string): Edit {
  const code = codeOnly(source);
  const decorator = decoratorOf(code, className);
  if (!decorator) return 'unclear';
  if (/\bSessionModule\b/.test(code.slice(decorator.start, decorator.end))) return 'present';
  const isNamed = /\bSessionModule\b/.test(code);
  if (isNamed && !/\bSessionModule\b[^;]*?from\s*['"]nestjs-sessions['"]/.test(source)) return 'unclear';
  const place = placeIn(code, decorator);
  if (!place) return 'unclear';
  const text = inserted(source, place.at, place.text(source));
  return { text: isNamed ? text : withImport(text, code) };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What stands between the parentheses of the `@Module()` of a class. */
function decoratorOf(code: string, className: string): Range | undefined {
  const ofClass = new RegExp(`\\bclass\\s+${className}\\b`).exec(code);
  const at = ofClass ? code.lastIndexOf('@Module', ofClass.index) : -1;
  const open = at < 0 ? -1 : code.indexOf('(', at);
  const end = open < 0 ? -1 : closingOf(code, open);
  return ofClass && end > 0 && end < ofClass.index ? { start: open + 1, end } : undefined;
}

/** Where the call goes, and as what. */
interface Place {
  readonly at: number;
  readonly text: (source: string) => string;
}

function placeIn(code: string, { start, end }: Range): Place | undefined {
  const argument = code.slice(start, end).trim();
  if (argument === '') return { at: start, text: () => `{ imports: [${CALL}] }` };
  const open = code.indexOf('{', start);
  if (!argument.startsWith('{') || closingOf(code, open) < code.slice(0, end).trimEnd().length - 1)
    return undefined;
  const imports = propertyIn(code, open);
  if (imports === undefined) return { at: open + 1, text: (source) => asProperty(source, open + 1) };
  if (code.charAt(imports) !== '[') return undefined;
  return { at: imports + 1, text: (source) => asElement(source, imports) };
}

/** Where the value of `imports` begins in an object literal; `undefined` when it has none. */
function propertyIn(code: string, open: number): number | undefined {
  for (let at = open + 1; at < closingOf(code, open); at++) {
    if ('([{'.includes(code.charAt(at))) at = closingOf(code, at);
    const name = /(?<![\w$.])imports\s*(?:(:\s*)|(?=[,}(]))/y;
    name.lastIndex = at;
    const found = name.exec(code);
    if (found) return at + found[0].length;
  }
  return undefined;
}

const asProperty = (source: string, at: number): string => {
  const indent = lineBreakAt(source, at);
  return indent === undefined ? ` imports: [${CALL}],` : `${indent}imports: [${CALL}],`;
};

/** First in the list, on a line of its own where the others have one. */
function asElement(source: string, open: number): string {
  const isEmpty = /^\s*\]/.test(source.slice(open + 1));
  if (isEmpty) return CALL;
  const indent = lineBreakAt(source, open + 1);
  return indent === undefined ? `${CALL}, ` : `${indent}${CALL},`;
}

/** The line break that stands here, with the indentation behind it. */
const lineBreakAt = (source: string, at: number): string | undefined =>
  /^[ \t]*(\r?\n[ \t]*)\S/.exec(source.slice(at))?.[1];

/** Behind the last import of the file, in its style. @param code of the text before it was edited below its imports */
function withImport(text: string, code: string): string {
  const statement = /^import\s+(?:[^'";]+?\s+from\s+)?(['"])[^'"\n]+\1;?/gm;
  const last = [...text.matchAll(statement)].filter(({ index }) => code.startsWith('import', index)).at(-1);
  if (!last) return `import { SessionModule } from 'nestjs-sessions';\n${text}`;
  const [whole, quote = "'"] = last;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const line = `import { SessionModule } from ${quote}nestjs-sessions${quote}${whole.endsWith(';') ? ';' : ''}`;
  return inserted(text, last.index + whole.length, newline + line);
}

const inserted = (text: string, at: number, more: string): string =>
  text.slice(0, at) + more + text.slice(at);
