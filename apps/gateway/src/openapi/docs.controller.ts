import { Public } from '@citadel/auth';
import { Controller, Get, Header, Inject } from '@nestjs/common';

import { DOCS_ICON, DOCS_STYLE } from './docs-style.js';
import { docsPage } from './docs-page.js';
import type { OpenApi } from './openapi.js';

export const OPENAPI = Symbol('citadel openapi');

/** The contract for machines and for people. */
@Controller()
@Public()
export class DocsController {
  private readonly page: string;

  constructor(@Inject(OPENAPI) private readonly document: OpenApi) {
    this.page = docsPage(document);
  }

  @Get('openapi.json')
  openApi(): OpenApi {
    return this.document;
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  docs(): string {
    return this.page;
  }

  @Get('docs/style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(): string {
    return DOCS_STYLE;
  }

  @Get('docs/icon.svg')
  @Header('content-type', 'image/svg+xml')
  icon(): string {
    return DOCS_ICON;
  }
}
