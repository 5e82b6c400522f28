import { Public } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import { Handles } from '@citadel/platform';
import { Controller, Inject } from '@nestjs/common';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';

/** What a client can find out by itself (RFC 8414). It lists what is offered, and nothing else. */
@Controller()
export class MetadataController {
  constructor(@Inject(AUTH_CONFIG) private readonly config: AuthConfig) {}

  @Handles(auth.metadata)
  @Public()
  metadata() {
    const issuer = this.config.CITADEL_ISSUER;
    return {
      issuer,
      jwks_uri: `${issuer}${auth.jwks.path}`,
      revocation_endpoint: `${issuer}${auth.revoke.path}`,
      introspection_endpoint: `${issuer}${auth.introspect.path}`,
      // There is neither an authorization nor a token endpoint: login and refresh are an API of our own, not grants.
      response_types_supported: [],
      grant_types_supported: [],
      // Whoever has a token may end it; to look at one, a caller shows an access token of their own (RFC 7662 §2.1).
      revocation_endpoint_auth_methods_supported: ['none'],
      introspection_endpoint_auth_methods_supported: ['Bearer'],
    };
  }
}
