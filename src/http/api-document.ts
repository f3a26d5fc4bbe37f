import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ADMIN_SCOPE } from '../auth/scopes.ts';
import { ProblemResponse } from '../common/api-problems.ts';

export const API_DOCS_PATH = '/docs';

export function serveApiDocument(app: NestFastifyApplication): void {
  SwaggerModule.setup(API_DOCS_PATH, app, () => apiDocument(app), {
    jsonDocumentUrl: `${API_DOCS_PATH}/openapi.json`,
  });
}

export function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const;
  const about = new DocumentBuilder()
    .setTitle('KYC gateway')
    .setDescription('Identity verification for the users of a platform. Errors are RFC 9457 problem details.')
    .setVersion('1')
    .addBearerAuth({
      ...bearer,
      description: "The user's access token. Its `sub`, or the claim of `AUTH_USER_CLAIM`, is the user id.",
    })
    .addBearerAuth(
      {
        ...bearer,
        description:
          `An access token whose \`scope\` or \`scp\` contains \`${ADMIN_SCOPE}\`, or that \`AUTH_ADMIN\` describes. ` +
          'Its user id is recorded with every action.',
      },
      'operator',
    )
    .addTag('Verification', 'Start a verification and follow its status. Your page calls these operations.')
    .addTag('Webhooks', 'Receive the events of the identity providers.')
    .addTag(
      'Operators',
      'Find users, correct a status and answer erasure requests. Do not publish these paths to the internet; see docs/operations.md.',
    )
    .build();
  return SwaggerModule.createDocument(app, about, {
    extraModels: [ProblemResponse],
    operationIdFactory: (_controller, method) => method,
  });
}
