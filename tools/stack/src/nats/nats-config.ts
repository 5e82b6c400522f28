import { SERVICES, type NatsUser } from '../service-names.js';
import {
  API_PREFIX,
  FLOW_CONTROL,
  natsPermissions,
  PUBLISHER,
  PUBLISHER_PERMISSIONS,
  READ_OPERATIONS,
  type SubjectPermissions,
  WATCH_PREFIX,
} from './nats-permissions.js';

export interface NatsConfigOptions {
  readonly host: string;
  readonly port: number;
  /** PEM files, as the server sees them. */
  readonly certificate: string;
  readonly key: string;
  /** Folder for JetStream, as the server sees it. */
  readonly storeFolder: string;
  readonly publicKeys: Readonly<Record<NatsUser, string>>;
  /** Where `/healthz` answers over plain HTTP, such as `127.0.0.1:8222`; nowhere if not given. */
  readonly monitoring?: string;
  /** The server's own, such as `2.10.4`; the oldest that is supported if not given. */
  readonly version?: string | undefined;
}

/** The configuration of a nats-server (2.9.10 and newer) that lets in our processes alone, each with its own rights. */
export function renderNatsConfig(options: NatsConfigOptions): string {
  return `# Written by @citadel/stack at every start; changes here are lost.
server_name: citadel
listen: ${text(`${options.host}:${options.port}`)}
${options.monitoring === undefined ? '' : `http: ${text(options.monitoring)}\n`}max_payload: 2MB

tls {
  cert_file: ${text(options.certificate)}
  key_file: ${text(options.key)}
  timeout: 5
}

jetstream {
  store_dir: ${text(options.storeFolder)}
  max_memory_store: 64MB
  # The stream of events may take 512 MB of it; the rest is for keys and revocations.
  max_file_store: 2GB
${syncInterval(options.version)}}

${renderNatsAccounts(options.publicKeys)}`;
}

/** An acknowledged revocation survives a power cut. Older servers write to disk every two minutes and cannot be told. */
function syncInterval(version = '0.0'): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10) ? '  sync_interval: always\n' : '';
}

/**
 * The `accounts` block alone: for a NATS server that somebody else runs.
 *
 * JetStream is in an account of its own, where auth's publisher is the only user. The others import what they need of it:
 * whatever JetStream is asked to send on their behalf, it sends in their account, where nothing writes to a stream but
 * the import of events.
 */
export function renderNatsAccounts(publicKeys: Readonly<Record<NatsUser, string>>): string {
  const permissions = natsPermissions(SERVICES.filter((service) => service !== 'gateway'));
  const users = SERVICES.map((service) => renderUser(service, publicKeys[service], permissions[service]));
  const services = [...READ_OPERATIONS.map((operation) => `$JS.API.${operation}`), ...FLOW_CONTROL, 'events.>'];
  const imports = services.map((subject) => {
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
${lines(services.map((subject) => `{ service: ${text(subject)}, response_type: Stream, accounts: [bus] }`))}
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

function renderUser(name: NatsUser, publicKey: string, permissions: SubjectPermissions | undefined): string {
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
