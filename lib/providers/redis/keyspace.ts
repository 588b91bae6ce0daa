import { hash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BUCKETS: readonly string[] = [...ALPHABET].flatMap((one) => [...ALPHABET].map((other) => one + other));
const OWNER_LENGTH = 16;

/** The key of a record, and the key of the epoch that it has to be of. Both are in one slot of a cluster. */
export type RecordKeys = readonly [record: string, epoch: string];

/** What a principal is called in Redis: 96 bits of its digest, so that no name of a user stands in a key. */
export const ownerOf = (principal: string): string =>
  hash('sha256', principal, 'base64url').slice(0, OWNER_LENGTH);

/**
 * The names of all keys.
 *
 * | key                   | what                                                        |
 * | --------------------- | ----------------------------------------------------------- |
 * | `<prefix>{ab}:abcde…` | the record of the session `abcde…`, or its tombstone        |
 * | `<prefix>{ab}`        | the epoch of the 4096th part of all sessions that begins so |
 * | `<prefix>p:{<owner>}` | the index of a principal                                    |
 * | `<prefix>events`      | no key: the channel on which processes tell each other      |
 * | `<prefix>near`        | the roster of processes that cache                          |
 * | `<prefix>near:…`      | no keys: the channels of their mail                         |
 */
export class Keyspace {
  constructor(private readonly prefix: string) {}

  recordOf(id: string): RecordKeys {
    const epoch = `${this.prefix}{${id.slice(0, 2)}}`;
    return [`${epoch}:${id}`, epoch];
  }

  indexOf(owner: string): string {
    return `${this.prefix}p:{${owner}}`;
  }

  /** The epochs of all buckets. */
  get epochs(): readonly string[] {
    return BUCKETS.map((bucket) => `${this.prefix}{${bucket}}`);
  }

  /** Where processes tell each other which sessions ended. */
  get channel(): string {
    return `${this.prefix}events`;
  }

  /** Who may serve sessions from a cache. */
  get roster(): string {
    return `${this.prefix}near`;
  }

  /** The channel for the mail of all who cache, or of one process. */
  mailOf(address: string): string {
    return `${this.prefix}near:${address}`;
  }

  /** A key that is no session's, to see whether the server takes one. */
  get trial(): string {
    return `${this.prefix}health`;
  }
}
