import path from 'node:path';

import ts from 'typescript';

import { Names, within } from './names.js';
import type { Project } from './project.js';

const NEST_CORE = /^@nestjs\/core$/;

/** What one process runs: everything that the file which starts it refers to, directly or not. */
export interface Application {
  /** The file that starts it, relative to the project; a project that starts none is one application. */
  readonly name: string;
  /** Classes, functions, variables and the start file itself. */
  readonly parts: readonly ts.Node[];
  readonly classes: readonly ts.ClassLikeDeclaration[];
  readonly calls: readonly ts.CallExpression[];
}

export function applicationsOf(project: Project, names: Names): Application[] {
  const imported = new Set(project.files.flatMap((file) => importsOf(file, names)));
  const started = project.files
    .filter((file) => !imported.has(file) && file.statements.some(doesSomething))
    .map((start) => ({ start, parts: reachableFrom(start, names) }))
    .filter(({ parts }) => parts.some((part) => startsNest(part, names)));
  if (started.length === 0) return [application('the project', project.files)];
  return started.map(({ start, parts }) => application(path.relative(project.root, start.fileName), parts));
}

function importsOf(file: ts.SourceFile, names: Names): ts.SourceFile[] {
  return within(file, isSpecifier)
    .map((specifier) => names.moduleSymbol(specifier)?.declarations?.[0])
    .filter((module) => module !== undefined)
    .filter(ts.isSourceFile);
}

function isSpecifier(node: ts.Node): node is ts.StringLiteral {
  const { parent } = node;
  if (!ts.isStringLiteral(node)) return false;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true;
  return ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
}

/** An index only passes on. */
function doesSomething(statement: ts.Statement): boolean {
  return !ts.isExportDeclaration(statement) && !ts.isImportDeclaration(statement);
}

function startsNest(part: ts.Node, names: Names): boolean {
  return within(part, ts.isCallExpression).some(
    ({ expression }) =>
      ts.isPropertyAccessExpression(expression) &&
      names.is(expression.expression, NEST_CORE, 'NestFactory') &&
      // A context without a server has no handlers.
      ['create', 'createMicroservice'].includes(expression.name.text),
  );
}

function application(name: string, parts: readonly ts.Node[]): Application {
  const classes = new Set(parts.flatMap((part) => within(part, ts.isClassLike)));
  const calls = new Set(parts.flatMap((part) => within(part, ts.isCallExpression)));
  return { name, parts, classes: [...classes], calls: [...calls] };
}

/** Follows what is named, and not what is imported: an index brings in much that an application does not use. */
function reachableFrom(start: ts.SourceFile, names: Names): ts.Node[] {
  const found = new Set<ts.Node>([start]);
  const add = (declaration: ts.Declaration | undefined): void => {
    const part = declaration && statementOf(declaration);
    if (part && part.getSourceFile() !== start) found.add(part);
  };
  // A set hands out what is added to it while it is walked.
  for (const part of found) {
    for (const name of within(part, ts.isIdentifier)) add(names.declaration(name));
    for (const call of within(part, ts.isCallExpression)) {
      if (call.expression.kind !== ts.SyntaxKind.ImportKeyword || !call.arguments[0]) continue;
      const module = names.moduleSymbol(call.arguments[0]);
      if (module) names.exportsOf(module).forEach(add);
    }
  }
  return [...found];
}

/** The statement of a file in which something is declared; a file itself is what `import * as` names. */
function statementOf(declaration: ts.Declaration): ts.Node | undefined {
  if (ts.isSourceFile(declaration)) return undefined;
  return ts.findAncestor(declaration, ({ parent }) => ts.isSourceFile(parent));
}
