import { isIP } from 'node:net';
import { certificatePem, commonConfig, list, privateKeyPem, readConfig, whole } from '@citadel/platform';
import { z } from 'zod';

/**
 * An address, or a network as CIDR has it (RFC 4632 §3.1), and none wider than the widest private ones: 10.0.0.0/8 and
 * fc00::/7. Whoever is in a trusted network says what their own address is, and so has as many limits as they like.
 */
function isProxyNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  // An IPv4 network in IPv6 notation (::ffff:0:0/96 is all of IPv4) has its own notation, where its width shows.
  if (/^[:0]*:ffff:/i.test(address) && prefix !== undefined) return false;
  const [shortest, bits] = { 4: [8, 32], 6: [7, 128] }[isIP(address)] ?? [];
  if (shortest === undefined || bits === undefined || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= shortest && Number(prefix) <= bits);
}

const isHttpsOrigin = (text: string) =>
  URL.canParse(text) && text.startsWith('https://') && new URL(text).origin === text && !text.includes('*');

export const GatewayConfig = z.object({
  ...commonConfig,
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: whole(1, 65_535).default(8443),
  GATEWAY_TLS_CERT: certificatePem,
  GATEWAY_TLS_KEY: privateKeyPem,
  /** Milliseconds until a service that does not answer is given up. */
  CALL_TIMEOUT_MS: whole(50, 60_000).default(5_000),
  /** Requests that are under way at most, a quarter of them from one network; each may hold a body of 1 MiB. */
  REQUESTS_AT_ONCE: whole(4, 100_000).default(1_000),
  /** Connections at most, half of them from one network: each costs about 85 KB, and one more is closed at once. */
  CONNECTIONS_AT_ONCE: whole(4, 100_000).default(2_000),
  /** Origins whose pages may call with credentials. */
  CORS_ORIGINS: list.refine(
    (origins) => origins.every(isHttpsOrigin),
    'must be https origins without a path, such as https://app.example,https://www.example',
  ),
  /** Addresses of proxies whose `X-Forwarded-For` is trusted. None, if left out. */
  TRUSTED_PROXIES: list.refine(
    (proxies) => proxies.every(isProxyNetwork),
    'must be IP addresses or networks of your own proxies, such as 10.0.0.5,fd00::/8; none wider than /8 (IPv4) or /7 (IPv6)',
  ),
});

export type GatewayConfig = z.output<typeof GatewayConfig>;

export const readGatewayConfig = (): GatewayConfig => readConfig(GatewayConfig);
