import { isIP } from 'node:net';
import { certificatePem, commonConfig, list, privateKeyPem, readConfig, whole } from '@citadel/platform';
import { z } from 'zod';

/** An address, or a network as CIDR has it. */
function isNetwork(text: string): boolean {
  const [address = '', prefix = '0', ...more] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  return bits !== undefined && more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
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
  /** Origins whose pages may call with credentials. */
  CORS_ORIGINS: list.refine(
    (origins) => origins.every(isHttpsOrigin),
    'must be https origins without a path, such as https://app.example,https://www.example',
  ),
  /** Addresses of proxies whose `X-Forwarded-For` is trusted. None, if left out. */
  TRUSTED_PROXIES: list.refine((proxies) => proxies.every(isNetwork), 'must be IP addresses or networks (10.0.0.0/8)'),
});

export type GatewayConfig = z.output<typeof GatewayConfig>;

export const readGatewayConfig = (): GatewayConfig => readConfig(GatewayConfig);
