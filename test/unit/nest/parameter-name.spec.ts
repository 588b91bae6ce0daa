import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import fc from 'fast-check';
import ts from 'typescript';
import { isMangled, parameterName, requireParameterName } from '../../../lib/nest/parameter-name.js';

const LENIENT = { refuseShort: false };
const STRICT = { refuseShort: true };

/** The value of an expression as this engine sees it: no compiler of the test run stands between. */
const evaluate = <T>(expression: string): T => runInThisContext(`(${expression})`) as T;

/** The method of an object literal or class body, such as `async *run(first, second) {}`. */
function methodOf(source: string): unknown {
  const type = evaluate<NewableFunction>(`class { ${source} }`);
  const place = source.startsWith('static') ? type : (type.prototype as object);
  const key = Reflect.ownKeys(place).find(
    (name) => !['constructor', 'length', 'name', 'prototype'].includes(String(name)),
  );
  const property = Object.getOwnPropertyDescriptor(place, key ?? '');
  return property?.value ?? property?.set;
}

const nameIn = (source: string, index = 0) => parameterName(methodOf(source), index, LENIENT);

describe('the name of a parameter', () => {
  it.each([
    ['m(beta) {}', 0],
    ['m(alpha, beta) {}', 1],
    ['m(alpha, beta,) {}', 1],
    ['async m(beta = false) {}', 0],
    ['*m(beta) {}', 0],
    ['async *m(beta) {}', 0],
    ['async * m ( beta ) {}', 0],
    ['static m(beta) {}', 0],
    ['static async m(beta) {}', 0],
    ['set m(beta) {}', 0],
    ['async(beta) {}', 0],
    ['get(beta) {}', 0],
    ['return(beta) {}', 0],
    ['if(beta) {}', 0],
    ['"a(b, c"(beta) {}', 0],
    ['7(beta) {}', 0],
    ['[`computed ${(() => "(a, b) {")()}`](beta) {}', 0],
    ['[Symbol.for("m")](alpha, beta) {}', 1],
    ['m(/* gamma, */ beta /* ) */) {}', 0],
    ['m(// gamma)\n beta) {}', 0],
    ['m(alpha = "\\"),(", beta) {}', 1],
    ["m(alpha = '\\\\', beta) {}", 1],
    ['m(alpha = `,)${`}${"`"}` + {}.x}${1},`, beta) {}', 1],
    ['m(alpha = (x, y) => x, beta) {}', 1],
    ['m(alpha = function (x, y) { return /[)}/]/ }, beta) {}', 1],
    ['m(alpha = /[/)],\\/\\(/gu, beta) {}', 1],
    ['m(alpha = 4 / 2, beta = ")/") {}', 1],
    ['m(alpha = (1) / 2 / [3][0] / 4, beta) {}', 1],
    ['m(alpha = ({}.return / 2, ",/"), beta) {}', 1],
    ['m(alpha = () => { if (1) /\\)/.test(""); }, beta) {}', 1],
    ['m(alpha = () => { {} /\\)/.test(""); }, beta) {}', 1],
    ['m(alpha = Symbol.for(")") / 2, beta) {}', 1],
    ['m(alpha = { a: [1, 2], b() { return typeof /,/ } }, beta) {}', 1],
    ['m(alpha = 1_0.5e+3 / .5, beta) {}', 1],
    ['m(alpha = class { #return = 1; x = this.#return / 2; }, beta) {}', 1],
    ['m({ alpha = ")" }, [gamma, ...rest], beta) {}', 2],
    ['m(alpha = 1, { beta: { gamma } } = {}, beta) {}', 2],
    ['m(\\u0062eta) {}', 0],
    ['m(\\u{62}eta) {}', 0],
    ['m(bet\\u{0061}) {}', 0],
  ])('is read from %s', (source, index) => {
    expect(nameIn(source, index)).toEqual({ name: 'beta' });
  });

  it.each([
    ['beta => beta', 0],
    ['async beta => beta', 0],
    ['(beta) => beta', 0],
    ['async (alpha = (a, b) => a, beta) => beta', 1],
    ['function (beta) {}', 0],
    ['async function* named(alpha, beta) {}', 1],
  ])('is read from a property that holds %s', (source, index) => {
    expect(parameterName(evaluate(source), index, LENIENT)).toEqual({ name: 'beta' });
  });

  it('keeps letters beyond ASCII, escaped or not', () => {
    expect(nameIn('m(größe) {}')).toEqual({ name: 'größe' });
    expect(nameIn('m(gr\\u00f6\\u00dfe) {}')).toEqual({ name: 'größe' });
    expect(nameIn('m(𠮷) {}')).toEqual({ name: '𠮷' });
    expect(nameIn('m(\\u{20BB7}) {}')).toEqual({ name: '𠮷' });
  });

  it('is that of the asked index, whatever the defaults of the others', () => {
    const defaults = fc.constantFrom(
      ...[
        '',
        '=1',
        '="),("',
        '=/[,)]/',
        '=8/2',
        '=`${[1,"`"]},)`',
        '=(a,b)=>a',
        '={a:1,b:[2,3]}',
        '=function(q,r){}',
        '/*,*/',
      ],
    );
    fc.assert(
      fc.property(fc.array(defaults, { minLength: 1, maxLength: 8 }), (list) => {
        const method = methodOf(`m(${list.map((text, index) => `name${index}${text}`).join(', ')}) {}`);
        list.forEach((_, index) => {
          expect(parameterName(method, index, LENIENT)).toEqual({ name: `name${index}` });
        });
        expect(parameterName(method, list.length, LENIENT)).toEqual({ reason: 'missing' });
      }),
    );
  });

  it('is found in linear time', () => {
    const hostile = `m(alpha = "${'\\\\('.repeat(100_000)}" ${'+ (/[/]/)'.repeat(20_000)}, beta) {}`;
    expect(nameIn(hostile, 1)).toEqual({ name: 'beta' });
  });
});

