import {
  acknowledgement,
  API_PREFIX,
  consumerOperations,
  FLOW_CONTROL,
  type LinksOfServices,
  natsPermissions,
  PUBLISHER,
  PUBLISHER_PERMISSIONS,
  READ_OPERATIONS,
  type SubjectPermissions,
  WATCH_PREFIX,
} from './permissions.js';

/**
 * The `accounts` block alone: for a NATS server that somebody else runs.
 *
 * JetStream is in an account of its own, where auth's publisher is the only user. The others import what they need of it:
 * whatever JetStream is asked to send on their behalf, it sends in their account, where nothing writes to a stream but
 * the import of events.
 *
 * @param services - all but the gateway
 * @param links - what services have to do with each other
 * @param publicKeys - the public half of each process's NKey
 */
export function renderNatsAccounts<Name extends string>(
  services: readonly Name[],
  links: LinksOfServices,
  publicKeys: Readonly<Record<Name | 'gateway' | typeof PUBLISHER, string>>,
): string {
  const permissions = natsPermissions(services, links);
  const users = ([...services, 'gateway'] as const).map((name) =>
    renderUser(name, publicKeys[name], permissions[name]),
  );
  const names = Object.values(links).flatMap(({ consumers }) => consumers);
  const operations = [...READ_OPERATIONS, ...names.flatMap(consumerOperations)];
  const imported = [
    ...operations.map((operation) => `$JS.API.${operation}`),
    ...FLOW_CONTROL,
    ...names.map(acknowledgement),
    'events.>',
  ];
  const imports = imported.map((subject) => {
    const to = subject.replace(/^\$JS\.API\./, `${API_PREFIX}.`);
    return `{ service: { account: streams, subject: ${text(subject)} }${to === subject ? '' : `, to: ${text(to)}`} }`;
  });
  return `accounts {
  streams {
    jetstream: enabled
    users: [
${renderUser(PUBLISHER, publicKeys[PUBLISHER], PUBLISHER_PERMISSIONS)}
    ]
    exports: [
${lines(imported.map((subject) => `{ service: ${text(subject)}, response_type: Stream, accounts: [bus] }`))}
      { stream: ${text(`${WATCH_PREFIX}.>`)}, accounts: [bus] }
    ]
  }
  bus {
    users: [
${users.join('\n')}
    ]
    imports: [
${lines(imports)}
      { stream: { account: streams, subject: ${text(`${WATCH_PREFIX}.>`)} } }
    ]
  }
}
`;
}

function renderUser(name: string, publicKey: string, permissions: SubjectPermissions | undefined): string {
  if (!permissions) throw new Error(`${name} has no permissions on NATS`);
  const { publish, denyPublish = [], subscribe, denySubscribe = [] } = permissions;
  return `      # ${name}
      {
        nkey: ${text(publicKey)}
        permissions: {
          publish: ${rule(publish, denyPublish)}
          subscribe: ${rule(subscribe, denySubscribe)}
        }
      }`;
}

function rule(allow: readonly string[], deny: readonly string[]): string {
  return `{ allow: ${list(allow)}${deny.length > 0 ? `, deny: ${list(deny)}` : ''} }`;
}

function list(subjects: readonly string[]): string {
  return `[${subjects.map(text).join(', ')}]`;
}

const lines = (items: readonly string[]) => items.map((item) => `      ${item}`).join('\n');

/** A quoted value: unquoted, the server's parser would take $JS for a variable. */
function text(value: string): string {
  return JSON.stringify(value);
}
