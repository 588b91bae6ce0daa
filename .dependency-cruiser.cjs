const layers = require('./test/meta/layers.json');

/** The same table as test/meta/arrows.spec.ts, seen through the resolved module graph; and no circle anywhere. */
module.exports = {
  forbidden: [
    ...Object.entries(layers).map(([layer, allowed]) => ({
      name: `${layer.replace('/*', '-folders')}-imports-only-below`,
      severity: 'error',
      from: { path: deep(layer) },
      to: { path: '^(lib|test|sample|bench)/', pathNot: [layer, ...allowed].map(deep) },
    })),
    {
      name: 'no-circle',
      comment: 'a circle of types alone does not exist when the code runs',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'samples-see-the-package-only',
      severity: 'error',
      from: { path: '^sample/' },
      to: { path: '^lib/', pathNot: '^lib/(testing/)?index[.]ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: 'node_modules',
  },
};

/** The files of a layer. The providers' contract is the files directly in its folder; each folder below is a provider. */
function deep(layer) {
  if (layer === 'providers') return '^lib/providers/[^/]+$';
  return layer === 'providers/*' ? '^lib/providers/[^/]+/' : `^lib/${layer}/`;
}
