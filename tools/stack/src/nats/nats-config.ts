import { SERVICES, type ServiceName } from '../service-names.js';
import { NATS_PERMISSIONS, type SubjectPermissions } from './nats-permissions.js';

export interface NatsConfigOptions {
  readonly host: string;
  readonly port: number;
  /** PEM files, as the server sees them. */
  readonly certificate: string;
  readonly key: string;
  /** Folder for JetStream, as the server sees it. */
  readonly storeFolder: string;
  readonly publicKeys: Readonly<Record<ServiceName, string>>;
  /** Where `/healthz` answers over plain HTTP, such as `127.0.0.1:8222`; nowhere if not given. */
  readonly monitoring?: string;
}

/** The configuration of a nats-server (2.9.10 and newer) that lets in our processes alone, each with its own rights. */
export function renderNatsConfig(options: NatsConfigOptions): string {
  return `# Written by @citadel/stack at every start; changes here are lost.
server_name: citadel
listen: ${text(`${options.host}:${String(options.port)}`)}
${options.monitoring === undefined ? '' : `http: ${text(options.monitoring)}\n`}max_payload: 2MB

tls {
  cert_file: ${text(options.certificate)}
  key_file: ${text(options.key)}
  timeout: 5
}

jetstream {
  store_dir: ${text(options.storeFolder)}
  max_memory_store: 64MB
  # The stream of events reserves 1 GiB of it; keys and revocations need their share.
  max_file_store: 2GB
}

${renderNatsUsers(options.publicKeys)}`;
}

/** The `authorization` block alone: for a NATS server that somebody else runs. */
export function renderNatsUsers(publicKeys: Readonly<Record<ServiceName, string>>): string {
  const users = SERVICES.map((service) => renderUser(service, publicKeys[service], NATS_PERMISSIONS[service]));
  return `authorization {\n  users: [\n${users.join('\n')}\n  ]\n}\n`;
}

function renderUser(service: ServiceName, publicKey: string, permissions: SubjectPermissions): string {
  const { publish, denyPublish = [], subscribe, denySubscribe = [] } = permissions;
  return `    # ${service}
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

/** A quoted value: unquoted, the server's parser would take $JS for a variable. */
function text(value: string): string {
  return JSON.stringify(value);
}
