/** A name in each of the spellings in which code needs it. */
export interface Spellings {
  /** `war-chest` */
  readonly kebab: string;
  /** `warChest` */
  readonly camel: string;
  /** `WarChest` */
  readonly pascal: string;
  /** `War chest` */
  readonly sentence: string;
}

/** A service is a folder, the first word of its subjects and the domain of its permissions. */
const SERVICE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** An operation is a verb and what it is done to: both stand in its permission. */
const OPERATION = /^[a-z]+([A-Z][a-z0-9]*)+$/;
/** So that a database, its roles and a container can have it in their names. PostgreSQL cuts at 63. */
const LONGEST = 40;

/** What stands on NATS, in the image or among the containers already, and what JavaScript keeps for itself. */
const TAKEN = new Set([
  ...['publisher', 'events', 'streams', 'nats', 'postgres', 'secrets', 'databases', 'database', 'migrate', 'seed'],
  ...['users', 'store', 'bus', 'edge', 'stories', 'contracts', 'names', 'permissions', 'problem', 'roles', 'services'],
  ...['index', 'access-table', 'class', 'default', 'delete', 'export', 'import', 'new', 'package', 'public', 'static'],
  ...['constructor', 'prototype', 'operation', 'service', 'page', 'line', 'text', 'id', 'z'],
]);

/** @throws Error that says what the name of a service looks like */
export function serviceName(text: string): Spellings {
  const isName = SERVICE.test(text) && text.length <= LONGEST;
  if (!isName || TAKEN.has(text)) {
    const reason = isName ? 'is taken: something else here has that name' : 'is not the name of a service';
    throw new Error(
      `"${text}" ${reason}. Take words in lower case joined by hyphens, at most ${LONGEST} characters, such as war-chest.`,
    );
  }
  return spellingsOf(text.split('-'));
}

/** @throws Error that says what the name of an operation looks like */
export function operationName(text: string): Spellings {
  if (!OPERATION.test(text) || text.length > LONGEST || TAKEN.has(text)) {
    throw new Error(
      `"${text}" is not the name of an operation. Take a verb and what it is done to, at most ${LONGEST} characters, ` +
        'such as renameAccount.',
    );
  }
  return spellingsOf(text.split(/(?=[A-Z])/).map((word) => word.toLowerCase()));
}

/** `treasury:account:rename` for `renameAccount`. */
export function permissionFor(service: Spellings, operation: Spellings): string {
  const [verb = '', ...rest] = operation.kebab.split('-');
  return `${service.kebab}:${rest.join('-')}:${verb}`;
}

function spellingsOf(words: readonly string[]): Spellings {
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const pascal = words.map(capital).join('');
  return {
    kebab: words.join('-'),
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    sentence: capital(words.join(' ')),
  };
}
