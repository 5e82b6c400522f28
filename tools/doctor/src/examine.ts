import ts from 'typescript';

import { applicationsOf } from './application.js';
import type { Examined, Finding, Rule } from './finding.js';
import { Guards } from './guards.js';
import { handlersOf } from './handlers.js';
import { Names } from './names.js';
import { placeOf } from './place.js';
import type { Project } from './project.js';
import { ignoredExpiry, unpinnedAlgorithms } from './rules/algorithms.js';
import { duplicates } from './rules/duplicates.js';
import { failsOpen } from './rules/fails-open.js';
import { payloadIdentity } from './rules/payload-identity.js';
import { permissiveRoles } from './rules/permissive-roles.js';
import { secretInCode, sharedSecrets } from './rules/secrets.js';
import { unguarded } from './rules/unguarded.js';
import { unverifiedToken } from './rules/unverified-token.js';

const RULES: readonly Rule[] = [
  unguarded,
  duplicates,
  payloadIdentity,
  permissiveRoles,
  failsOpen,
  unverifiedToken,
  unpinnedAlgorithms,
  ignoredExpiry,
  secretInCode,
];

/** What was looked at, and what stands open in it. */
export interface Examination {
  readonly files: number;
  readonly applications: readonly string[];
  readonly handlers: number;
  readonly findings: readonly LocatedFinding[];
  /** Findings that the source says are meant, each with a reason. */
  readonly allowed: number;
}

interface LocatedFinding extends Omit<Finding, 'node'> {
  /** `src/orders.controller.ts:12:3` */
  readonly place: string;
}

/** Examines each application of a project, and what they share. */
export function examine(project: Project): Examination {
  const names = new Names(project.program.getTypeChecker());
  const examined: Examined[] = applicationsOf(project, names).map((application) => ({
    application,
    handlers: handlersOf(application, names),
    guards: new Guards(application, names),
    names,
  }));
  const all = [...examined.flatMap((one) => RULES.flatMap((rule) => rule(one))), ...sharedSecrets(examined)];
  // What several applications have in common is found in each of them.
  const once = new Map(all.map((finding) => [`${finding.rule} ${placeOf(finding.node)}`, finding]));
  const open = [...once.values()].filter((finding) => !isAllowed(finding));
  return {
    files: project.files.length,
    applications: examined.map(({ application }) => application.name),
    handlers: new Set(examined.flatMap(({ handlers }) => handlers.map(({ method }) => method))).size,
    findings: open.map(({ node, ...finding }) => ({ ...finding, place: placeOf(node, project.root) })),
    allowed: once.size - open.length,
  };
}

/**
 * `// doctor-allow unguarded-handler: the load balancer asks`, on the line or above the statement or method; without a
 * reason it is nothing.
 */
function isAllowed({ rule, node }: Finding): boolean {
  const file = node.getSourceFile();
  const whole = ts.findAncestor(node, (one) => ts.isStatement(one) || ts.isClassElement(one)) ?? node;
  const lineOf = (one: ts.Node) => file.getLineAndCharacterOfPosition(one.getStart()).line;
  const lines = file.text.split('\n').slice(Math.max(0, lineOf(whole) - 1), lineOf(node) + 1);
  return lines.some((text) => new RegExp(`// doctor-allow ${rule}: \\S`).test(text));
}
