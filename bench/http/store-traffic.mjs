import { Socket } from 'node:net';

/** A command of RESP; a statement of PostgreSQL, which ends in Sync, or is a simple query. */
const COMMAND = /(?:^|\r\n)\*\d+\r\n\$|S\0\0\0\x04|^Q\0/g;

/**
 * What a process has sent to its store and got from it, over whatever client. Counting commands reads every byte once more, so it is
 * off while time is measured.
 */
export class StoreTraffic {
  #sockets = new Set();
  #commands = 0;
  countsCommands = false;

  /** Every socket that this process opens leads to its store. A `write` of their own is taken from them when they connect, so they get it after. */
  constructor() {
    // oxlint-disable-next-line typescript/unbound-method -- called on each socket in its turn
    const { connect } = Socket.prototype;
    const watch = (socket) => this.#watch(socket);
    Socket.prototype.connect = function (...args) {
      connect.apply(this, args);
      watch(this);
      return this;
    };
  }

  soFar() {
    let bytes = 0;
    for (const { bytesRead, bytesWritten } of this.#sockets) bytes += bytesRead + bytesWritten;
    return { bytes, commands: this.#commands };
  }

  #watch(socket) {
    this.#sockets.add(socket);
    const { write } = socket;
    socket.write = (chunk, ...rest) => {
      if (this.countsCommands)
        this.#commands += Buffer.from(chunk).toString('latin1').match(COMMAND)?.length ?? 0;
      return write.call(socket, chunk, ...rest);
    };
  }
}
