import ts from 'typescript';

import type { Examined, Finding } from '../finding.js';
import { type Names, unwrapped } from '../names.js';
import { type TokenUse, tokenUses } from '../tokens.js';

/** Signing secrets that stand in the source, or that the source falls back to. */
export function secretInCode({ application, names }: Examined): Finding[] {
  return tokenUses(application, names).flatMap(({ key }) => {
    const written = key && writtenOut(key, names);
    if (!written) return [];
    return [
      {
        rule: 'secret-in-code',
        node: key,
        message: 'The key for tokens is written in the source: whoever reads the repository can sign tokens.',
        cure: 'Read it from the environment or a secret store, refuse to start without it, and replace this one.',
      },
    ];
  });
}

/** One symmetric secret in several applications of a repository: each of them can sign tokens for all. */
export function sharedSecrets(all: readonly Examined[]): Finding[] {
  const uses = all.flatMap(({ application, names }) =>
    tokenUses(application, names).flatMap((use) => {
      const secret = isAsymmetric(use, names) ? undefined : secretName(use.key, names);
      return secret === undefined || !use.key ? [] : [{ secret, node: use.key, application: application.name }];
    }),
  );
  return [...new Set(uses.map(({ secret }) => secret))].flatMap((secret) => {
    const shared = uses.filter((use) => use.secret === secret);
    const applications = [...new Set(shared.map(({ application }) => application))];
    const [first] = shared;
    if (!first || applications.length < 2) return [];
    return [
      {
        rule: 'shared-secret',
        node: first.node,
        message: `${applications.join(' and ')} share ${secret}: each of them can sign tokens that the others accept.`,
        cure: 'Sign with a private key in one service (ES256 or RS256), and give the others the public key.',
      },
    ];
  });
}

function writtenOut(key: ts.Expression, names: Names): boolean {
  const value = names.value(key);
  if (ts.isStringLiteralLike(value)) return !/BEGIN (RSA )?PUBLIC KEY|BEGIN CERTIFICATE/.test(value.text);
  // `process.env.SECRET ?? 'secret'` and `config.get('SECRET', 'secret')`
  if (ts.isBinaryExpression(value)) return writtenOut(value.right, names);
  return ts.isCallExpression(value) && isLookUp(value) && names.text(value.arguments[1]) !== undefined;
}

/** `JWT_SECRET`, wherever it is looked up. */
function secretName(key: ts.Expression | undefined, names: Names): string | undefined {
  if (!key) return undefined;
  const value = names.value(key);
  if (ts.isBinaryExpression(value)) return secretName(value.left, names);
  if (ts.isCallExpression(value) && isLookUp(value)) return symmetric(names.text(value.arguments[0]));
  if (ts.isPropertyAccessExpression(value) && isEnvironment(value.expression)) return symmetric(value.name.text);
  if (ts.isElementAccessExpression(value) && isEnvironment(value.expression)) {
    return symmetric(names.text(value.argumentExpression));
  }
  if (ts.isStringLiteralLike(value) && writtenOut(value, names)) return 'a secret in the source';
  return undefined;
}

function symmetric(name: string | undefined): string | undefined {
  return name === undefined || /public|jwks|cert/i.test(name) ? undefined : name;
}

/** `config.get('SECRET')`, `config.getOrThrow('SECRET')` */
function isLookUp({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && ['get', 'getOrThrow'].includes(expression.name.text);
}

function isEnvironment(expression: ts.Expression): boolean {
  return unwrapped(expression).getText() === 'process.env';
}

function isAsymmetric({ options }: TokenUse, names: Names): boolean {
  const algorithms = names.property(options, 'algorithms') ?? names.property(options, 'algorithm');
  return algorithms !== undefined && !/['"]HS\d/.test(names.value(algorithms).getText());
}