describe('a parameter without a readable name', () => {
  it.each([
    ['m({ beta }) {}', 'pattern'],
    ['m([beta]) {}', 'pattern'],
    ['m(...beta) {}', 'rest'],
    ['m() {}', 'missing'],
    ['m() { return __awaiter(this, arguments, void 0, function* (beta = 1) {}); }', 'compiled-away'],
  ])('%s is reported as %s', (source, reason) => {
    expect(nameIn(source)).toEqual({ reason });
  });

  it('is reported for what hides its source', () => {
    const method = (beta: unknown): unknown => beta;
    expect(parameterName(method.bind(null), 0, LENIENT)).toEqual({ reason: 'native' });
    expect(parameterName(new Proxy(method, {}), 0, LENIENT)).toEqual({ reason: 'native' });
    expect(parameterName(Map.prototype.set, 0, LENIENT)).toEqual({ reason: 'native' });
  });

  it('is reported for what is no method', () => {
    expect(parameterName(undefined, 0, LENIENT)).toEqual({ reason: 'missing' });
  });

  it('is reported when the name is as short as a minifier would choose', () => {
    const method = methodOf('m(id, ids) {}');
    expect(parameterName(method, 0, LENIENT)).toEqual({ name: 'id' });
    expect(parameterName(method, 0, STRICT)).toEqual({ reason: 'short' });
    expect(parameterName(method, 1, STRICT)).toEqual({ name: 'ids' });
  });
});

