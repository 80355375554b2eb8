import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** The content security policy of the program's own asset server, to the letter. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml' };

/** Builds what is missing, bundles the pretended program, serves dist. Returns the undo. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['OURA_E2E_URL']) return undefined;
  if (!existsSync(join(dist, 'index.html')) || process.env['OURA_E2E_BUILD'] !== '0') await build({ root, logLevel: 'warn' });
  await bundleFake();
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://local').pathname);
    void send(path === '/' ? '/index.html' : path).then(([status, type, body]) => {
      response.writeHead(status, { 'content-type': type, 'content-security-policy': policy });
      response.end(body);
    });
  });
  await new Promise<void>((ready) => server.listen(Number(process.env['OURA_E2E_PORT'] ?? 24198), '127.0.0.1', ready));
  return () => close(server);
}

/** The pretended program is injected by the browser's driver; the page served is the one that is shipped. */
async function bundleFake(): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir: 'test-results/.fake',
      emptyOutDir: true,
      lib: { entry: join(root, 'e2e/inject.ts'), formats: ['iife'], name: 'fakeProgram', fileName: () => 'fake.js' },
    },
  });
}

async function send(path: string): Promise<[number, string, Buffer | string]> {
  try {
    return [200, types[extname(path)] ?? 'application/octet-stream', await readFile(join(dist, path))];
  } catch {
    return [404, 'text/plain', 'not found'];
  }
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
