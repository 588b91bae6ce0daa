import ts from 'typescript';

/**
 * The names that an entry point exports, sorted; a name that exists for the type checker only is written `type Name`.
 *
 * @throws when the names are not written out (`export *`), as then nobody can see what is public.
 */
export function exportedNames(path: string, text: string): string[] {
  const names = ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return namesOf(path, statement);
    if (isExported(statement))
      throw new Error(`${path} declares something itself; it may only re-export by name`);
    return [];
  });
  return names.sort();
}

function namesOf(path: string, declaration: ts.ExportDeclaration): string[] {
  const { exportClause, isTypeOnly } = declaration;
  if (exportClause === undefined || !ts.isNamedExports(exportClause))
    throw new Error(`${path} uses export *`);
  return exportClause.elements.map((element) =>
    isTypeOnly || element.isTypeOnly ? `type ${element.name.text}` : element.name.text,
  );
}

const isExported = (statement: ts.Statement): boolean =>
  ts.isExportAssignment(statement) ||
  (ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword));
