import { connect } from 'node:net';

/**
 * The process that asks: so many connections that are kept, each with one request under way. Given `{ port, path, cookies, ms }` it
 * answers `{ requests, failures, ms }`. It speaks HTTP by itself, because a client of comfort costs more than the server it measures.
 */
const HEAD_END = '\r\n\r\n';

class Connection {
  requests = 0;
  failures = 0;
  #received = '';

  constructor({ port, path, ms }, cookie) {
    this.text = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${cookie ? `Cookie: ${cookie}\r\n` : ''}\r\n`;
    this.until = performance.now() + ms;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
    this.done = new Promise((resolve, reject) => this.socket.on('close', resolve).on('error', reject));
    this.socket.on('data', (text) => this.#onData(text)).write(this.text);
  }

  #onData(text) {
    this.#received += text;
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#received)?.[1]);
    if (this.#received.length < headEnd + HEAD_END.length + length) return;
    this.requests += 1;
    if (!this.#received.startsWith('HTTP/1.1 200')) this.failures += 1;
    this.#received = '';
    if (performance.now() < this.until) this.socket.write(this.text);
    else this.socket.destroy();
  }
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

async function load(task) {
  const began = performance.now();
  const connections = task.cookies.map((cookie) => new Connection(task, cookie));
  await Promise.all(connections.map(({ done }) => done));
  process.send({
    requests: sum(connections.map(({ requests }) => requests)),
    failures: sum(connections.map(({ failures }) => failures)),
    ms: performance.now() - began,
  });
}

process.on('message', (task) => void load(task));
process.on('disconnect', () => process.exit());
