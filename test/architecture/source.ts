import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(__dirname, '../..');

export interface Import {
  /** Path from the root, or the name of a package. */
  readonly from: string;
  /** What is taken, `*` for all of it. Types that are erased are not in it. */
  readonly values: readonly string[];
}

export interface SourceFile {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** Absolute path of a source file. */
export const fileOf = ({ path }: SourceFile): string => join(root, path);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'testing' || entry.name === 'node_modules' ? [] : filesIn(path);
    return /\.ts$/.test(entry.name) && !/\.(spec|prop|int|e2e|d)\.ts$/.test(entry.name) && entry.name !== 'testing.ts' ? [path] : [];
  });
}

function read(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return { path: relative(root, file).replaceAll('\\', '/'), text, tree, imports: importsOf(tree, file) };
}

/** Every way in which one file takes something from another: import, export from, require and dynamic import. */
function importsOf(tree: ts.SourceFile, file: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, values: readonly string[]): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) imports.push({ from: target(specifier.text, file), values });
  };
  visit(tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importedValues(node.importClause));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, exportedValues(node));
    if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node.moduleReference.expression, ['*']);
    if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')) {
      add(node.arguments[0], ['*']);
    }
  });
  return imports;
}

function importedValues(clause: ts.ImportClause | undefined): string[] {
  if (!clause) return ['*'];
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const { name, namedBindings } = clause;
  return [
    ...(name ? ['default'] : []),
    ...(namedBindings ? (ts.isNamespaceImport(namedBindings) ? ['*'] : valuesOf(namedBindings.elements)) : []),
  ];
}

function exportedValues({ isTypeOnly, exportClause }: ts.ExportDeclaration): string[] {
  if (isTypeOnly) return [];
  return exportClause && ts.isNamedExports(exportClause) ? valuesOf(exportClause.elements) : ['*'];
}

function valuesOf(elements: ts.NodeArray<ts.ImportSpecifier | ts.ExportSpecifier>): string[] {
  return elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ propertyName, name }) => (propertyName ?? name).text);
}

function target(specifier: string, file: string): string {
  const path = specifier.startsWith('@hjemmel/')
    ? join(root, 'libs', specifier.slice('@hjemmel/'.length))
    : specifier.startsWith('.')
      ? join(dirname(file), specifier)
      : undefined;
  if (path === undefined) return specifier;
  const found = [`${path}.ts`, join(path, 'index.ts')].find((candidate) => existsSync(candidate)) ?? path;
  return relative(root, found).replaceAll('\\', '/');
}

export function visit(node: ts.Node, take: (node: ts.Node) => void): void {
  take(node);
  ts.forEachChild(node, (child) => visit(child, take));
}

/** Names of the decorators on a class or a method. */
export const decoratorsOf = (node: ts.HasDecorators): string[] =>
  (ts.getDecorators(node) ?? []).map(({ expression }) => (ts.isCallExpression(expression) ? expression.expression : expression).getText());

/** The program's own sources: no tests, nothing that only tests use. */
export const sources: readonly SourceFile[] = ['apps', 'libs'].flatMap((folder) => filesIn(join(root, folder))).map(read);
