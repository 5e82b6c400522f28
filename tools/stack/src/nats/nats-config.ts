import { BUS_LINKS, CONTRACT_NAMES } from '@citadel/contracts';
import { renderNatsAccounts } from '@citadel/platform/nats-permissions';

import type { NatsUser } from '../service-names.js';

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

${renderNatsAccounts(CONTRACT_NAMES, BUS_LINKS, options.publicKeys)}`;
}

/** An acknowledged revocation survives a power cut. Older servers write to disk every two minutes and cannot be told. */
function syncInterval(version = '0.0'): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10) ? '  sync_interval: always\n' : '';
}

/** A quoted value: unquoted, the server's parser would take $JS for a variable. */
function text(value: string): string {
  return JSON.stringify(value);
}
