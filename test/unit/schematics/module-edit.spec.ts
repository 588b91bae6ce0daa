import { describe, expect, it } from '@jest/globals';
import { withSessionModule } from '../../../lib/schematics/nest-add/module-edit.js';

const IMPORT = `import { SessionModule } from 'nestjs-sessions';`;
const HEAD = `import { Module } from '@nestjs/common';\n`;

/** What becomes of the argument of `@Module()`. */
function edited(argument: string): string {
  const edit = withSessionModule(`${HEAD}\n@Module(${argument})\nexport class AppModule {}\n`, 'AppModule');
  if (typeof edit === 'string') return edit;
  const [, changed = ''] =
    /^import .*\n(?:import .*\n)\n@Module\(([^]*)\)\nexport class AppModule \{\}\n$/.exec(edit.text) ?? [];
  expect(edit.text).toContain(`${HEAD}${IMPORT}\n`);
  return changed;
}

describe('the edit of a root module', () => {
  it.each([
    ['no argument', '', '{ imports: [SessionModule.forRoot()] }'],
    ['an empty list', '{\n  imports: [],\n}', '{\n  imports: [SessionModule.forRoot()],\n}'],
    ['a list on one line', '{ imports: [A, B] }', '{ imports: [SessionModule.forRoot(), A, B] }'],
    [
      'a list of lines',
      '{\n  imports: [\n    A.forRoot({ a: [1] }),\n  ],\n}',
      '{\n  imports: [\n    SessionModule.forRoot(),\n    A.forRoot({ a: [1] }),\n  ],\n}',
    ],
    [
      'a list with nothing but a comment',
      '{ imports: [/* none */] }',
      '{ imports: [SessionModule.forRoot(), /* none */] }',
    ],
    [
      'no list',
      '{\n  controllers: [],\n}',
      '{\n  imports: [SessionModule.forRoot()],\n  controllers: [],\n}',
    ],
    ['no list, on one line', '{ providers: [] }', '{ imports: [SessionModule.forRoot()], providers: [] }'],
    [
      'the word elsewhere',
      `{ providers: [{ imports: [1] }], /* imports: [] */ exports: ['imports: ['] }`,
      `{ imports: [SessionModule.forRoot()], providers: [{ imports: [1] }], /* imports: [] */ exports: ['imports: ['] }`,
    ],
  ])('adds to %s', (_, before, after) => {
    expect(edited(before)).toBe(after);
  });

  it.each([
    ['a list from elsewhere', '{ imports: modules }'],
    ['a short form', '{ imports }'],
    ['an object from elsewhere', 'metadata'],
    ['a call around it', 'merge({ imports: [] }, other)'],
    ['two objects', '{ imports: [] }, {}'],
  ])('leaves %s to a person', (_, argument) => {
    expect(edited(argument)).toBe('unclear');
  });

  it('changes nothing twice', () => {
    const once = withSessionModule(`${HEAD}@Module({})\nclass AppModule {}`, 'AppModule');
    expect(withSessionModule(typeof once === 'string' ? once : once.text, 'AppModule')).toBe('present');
  });

  it('does not mistake another SessionModule for ours', () => {
    const source = `import { SessionModule } from './session.module.js';\n@Module({})\nclass AppModule {}`;
    expect(withSessionModule(source, 'AppModule')).toBe('unclear');
  });

  it('imports it once where it is imported for something else', () => {
    const source = `${IMPORT}\nexport { SessionModule };\n@Module({})\nclass AppModule {}`;
    const edit = withSessionModule(source, 'AppModule');
    expect(edit).toEqual({ text: source.replace('({', '({ imports: [SessionModule.forRoot()],') });
  });

  it('changes the class that is meant, and no other', () => {
    const source = `@Module({ imports: [A] })\nclass FirstModule {}\n@Module({})\nclass AppModule {}`;
    const edit = withSessionModule(source, 'AppModule');
    expect(edit).toHaveProperty(
      'text',
      expect.stringContaining('@Module({ imports: [A] })\nclass FirstModule'),
    );
    expect(withSessionModule(source, 'NoModule')).toBe('unclear');
    expect(withSessionModule('class AppModule {}', 'AppModule')).toBe('unclear');
  });

  it('writes as the file is written: quotes, semicolons, line breaks', () => {
    const source =
      'import { Module } from "@nestjs/common"\r\n\r\n@Module({\r\n\tproviders: [],\r\n})\r\nclass AppModule {}\r\n';
    expect(withSessionModule(source, 'AppModule')).toEqual({
      text:
        'import { Module } from "@nestjs/common"\r\nimport { SessionModule } from "nestjs-sessions"\r\n\r\n' +
        '@Module({\r\n\timports: [SessionModule.forRoot()],\r\n\tproviders: [],\r\n})\r\nclass AppModule {}\r\n',
    });
  });

  it('finds the last import, whatever it looks like, and none in a comment', () => {
    const source = `/*\nimport a from 'a';\n*/\nimport 'b';\nimport {\n  c,\n  d,\n} from './c.js';\nimport * as e from 'e';\n\n/*\nimport f from 'f';\n*/\n@Module({})\nclass AppModule {}`;
    expect(withSessionModule(source, 'AppModule')).toHaveProperty(
      'text',
      expect.stringContaining(`import * as e from 'e';\n${IMPORT}\n\n/*\nimport f`),
    );
  });
});
