import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Who may know whom: apps → libs/platform → libs/auth → libs/protocol, and apps → libs/contracts → libs/protocol: what is
 * installed elsewhere knows nothing of the services here. Nothing points upward, no app knows another, and what guards a door (token verification, the bus) has one home. A kind that is not listed may import anything.
 */
const MAY_IMPORT = {
  'libs/protocol': [],
  'libs/contracts': ['libs/protocol'],
  'libs/auth': ['libs/protocol'],
  'libs/platform': ['libs/auth', 'libs/protocol'],
  apps: ['libs'],
  tools: ['libs', 'tools'],
  // It reads the decorators of every service: that is what it is for.
  'tools/access': ['libs', 'tools', 'apps'],
};

/** The only folders where these packages may appear; `typesOnly` where they may appear as `import type`. */
const HOMES = [
  {
    packages: /^(passport($|-)|@nestjs\/passport$|jsonwebtoken$|@types\/(passport|jsonwebtoken))/,
    // And the programs that the bench compares us with, which do as tutorials do.
    homes: /^(libs\/auth|tools\/bench\/src\/road\/peers)\//,
    why: 'tokens are verified in libs/auth alone; use what @citadel/auth exports',
  },
  {
    packages: /^(@nats-io\/|nats$)/,
    homes: /^(libs\/platform|tools|test)\//,
    typesOnly: /^libs\/auth\/src\/nats\//,
    why: 'the connection to NATS belongs to libs/platform; use what @citadel/platform exports',
  },
];

/** Tests of the apps and of what runs them may have servers of their own; nothing that is built may. */
const TEST_AIDS = ['@citadel/database/testing', '@citadel/stack/testing'];
const SERVED_TEST = /^(apps\/[^/]+|libs\/platform)\/src\/(testing\/|.*\.(spec|fixture)\.ts$)/;

const WORKSPACE = /^(libs|apps|tools)\/[^/]+/;
const TEST_FILE = /\.(spec|type-check)\.ts$/;

const ROOT = path.resolve(import.meta.dirname, '../..');
const folders = new Map(['libs', 'apps', 'tools'].flatMap(packagesIn));

/** Package name and folder of each workspace: they differ, so the manifests are asked. */
function packagesIn(kind) {
  return readdirSync(path.join(ROOT, kind)).flatMap((name) => {
    const manifest = manifestOf(path.join(ROOT, kind, name, 'package.json'));
    return manifest ? [[manifest.name, `${kind}/${name}`]] : [];
  });
}

function manifestOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** @param {string} specifier of an import that is not relative, perhaps with a path behind the package's name */
function folderOf(specifier) {
  return folders.get(specifier.split('/', 2).join('/'));
}

/**
 * @param {string} file the importing file, relative to the root
 * @param {string} specifier
 * @returns {string | undefined} what is wrong with this import, and the way out
 */
function faultOf(file, specifier, isType = false) {
  if (specifier.startsWith('.')) return relativeFault(file, specifier);
  if (TEST_AIDS.includes(specifier) && SERVED_TEST.test(file)) return undefined;
  return (
    homeFault(file, specifier, isType) ?? workspaceFault(file, folderOf(specifier)) ?? describingFault(file, specifier)
  );
}

function relativeFault(file, specifier) {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const [from] = WORKSPACE.exec(file) ?? [];
  const [to] = WORKSPACE.exec(target) ?? [];
  if (!from || !to || from === to) return undefined;
  const fault = workspaceFault(file, to);
  // What is no package has no other name.
  if (fault || ![...folders.values()].includes(to)) return fault;
  return `a path must not leave its package; import ${to} by its package name`;
}

function workspaceFault(file, to) {
  const [from] = WORKSPACE.exec(file) ?? [];
  if (!from || !to || from === to) return undefined;
  const allowed = MAY_IMPORT[from] ?? MAY_IMPORT[from.split('/')[0]] ?? [];
  if (allowed.some((folder) => to === folder || to.startsWith(`${folder}/`))) return undefined;
  const may = allowed.join(', ') || 'no other workspace';
  return `${from} must not import ${to}; it may import ${may} (the rule is in tools/lint/package-boundaries.js)`;
}

function homeFault(file, specifier, isType) {
  const rule = HOMES.find(({ packages }) => packages.test(specifier));
  if (!rule || rule.homes.test(file) || (isType && rule.typesOnly?.test(file))) return undefined;
  return rule.why;
}

function describingFault(file, specifier) {
  const [from] = /^libs\/(protocol|contracts)(?=\/)/.exec(file) ?? [];
  if (!from || TEST_FILE.test(file)) return undefined;
  if (specifier === 'zod' || specifier.startsWith('zod/') || folderOf(specifier)) return undefined;
  return `${from} describes and does nothing: it may import zod, not ${specifier}`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const packageBoundaries = {
  meta: {
    type: 'problem',
    docs: { description: 'keeps every import inside the dependency rule written above' },
    messages: { crossed: '{{fault}}.' },
    schema: [],
  },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const check = (source, isType) => {
      if (typeof source?.value !== 'string') return;
      const fault = faultOf(file, source.value, isType);
      if (fault) context.report({ node: source, messageId: 'crossed', data: { fault } });
    };
    return {
      ImportDeclaration: (node) => check(node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node.source, false),
      TSImportType: (node) => check(node.source ?? node.argument?.literal, true),
      TSExternalModuleReference: (node) => check(node.expression, false),
      'CallExpression[callee.name="require"]': (node) => check(node.arguments[0], false),
    };
  },
};
