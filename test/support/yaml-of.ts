type Tree = Map<string, Tree | string>;

/** A file out of key paths such as `session.cookie.prefix`, each with its value as YAML writes it. */
export function yamlOf(options: Readonly<Record<string, string>>): string {
  const root: Tree = new Map();
  for (const [path, value] of Object.entries(options)) {
    const groups = path.split('.');
    const name = groups.pop() ?? path;
    groups.reduce(groupIn, root).set(name, value);
  }
  return linesOf(root, '').join('\n');
}

function groupIn(tree: Tree, name: string): Tree {
  const found = tree.get(name);
  if (found instanceof Map) return found;
  const group: Tree = new Map();
  tree.set(name, group);
  return group;
}

const linesOf = (tree: Tree, indent: string): string[] =>
  [...tree].flatMap(([name, value]) =>
    value instanceof Map
      ? [`${indent}${name}:`, ...linesOf(value, `${indent}  `)]
      : [`${indent}${name}: ${value}`],
  );
