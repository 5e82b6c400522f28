import { Public } from '@citadel/auth';
import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { representationOf, unlessKnown } from '../http/representation.js';
import { DOCS_ICON, DOCS_STYLE } from './docs-style.js';
import { docsPage } from './docs-page.js';
import type { OpenApi } from './openapi.js';

export const OPENAPI = Symbol('citadel openapi');

/** The contract for machines and for people. */
@Controller()
@Public()
export class DocsController {
  private readonly document;
  private readonly page;
  private readonly styleSheet = representationOf(DOCS_STYLE);
  private readonly iconFile = representationOf(DOCS_ICON);

  constructor(@Inject(OPENAPI) document: OpenApi) {
    this.document = representationOf(JSON.stringify(document));
    this.page = representationOf(docsPage(document));
  }

  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  openApi(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(this.document, request, reply);
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  docs(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(this.page, request, reply);
  }

  @Get('docs/style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(this.styleSheet, request, reply);
  }

  @Get('docs/icon.svg')
  @Header('content-type', 'image/svg+xml')
  icon(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(this.iconFile, request, reply);
  }
}
