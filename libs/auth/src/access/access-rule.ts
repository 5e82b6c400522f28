import 'reflect-metadata';

import type { Clearance } from '@citadel/protocol';

/** One requirement. All that stand on a handler and on its class must hold. */
export type AccessRule =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'roles'; readonly anyOf: readonly string[] }
  | { readonly kind: 'permissions'; readonly allOf: readonly string[] }
  | { readonly kind: 'clearance'; readonly atLeast: Clearance }
  /** Seconds since the caller last proved who they are. */
  | { readonly kind: 'recent-login'; readonly maxAge: number };

const RULES = Symbol.for('citadel:access-rules');

/** Goes on a class or on a method. */
export type AccessDecorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;

/** Adds a rule to a class or a method. The building block of the decorators below. */
export function declareAccess(rule: AccessRule): AccessDecorator {
  return (target, _key, descriptor) => {
    // A method's descriptor holds its function; a class has no descriptor and is the target itself.
    const subject = descriptor ? (descriptor.value as object) : target;
    Reflect.defineMetadata(RULES, [...ownRules(subject), rule], subject);
  };
}

/**
 * Every rule that binds a handler: its own, those of its class, and those of the classes that it extends: what a class
 * declares adds to what it inherits. Empty when nothing is declared.
 */
export function rulesOf(handler: object, controller: object): readonly AccessRule[] {
  const rules = [...ownRules(handler)];
  for (let one: object | null = controller; one !== null; one = Reflect.getPrototypeOf(one))
    rules.push(...ownRules(one));
  return rules;
}

function ownRules(subject: object): readonly AccessRule[] {
  return (Reflect.getOwnMetadata(RULES, subject) as readonly AccessRule[] | undefined) ?? [];
}

/** Whether nobody needs to show a token: declared public, and nothing else declared that public would loosen. */
export function isPublic(rules: readonly AccessRule[]): boolean {
  return rules.length > 0 && rules.every(({ kind }) => kind === 'public');
}
