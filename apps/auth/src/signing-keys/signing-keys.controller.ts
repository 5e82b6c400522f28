import { Public } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import { Handles } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { SigningKeysService } from './signing-keys.service.js';

@Controller()
export class SigningKeysController {
  constructor(private readonly keys: SigningKeysService) {}

  @Handles(auth.jwks)
  @Public()
  async jwks() {
    return { keys: await this.keys.publicKeys() };
  }
}
