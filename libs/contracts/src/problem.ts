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
  'csrf-rejected': [403, 'Requests with cookies must come from the same origin'],
  'self-change': [403, 'You cannot change your own permissions'],
  'own-account': [403, 'You cannot do this with an account of your own'],
  'document-read-only': [403, 'You may read this document, not change it'],
  'document-not-yours': [403, 'Only its owner may do this with a document'],
  'self-issue': [403, 'You cannot issue money to an account of your own'],
  'beyond-your-power': [403, 'This would exceed your own permissions'],
  'session-not-found': [404, 'Session not found'],
  'role-not-found': [404, 'Role not found'],
  'operation-not-found': [404, 'Operation not found'],
  'decision-not-found': [404, 'Decision not found'],
  'user-not-found': [404, 'User not found'],
  'key-not-found': [404, 'Key not found'],
  'transfer-not-found': [404, 'Transfer not found'],
  'account-not-found': [404, 'Account not found'],
  'document-not-found': [404, 'Document not found'],
  'grant-not-found': [404, 'Grant not found'],
  'document-version-not-found': [404, 'Document version not found'],
  'email-taken': [409, 'This e-mail address is already registered'],
  'same-account': [409, 'A transfer needs two different accounts'],
  'role-taken': [409, 'A role with this name already exists'],
  'role-in-use': [409, 'The role is still in use'],
  'role-built-in': [409, 'A built-in role cannot be changed'],
  'last-sovereign': [409, 'The last enabled sovereign cannot be removed'],
  'currency-mismatch': [409, 'The accounts have different currencies'],
  'account-not-open': [409, 'The account is frozen or closed'],
  'account-not-empty': [409, 'The account still holds money'],
  'insufficient-funds': [409, 'Insufficient funds'],
  'balance-limit': [409, 'The balance would exceed the limits of an account'],
  'transfer-id-taken': [409, 'Another transfer already has this id'],
  'storage-exhausted': [409, 'The owner’s allowance of stored documents is used up'],
  'version-conflict': [412, 'It has changed since you read it'],
  'headers-too-large': [431, 'The request headers are too large'],
  'unknown-permission': [422, 'Unknown permission'],
  'unknown-role': [422, 'Unknown role'],
  'unsuitable-successor': [422, 'The successor must be another enabled user, and not yourself'],
  'role-cycle': [422, 'A role cannot inherit from itself'],
  'too-many-roles': [422, 'These roles are too long for a token'],
  'search-without-words': [422, 'The search names no word that must be there'],
  'search-too-costly': [422, 'The search took too long; ask for less'],
  'weak-password': [422, 'The password is too easy to guess'],
  'precondition-required': [428, 'The If-Match header is required'],
  'rotation-too-soon': [429, 'The signing keys were rotated too recently'],
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
