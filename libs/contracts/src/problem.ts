import { problemsOf, type ProblemCatalogue, ProblemDocument as AnyProblem, PROTOCOL_PROBLEMS } from '@citadel/protocol';
import { z } from 'zod';

/**
 * Every way a Citadel call can fail on purpose: a closed catalogue of codes, each with its HTTP status and title.
 * What is not in the catalogue leaves a service as `internal`.
 */
export const PROBLEMS = {
  ...PROTOCOL_PROBLEMS,
  'invalid-credentials': [401, 'E-mail or password is wrong'],
  'invalid-refresh-token': [401, 'The refresh token is not valid'],
  'csrf-rejected': [403, 'A page of another origin may not do this with your cookies'],
  'self-change': [403, 'Nobody changes their own powers'],
  'self-issue': [403, 'You cannot issue money to an account of your own'],
  'beyond-your-power': [403, 'This is more than you hold yourself'],
  'session-not-found': [404, 'There is no such session'],
  'role-not-found': [404, 'There is no such role'],
  'operation-not-found': [404, 'There is no such operation'],
  'decision-not-found': [404, 'There is no such decision'],
  'user-not-found': [404, 'There is no such user'],
  'key-not-found': [404, 'There is no such key'],
  'account-not-found': [404, 'There is no such account'],
  'document-not-found': [404, 'There is no such document'],
  'email-taken': [409, 'This e-mail address is registered already'],
  'same-account': [409, 'A transfer needs two different accounts'],
  'role-taken': [409, 'There is a role of this name already'],
  'role-in-use': [409, 'Somebody or something still uses this role'],
  'role-built-in': [409, 'A built-in role cannot be changed'],
  'last-sovereign': [409, 'The last enabled sovereign stays'],
  'currency-mismatch': [409, 'The accounts have different currencies'],
  'insufficient-funds': [409, 'The account does not hold enough'],
  'balance-limit': [409, 'The balance would leave the range that an account can hold'],
  'transfer-id-taken': [409, 'Another transfer has this id'],
  'version-conflict': [412, 'It has been changed meanwhile'],
  'headers-too-large': [431, 'The request headers are too large'],
  'unknown-permission': [422, 'There is no such permission'],
  'unknown-role': [422, 'There is no such role'],
  'role-cycle': [422, 'A role cannot inherit from itself'],
  'too-many-roles': [422, 'These roles together do not fit into a token'],
  'weak-password': [422, 'The password is too easy to guess'],
  'precondition-required': [428, 'Say with If-Match which version you mean to change'],
  'rotation-too-soon': [429, 'The signing keys were rotated a moment ago'],
  'too-many-requests': [429, 'Too many requests'],
} as const satisfies ProblemCatalogue;

export type ProblemCode = keyof typeof PROBLEMS;

/**
 * Makes a problem from the catalogue, to be thrown.
 *
 * @example throw problem('insufficient-funds', { detail: 'The account holds 3.00 EUR' });
 */
export const problem = problemsOf(PROBLEMS);

/** A problem as it is answered (RFC 9457), with the codes that there are. */
export const ProblemDocument = AnyProblem.extend({ code: z.enum(Object.keys(PROBLEMS)) });
