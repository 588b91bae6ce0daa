import type { SessionSettings } from '../config/settings.js';
import type { SessionPolicy } from '../session/policy.js';

/** The rules of the core, out of the configuration. */
export const sessionPolicy = ({
  timeouts,
  principals: { limit, whenFull, userKey, unannounced },
  limits,
  creation,
  operationTimeout,
  cookie,
}: SessionSettings): SessionPolicy => ({
  idleTimeout: timeouts.idle,
  absoluteTimeout: timeouts.absolute,
  ...(timeouts.renewal > 0 ? { renewalTimeout: timeouts.renewal } : {}),
  renewalGrace: timeouts.grace,
  touchInterval: timeouts.touch,
  operationTimeout,
  limits,
  creation,
  persistent: cookie.persistent,
  principals: {
    whenFull,
    unannounced,
    ...(limit === undefined ? {} : { limit }),
    ...(userKey === undefined ? {} : { userKey }),
  },
});
