import { Public } from '@citadel/auth';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
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
  private readonly styleSheet = representationOf(DOCS_STYLE, 'text/css; charset=utf-8');
  private readonly iconFile = representationOf(DOCS_ICON, 'image/svg+xml');

  constructor(@Inject(OPENAPI) document: OpenApi) {
    this.document = representationOf(JSON.stringify(document), 'application/json; charset=utf-8');
    this.page = representationOf(docsPage(document), 'text/html; charset=utf-8');
  }

  @Get('openapi.json')
  openApi(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(this.document, request, reply);
  }

  @Get('docs')
  docs(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(this.page, request, reply);
  }

  @Get('docs/style.css')
  style(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(this.styleSheet, request, reply);
  }

  @Get('docs/icon.svg')
  icon(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return unlessKnown(this.iconFile, request, reply);
  }
}
