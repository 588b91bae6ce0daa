import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(process.env['PORT'] ?? 3000);

const url = (await app.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost');
console.log(`
The quickstart answers at ${url}

Open it in a browser, or try:

  curl -c cookies.txt -H 'Content-Type: application/json' -d '{"name":"Ada"}' ${url}/login
  curl -b cookies.txt ${url}/whoami
  curl -b cookies.txt -X POST ${url}/counter
`);
