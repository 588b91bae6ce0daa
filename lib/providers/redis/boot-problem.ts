import { type ConfigProblem, invalidConfiguration, problemsOf } from '../../errors/configuration.js';
import type { SessionError } from '../../errors/session-error.js';
import { shownAddress } from './redis-address.js';
import type { RedisOptions } from './redis-options.js';

interface Explanation {
  readonly told: RegExp;
  readonly wanted: string;
  readonly fix: (options: RedisOptions) => string;
}

/** What is sent, by a script or not, and what the clients send on their own account. */
const COMMANDS = [
  ...['get', 'mget', 'getrange', 'set', 'del', 'pttl', 'pexpire', 'time', 'eval', 'evalsha'],
  ...['hget', 'hset', 'hdel', 'hlen', 'hgetall', 'hincrby'],
  ...['ping', 'info', 'client'],
];

/** What a server or the way to it says when it will never work as configured. The first that matches wins. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    told: /WRONGPASS|NOAUTH|AUTH failed|without any password|invalid (?:username|password)/i,
    wanted: 'a user and a password that the server accepts',
    fix: () => 'correct them in the URL, percent-encoded, as in redis://user:password@host:6379',
  },
  {
    told: /NOPERM|can't run this command/,
    wanted: 'a user who may do what sessions need',
    fix: ({ prefix, cluster, durable }) =>
      `ACL SETUSER <user> ~${prefix}* +${[...COMMANDS, ...(cluster ? ['cluster'] : []), ...(durable ? ['wait'] : [])].join(' +')}`,
  },
  {
    told: /MOVED|CROSSSLOT|ASK /,
    wanted: 'a client that knows clusters',
    fix: () => 'write cluster: [redis://node-a:6379, redis://node-b:6379] in the place of url',
  },
  {
    told: /cluster support disabled/i,
    wanted: 'a node of a cluster',
    fix: () => 'write url: redis://host:6379 in the place of cluster',
  },
  {
    told: /CLUSTERDOWN/,
    wanted: 'a cluster whose slots are all served',
    fix: () => 'bring its missing nodes back; `redis-cli --cluster check` names them',
  },
  {
    told: /READONLY|MASTERDOWN/,
    wanted: 'a server that may be written to',
    fix: () => 'name the primary in the place of a replica, or use sentinel',
  },
  {
    told: /wrong number of arguments|syntax error|unknown command|unsupported option/i,
    wanted: 'Redis from 7.0, or any Valkey',
    fix: () => 'update the server',
  },
  {
    told: /certificate|self.signed|CERT_|ERR_TLS|SSL|TLS|EPROTO/i,
    wanted: 'a TLS connection that both sides trust',
    fix: () =>
      'name the authority in tls: { ca: ./redis-ca.pem }; use rediss:// with a server that speaks TLS, redis:// with one that does not',
  },
  {
    told: /replicas had it/,
    wanted: 'as many replicas as durable.replicas says',
    fix: () => 'start them, or ask for fewer',
  },
  {
    told: /OOM|MISCONF|NOREPLICAS|LOADING/,
    wanted: 'a server that takes writes',
    fix: () => 'look at its log; it refuses them for now',
  },
];

const UNREACHABLE: Omit<Explanation, 'told'> = {
  wanted: 'a server that answers',
  fix: ({ client }) =>
    client
      ? 'connect the client before the app boots'
      : 'start it, or correct the address; a firewall may stand in between',
};

/** Why this provider cannot work, as an error at boot. An error that already is one stays as it is. */
export function bootProblem(error: unknown, options: RedisOptions): SessionError {
  if (problemsOf(error)) return error as SessionError;
  const told = String(error);
  const { wanted, fix } = EXPLANATIONS.find((each) => each.told.test(told)) ?? UNREACHABLE;
  const { message } = error as Error;
  const problem: ConfigProblem = {
    key: keyOf(options),
    seen: `${shownPlace(options)}: ${message}`,
    wanted,
    fix: fix(options),
  };
  return invalidConfiguration([problem], error);
}

const keyOf = (options: RedisOptions): string =>
  `session.config.${(['url', 'cluster', 'sentinel', 'client'] as const).find((name) => options[name]) ?? 'url'}`;

/** Where Redis should be, without who to be there. */
function shownPlace({ url, cluster, sentinel }: RedisOptions): string {
  const addresses = url ? [url] : (cluster ?? sentinel?.nodes ?? []);
  return addresses.map(shownAddress).join(', ') || 'the client';
}
