import { type IncomingMessage, request, type Server } from 'node:http';

/** How an upgrade ended: 101, or the status of a refusal; and what the server said. */
export interface UpgradeOutcome {
  readonly status: number;
  readonly said: string;
}

/** Tries to open a WebSocket, as a browser does it on the wire. */
export function upgrade(url: string, headers: Readonly<Record<string, string>>): Promise<UpgradeOutcome> {
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return new Promise((resolve, reject) => {
    const client = request(url, { agent: false, headers: { ...handshake, ...headers } });
    const end = (response: IncomingMessage): void => {
      resolve({ status: response.statusCode ?? 0, said: String(response.headers['x-said'] ?? '') });
      client.destroy();
    };
    client.on('upgrade', end).on('response', end).on('error', reject).end();
  });
}

/** What a server decides about an upgrade: lets it be, or refuses it with a status. */
export type Admission = (request: IncomingMessage) => { readonly allowed: boolean; readonly status?: number };

/** Answers the upgrades of a server, and says whose cookie came with the ones that it lets be. */
export function serveUpgrades(server: Server, admit: Admission): void {
  server.on('upgrade', (incoming, socket) => {
    const { allowed, status = 403 } = admit(incoming);
    const line = allowed ? '101 Switching Protocols' : `${status} Refused`;
    const fields = allowed
      ? ['Connection: Upgrade', 'Upgrade: websocket', `X-Said: ${incoming.headers.cookie ?? 'nothing'}`]
      : ['Connection: close', 'Content-Length: 0'];
    socket.end([`HTTP/1.1 ${line}`, ...fields, '', ''].join('\r\n'));
  });
}
