import type { Principal } from '@citadel/auth';
import { type Clearance, CLEARANCES, covers } from '@citadel/protocol';

/** A document as the model knows it. */
export interface Paper {
  readonly id: string;
  readonly ownerId: string;
  readonly clearance: Clearance;
  readonly isDeleted: boolean;
  readonly grants: readonly PaperGrant[];
}

export interface PaperGrant {
  /** Id of a user, or name of a role. */
  readonly to: string;
  readonly access: 'read' | 'write';
  readonly isRevoked: boolean;
}

type Reader = Pick<Principal, 'id' | 'roles' | 'permissions' | 'clearance'>;

/** The rules in words, written a second time and without the database. */
export function mayRead(reader: Reader, paper: Paper): boolean {
  if (paper.isDeleted || !isCleared(reader, paper)) return false;
  if (paper.ownerId === reader.id || paper.clearance === 'public') return true;
  return covers(reader.permissions, 'archives:documents:read-any') || grantsTo(reader, paper).length > 0;
}

export function mayWrite(reader: Reader, paper: Paper): boolean {
  if (!mayRead(reader, paper) || !covers(reader.permissions, 'archives:documents:file')) return false;
  return paper.ownerId === reader.id || grantsTo(reader, paper).some(({ access }) => access === 'write');
}

const isCleared = (reader: Reader, paper: Paper) =>
  CLEARANCES.indexOf(paper.clearance) <= CLEARANCES.indexOf(reader.clearance);

const grantsTo = ({ id, roles }: Reader, { grants }: Paper) =>
  grants.filter(({ to, isRevoked }) => !isRevoked && [id, ...roles].includes(to));
