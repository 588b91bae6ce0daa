import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Logger } from '@nestjs/common';
import { taskOf, tell } from './task.js';

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  readonly cookies: readonly string[];
}

/** Calls the function of the recipe for serverless twice, as one browser; below Node 24.9 jest cannot load what Fastify needs for it. */
const { folder } = taskOf<{ folder: string }>();
Logger.overrideLogger(false);
const { handler } = (await import(pathToFileURL(join(folder, 'lambda.ts')).href)) as {
  handler(event: object): Promise<Answer>;
};

async function count(cookies?: readonly string[]): Promise<Answer> {
  const answer = await handler({
    rawPath: '/visits',
    rawQueryString: '',
    headers: { host: 'f.example.com' },
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST' } },
    ...(cookies && { cookies }),
  });
  tell(JSON.stringify(answer));
  return answer;
}

const first = await count();
await count(first.cookies.map((line) => line.split(';')[0] ?? ''));
process.exit();
