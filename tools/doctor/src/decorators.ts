import ts from 'typescript';

import type { Names, PackageExport } from './names.js';
import { within } from './names.js';

/** A decorator as Nest sees it: of a package, or one of the project by its name. */
export interface Decorator extends PackageExport {
  readonly parameters: readonly ts.Expression[];
  readonly node: ts.Node;
}

const DEPTH = 5;

/** The decorators on a class, method or parameter; one that the project composes is followed by what it is made of. */
export function decoratorsOf(node: ts.Node, names: Names): Decorator[] {
  if (!ts.canHaveDecorators(node)) return [];
  return (ts.getDecorators(node) ?? []).flatMap(({ expression }) => unfolded(expression, names, DEPTH));
}

function unfolded(expression: ts.Expression, names: Names, depth: number): Decorator[] {
  const callee = ts.isCallExpression(expression) ? expression.expression : expression;
  const parameters = ts.isCallExpression(expression) ? [...expression.arguments] : [];
  const exported = names.exported(callee);
  if (exported) return [{ ...exported, parameters, node: expression }];
  const declaration = names.declaration(ts.isPropertyAccessExpression(callee) ? callee.name : callee);
  const own: Decorator = { from: '.', name: lastName(callee), parameters, node: expression };
  if (!declaration || depth === 0) return [own];
  const made = within(declaration, ts.isCallExpression).filter((call) => call !== expression);
  return [own, ...made.flatMap((call) => unfolded(call, names, depth - 1))];
}

function lastName(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
}
