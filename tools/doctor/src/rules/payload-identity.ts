import ts from 'typescript';

import type { Examined, Finding } from '../finding.js';
import { type Names, nameText, unwrapped, within } from '../names.js';

/** Who somebody is, or what they may do. */
const IDENTITY =
  /^(user|userId|user_id|username|currentUser|principal|identity|sub|roles?|isAdmin|admin|permissions?|scopes?|groups)$/;
const IDENTITY_HEADER = /^x-.*(user|sub|principal|identity|role|permission|scope|admin|group)/i;
const COMMON = /^@nestjs\/common$/;

/** What the caller wrote, as opposed to what was verified. */
type Source = 'request' | 'payload' | 'headers' | 'socket' | 'handshake' | 'caller';

const MEMBERS: Partial<Record<Source, Readonly<Record<string, Source>>>> = {
  request: { body: 'payload', query: 'payload', headers: 'headers', handshake: 'handshake', user: 'caller' },
  socket: { handshake: 'handshake', user: 'caller' },
  handshake: { query: 'payload', auth: 'payload', headers: 'headers' },
};
const GETTERS: Readonly<Record<string, Source>> = {
  getRequest: 'request',
  getData: 'payload',
  getClient: 'socket',
};

/** Guards, and decorators of parameters, that trust what a caller says about itself. */
export function payloadIdentity({ guards, application, names }: Examined): Finding[] {
  const decorators = application.calls.filter(({ expression }) => names.is(expression, COMMON, 'createParamDecorator'));
  return [...guards.classes, ...decorators].flatMap((judge) => {
    const reads = readsWithin(judge, names);
    // Comparing what is asked for with who asks is what guards are for: `user.id === body.userId`.
    const knowsCaller = reads.some(({ source, name }) => MEMBERS[source]?.[name] === 'caller');
    return reads
      .filter(({ source, name }) => isIdentity(source, name))
      .filter(({ node }) => !knowsCaller || isFallback(node))
      .map(({ node, source, name }) => ({
        rule: 'identity-from-payload',
        node,
        message: `"${name}" is taken from the ${source === 'headers' ? 'headers' : 'payload'}, where a caller can write anything.`,
        cure: 'Take it from a token that this process has verified: its subject, its roles.',
      }));
  });
}

interface Read {
  readonly node: ts.Node;
  readonly source: Source;
  readonly name: string;
}

function readsWithin(judge: ts.Node, names: Names): Read[] {
  const accesses = within(judge, isAccess).map((node) => ({
    node,
    source: sourceOf(node.expression, names),
    name: memberOf(node),
  }));
  const bindings = within(judge, ts.isBindingElement).map((node) => ({
    node,
    source: ts.isObjectBindingPattern(node.parent) ? sourceOfPattern(node.parent, names) : undefined,
    name: nameText(node.propertyName ?? node.name),
  }));
  return [...accesses, ...bindings].flatMap(({ node, source, name }) =>
    source && name !== undefined ? [{ node, source, name }] : [],
  );
}

function isIdentity(source: Source, name: string): boolean {
  return source === 'payload' ? IDENTITY.test(name) : source === 'headers' && IDENTITY_HEADER.test(name);
}

function isAccess(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

function memberOf(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined;
}

function sourceOf(expression: ts.Expression, names: Names, depth = 8): Source | undefined {
  const bare = unwrapped(expression);
  if (depth === 0) return undefined;
  if (ts.isCallExpression(bare)) {
    return ts.isPropertyAccessExpression(bare.expression) ? GETTERS[bare.expression.name.text] : undefined;
  }
  if (isAccess(bare)) {
    const source = sourceOf(bare.expression, names, depth - 1);
    const name = memberOf(bare);
    return source && name !== undefined ? MEMBERS[source]?.[name] : undefined;
  }
  if (!ts.isIdentifier(bare)) return undefined;
  const declaration = names.declaration(bare);
  if (!declaration) return undefined;
  if (ts.isParameter(declaration)) return /^req(uest)?$/.test(bare.text) ? 'request' : undefined;
  if (ts.isVariableDeclaration(declaration)) {
    return declaration.initializer && sourceOf(declaration.initializer, names, depth - 1);
  }
  if (!ts.isBindingElement(declaration) || !ts.isObjectBindingPattern(declaration.parent)) return undefined;
  const source = sourceOfPattern(declaration.parent, names, depth - 1);
  const name = nameText(declaration.propertyName ?? declaration.name);
  return source && name !== undefined ? MEMBERS[source]?.[name] : undefined;
}

/** `const { body } = request`, and `const { body: { userId } } = request` */
function sourceOfPattern(pattern: ts.ObjectBindingPattern, names: Names, depth = 8): Source | undefined {
  const { parent } = pattern;
  if (ts.isVariableDeclaration(parent)) return parent.initializer && sourceOf(parent.initializer, names, depth);
  if (!ts.isBindingElement(parent) || !ts.isObjectBindingPattern(parent.parent)) return undefined;
  const source = sourceOfPattern(parent.parent, names, depth - 1);
  const name = nameText(parent.propertyName ?? parent.name);
  return source && name !== undefined ? MEMBERS[source]?.[name] : undefined;
}

/** `request.user ?? request.body.user` */
function isFallback(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) &&
    [ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken].includes(parent.operatorToken.kind)
  );
}
