import type { Principal } from '../principal.js';

type Somebody = Pick<Principal, 'id'>;

/**
 * Whether something belongs to a caller. What belongs to nobody belongs to no caller either.
 *
 * @example if (!isOwner(user, account)) throw problem('account-not-found');
 */
export function isOwner({ id }: Somebody, { ownerId }: { readonly ownerId: string | null | undefined }): boolean {
  return ownerId === id;
}

/**
 * Four eyes: whether whoever acts is another than the one it began with or the one it is for. Where nobody knows who
 * that is, nobody is the second.
 *
 * @param first - id of whoever asked for it, or gains by it
 * @example if (!isSecondPerson(user, request.createdBy)) throw problem('self-approval');
 */
export function isSecondPerson({ id }: Somebody, first: string | null | undefined): boolean {
  return typeof first === 'string' && first !== '' && first !== id;
}
