import { certificatePem, commonConfig, list, privateKeyPem, readConfig, whole } from '@citadel/platform';
import { z } from 'zod';

const GatewayConfig = z.object({
  ...commonConfig,
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: whole(1, 65_535).default(8443),
  GATEWAY_TLS_CERT: certificatePem,
  GATEWAY_TLS_KEY: privateKeyPem,
  /** Milliseconds until a service that does not answer is given up. */
  CALL_TIMEOUT_MS: whole(50, 60_000).default(5_000),
  /** Origins whose pages may call with credentials. */
  CORS_ORIGINS: list,
  /** Addresses of proxies whose `X-Forwarded-For` is believed. Nobody's, if left out. */
  TRUSTED_PROXIES: list,
});

export type GatewayConfig = z.output<typeof GatewayConfig>;

export const readGatewayConfig = (): GatewayConfig => readConfig(GatewayConfig);
