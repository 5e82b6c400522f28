import type { Family } from '../attack.js';
import { auditTrail } from './audit-trail.js';
import { bola } from './bola.js';
import { busPermissions } from './bus-permissions.js';
import { csrf } from './csrf.js';
import { guessing } from './guessing.js';
import { databases } from './databases.js';
import { keyRing } from './key-ring.js';
import { jetstream } from './jetstream.js';
import { flood } from './flood.js';
import { massAssignment } from './mass-assignment.js';
import { replay } from './replay.js';
import { roleNames } from './role-names.js';
import { shadowedSubjects } from './shadowed-subjects.js';
import { smuggling } from './smuggling.js';
import { tokens } from './tokens.js';

export const FAMILIES: readonly Family[] = [
  tokens,
  smuggling,
  massAssignment,
  bola,
  shadowedSubjects,
  replay,
  roleNames,
  busPermissions,
  databases,
  jetstream,
  auditTrail,
  csrf,
  guessing,
  keyRing,
  flood,
];