describe('a required parameter name', () => {
  class Flags {
    show(_beta: unknown, { gamma }: { gamma: unknown }): unknown {
      return gamma;
    }
    static all(...rest: unknown[]): unknown {
      return rest;
    }
    get late(): unknown {
      throw new Error('a getter was read');
    }
  }
  const target = Flags.prototype;

  it('is the name', () => {
    expect(requireParameterName({ target, key: 'show', index: 0 }, LENIENT)).toBe('_beta');
  });

  it.each([
    [
      { target, key: 'show', index: 1 },
      /^Flags\.show parameter #1: .*\(it is a destructuring pattern\)\. Fix: .*@SessionParam\('key'\)/,
    ],
    [{ target: Flags, key: 'all', index: 0 }, /^Flags\.all parameter #0: .*rest parameter/],
    [{ target, key: 'late', index: 0 }, /^Flags\.late parameter #0: /],
    [{ target, key: Symbol('gone'), index: 2 }, /^Flags\.Symbol\(gone\) parameter #2: /],
    [{ target: Object.create(null) as object, key: 'x', index: 0 }, /^\(anonymous class\)\.x parameter #0: /],
  ])('otherwise throws where and why', (place, message) => {
    const attempt = () => requireParameterName(place, LENIENT);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: 'NO_PARAMETER_NAME' }));
  });
});

describe('what toolchains leave of the names', () => {
  const SOURCE = `
    class Flags {
      plain(beta: boolean) {}
      async promised(alpha = '),', beta = false) {}
      async *stream(alpha = 1, beta = { a: [1, 2] }) {}
      typed<T extends (x: number, y: T) => void>(alpha: { a: T }, beta?: T) {}
    }
    module.exports = Flags;`;
  const INDEXES = { plain: 0, promised: 1, stream: 1, typed: 1 };

  function load(code: string): NewableFunction & ((beta: unknown) => unknown) {
    const module = { exports: undefined as never };
    evaluate<(target: object) => void>(`(module) => { ${code} }`)(module);
    return module.exports;
  }
  function namesIn(code: string) {
    const prototype = load(code).prototype as Record<string, unknown>;
    return Object.entries(INDEXES).map(([method, index]) => parameterName(prototype[method], index, LENIENT));
  }
  const withTsc = (target: ts.ScriptTarget) =>
    ts.transpileModule(SOURCE, { compilerOptions: { target, module: ts.ModuleKind.ESNext } }).outputText;
  const withSwc = (target: 'es2018' | 'es2022', mangle: boolean) =>
    transformSync(SOURCE, {
      isModule: false,
      jsc: {
        target,
        parser: { syntax: 'typescript' },
        minify: mangle ? { mangle: true } : {},
        externalHelpers: false,
      },
      minify: mangle,
    }).code;

  it.each([
    ['tsc for ES2022', () => withTsc(ts.ScriptTarget.ES2022)],
    ['tsc for ESNext', () => withTsc(ts.ScriptTarget.ESNext)],
    ['swc for ES2022', () => withSwc('es2022', false)],
    ['swc for ES2018', () => withSwc('es2018', false)],
  ])('%s: all', (_, compile) => {
    expect(namesIn(compile())).toEqual(Object.keys(INDEXES).map(() => ({ name: 'beta' })));
  });

  it('tsc for ES2016: not those of async methods with defaults, and it says so', () => {
    const away = { reason: 'compiled-away' };
    expect(namesIn(withTsc(ts.ScriptTarget.ES2016))).toEqual([
      { name: 'beta' },
      away,
      away,
      { name: 'beta' },
    ]);
  });

  it('a minifier: none, which strictness refuses and a probe in the same bundle shows', () => {
    const prototype = load(withSwc('es2022', true)).prototype as Record<string, unknown>;
    expect(parameterName(prototype['plain'], 0, STRICT)).toEqual({ reason: 'short' });

    const probe = `module.exports = (sessionParameter) => sessionParameter;`;
    const minified = transformSync(probe, {
      minify: true,
      jsc: { target: 'es2022', minify: { mangle: true } },
    }).code;
    expect(isMangled(load(minified))).toBe(true);
    expect(isMangled(load(probe))).toBe(false);
  });
});
