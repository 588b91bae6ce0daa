import { register } from 'node:module';

/** `node bench/scale/simulate.mjs [visits]`: the tables of docs/scale.md. */
register('../../test/support/processes/typescript-hooks.mjs', import.meta.url);
const { tables } = await import('./tables.ts');

const [visits] = process.argv.slice(2).map(Number);
for (const { name, head, rows } of tables(visits)) {
  console.log(`\n<!-- simulated: ${name} -->\n`);
  for (const cells of [head, head.map(() => '---'), ...rows]) console.log(`| ${cells.join(' | ')} |`);
}
