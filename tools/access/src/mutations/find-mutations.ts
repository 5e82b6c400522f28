import ts from 'typescript';

const ACCESS_DECORATORS = new Set([
  'Public',
  'Authenticated',
  'Roles',
  'RequirePermissions',
  'RequireClearance',
  'RequireRecentLogin',
]);

/** A controller without one of its access decorators. */
export interface Mutation {
  /** `AccountsController.open`, or the class alone. */
  readonly where: string;
  /** `@RequirePermissions('treasury:accounts:open')` */
  readonly removed: string;
  readonly source: string;
}

/** Every access decorator of a source file, each time as the file would be if somebody forgot this one. */
export function findMutations(source: string): Mutation[] {
  const file = ts.createSourceFile('controller.ts', source, ts.ScriptTarget.Latest, true);
  const mutations: Mutation[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isDecorator(node) && isAccessDecorator(node)) {
      mutations.push({
        where: placeOf(node.parent),
        removed: node.getText(file),
        source: source.slice(0, node.getStart(file)) + source.slice(node.end),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutations;
}

function isAccessDecorator({ expression }: ts.Decorator): boolean {
  const called = ts.isCallExpression(expression) ? expression.expression : expression;
  const name = ts.isPropertyAccessExpression(called) ? called.name : called;
  return ts.isIdentifier(name) && ACCESS_DECORATORS.has(name.text);
}

function placeOf(node: ts.Node): string {
  if (ts.isClassDeclaration(node)) return node.name?.text ?? 'a class';
  const name = ts.isMethodDeclaration(node) ? node.name.getText() : 'a member';
  return `${placeOf(node.parent)}.${name}`;
}
