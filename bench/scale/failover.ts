/** A shard that answers nothing for a while; times in seconds. */
export interface Outage {
  /** Requests a second, as a share of what the shard can do. */
  readonly load: number;
  readonly lasts: number;
  /** `session.operation_timeout`: who has waited so long gets 503. */
  readonly timeout: number;
  /** The share of those who got 503 that comes again, so many seconds later. */
  readonly again: number;
  readonly after: number;
}

/** How it went; amounts of requests in seconds of ordinary traffic. */
export interface Recovery {
  readonly refused: number;
  /** The most that waited at a time. */
  readonly waited: number;
  /** From the end of the outage until nobody waits. */
  readonly until: number;
}

const TICK = 0.01;
const GIVE_UP = 600;

/** First come, first served, as one connection does; who gets 503 is taken out of the line. */
export function recovery({ load, lasts, timeout, again, after }: Outage): Recovery {
  const line: { readonly since: number; amount: number }[] = [];
  const returning = new Map<number, number>();
  let [refused, waited, waiting] = [0, 0, 0];
  for (let tick = 0; ; tick++) {
    const now = tick * TICK;
    const amount = TICK + (returning.get(tick) ?? 0);
    line.push({ since: now, amount });
    waiting += amount;
    let room = now < lasts ? 0 : TICK / load;
    while (line[0] && (room > 0 || now - line[0].since >= timeout)) {
      const [first] = line;
      const isLate = now - first.since >= timeout;
      const leaves = isLate ? first.amount : Math.min(room, first.amount);
      if (isLate) {
        refused += leaves;
        const back = tick + Math.round(after / TICK);
        if (again > 0) returning.set(back, (returning.get(back) ?? 0) + leaves * again);
      } else room -= leaves;
      first.amount -= leaves;
      waiting -= leaves;
      if (first.amount <= 1e-12) line.shift();
    }
    waited = Math.max(waited, waiting);
    const isOver = now > lasts && waiting < TICK && [...returning.keys()].every((back) => back <= tick);
    if (isOver || now > GIVE_UP) return { refused, waited, until: now - lasts };
  }
}

/** Where nobody comes again: what came within the timeout waits at the end, and goes at what the shard has to spare. */
export const untilWithoutReturn = ({ load, lasts, timeout }: Outage): number =>
  (Math.min(lasts, timeout) * load) / (1 - load);
