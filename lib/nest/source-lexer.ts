/** One token of JavaScript source. Comments and white space are none. */
export interface Token {
  readonly kind: 'word' | 'punctuator' | 'literal';
  /** As written. Empty for a literal, so that no string can pass for a parenthesis. */
  readonly text: string;
}

/** What an open bracket makes of a `/` behind its closing one: a template goes on, a statement may be followed by a regex. */
type Bracket = 'template' | 'statement' | 'expression';

const BLANK = /(?:\s+|\/\/.*|\/\*[^]*?\*\/)*/y;
const WORD =
  /(?:[$_\p{ID_Start}]|\\u(?:[\da-fA-F]{4}|\{[\da-fA-F]+\}))(?:[$\u200C\u200D\p{ID_Continue}]|\\u(?:[\da-fA-F]{4}|\{[\da-fA-F]+\}))*/uy;
const NUMBER = /\.?\d[\w.]*/y;
const STRING = /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/y;
const REGEX = /\/(?:[^/\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+\/\w*/y;
const TEMPLATE_PART = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{)/y;
const PUNCTUATOR = /\.{3}|=>|\+\+|--|\?\.(?!\d)|[-+*/%&|^!~<>=?:;,.#@(){}[\]]/y;

const LITERAL: Token = { kind: 'literal', text: '' };
/** Words that an operand follows, so that `/` behind them begins a regex; behind any other word it divides. */
const BEFORE_OPERAND = new Set(
  'await case delete do else extends in instanceof new of return throw typeof void yield'.split(' '),
);
const BEFORE_BLOCK = new Set(['do', 'else', ')', '=>', ';', '{', '}']);
const BEFORE_CONDITION = new Set(['if', 'while', 'for', 'with']);
const BEFORE_PROPERTY = new Set(['.', '?.', '#']);

/**
 * Splits the source of a function into tokens, one at a time, in linear time.
 *
 * Tells a regex from a division by what stands before the slash (ECMA-262 12, InputElementDiv and InputElementRegExp); the cases
 * that would need a parser, such as dividing a function expression, occur in no program.
 */
export class SourceLexer {
  readonly #source: string;
  readonly #open: Bracket[] = [];
  #at = 0;
  #operandNext = true;
  /** Before the first token as if a statement had just ended. */
  #previous: Token = { kind: 'punctuator', text: ';' };
  /** The bracket that the latest token closed. */
  #closed: Bracket = 'expression';

  constructor(source: string) {
    this.#source = source;
  }

  /** Brackets that are open behind the token that was read last. */
  get depth(): number {
    return this.#open.length;
  }

  /** The next token; `undefined` at the end and at anything that is not JavaScript. */
  next(): Token | undefined {
    this.#take(BLANK);
    const token = this.#scan();
    if (!token) return undefined;
    const meaning = this.#isPropertyName(token) ? LITERAL : token;
    this.#operandNext = this.#expectsOperandAfter(meaning);
    this.#previous = meaning;
    return token;
  }

  #scan(): Token | undefined {
    const word = this.#take(WORD);
    if (word) return { kind: 'word', text: word };
    if (this.#take(NUMBER) || this.#take(STRING)) return LITERAL;
    if (this.#operandNext && this.#take(REGEX)) return LITERAL;
    if (this.#take(/`/y)) return this.#templatePart('');
    const text = this.#take(PUNCTUATOR);
    return text === '' ? undefined : this.#punctuator(text);
  }

  /** A template without substitutions is one literal, otherwise its parts are `${`, any number of `}${`, and `` }` ``. */
  #templatePart(opening: '' | '}'): Token | undefined {
    const part = this.#take(TEMPLATE_PART);
    if (!part) return undefined;
    const ended = part.endsWith('`');
    if (!ended && !opening) this.#open.push('template');
    if (ended && opening) this.#open.pop();
    if (ended && !opening) return LITERAL;
    return { kind: 'punctuator', text: opening + (ended ? '`' : '${') };
  }

  #punctuator(text: string): Token | undefined {
    if (text === '}' && this.#open.at(-1) === 'template') return this.#templatePart('}');
    if (text === '(') this.#open.push(this.#opensCondition() ? 'statement' : 'expression');
    if (text === '[') this.#open.push('expression');
    if (text === '{') this.#open.push(this.#opensBlock() ? 'statement' : 'expression');
    if (text === ')' || text === ']' || text === '}') this.#closed = this.#open.pop() ?? 'expression';
    return { kind: 'punctuator', text };
  }

  /** Behind a dot a keyword is a name: `Symbol.for(key) / 2` divides. */
  #isPropertyName({ kind }: Token): boolean {
    return kind === 'word' && BEFORE_PROPERTY.has(this.#previous.text);
  }

  #opensCondition(): boolean {
    return BEFORE_CONDITION.has(this.#previous.text);
  }

  /** Otherwise it opens an object literal. */
  #opensBlock(): boolean {
    return BEFORE_BLOCK.has(this.#previous.text) || !this.#operandNext;
  }

  #expectsOperandAfter({ kind, text }: Token): boolean {
    if (kind === 'literal') return false;
    if (kind === 'word') return BEFORE_OPERAND.has(text);
    if (text === ')' || text === ']' || text === '}') return this.#closed === 'statement';
    return text !== '}`' && text !== '++' && text !== '--';
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }
}
