/** Who may serve records from a cache, as the store has it. */
export interface Roster {
  /** Changes when the roster was lost and begun anew; empty before the first member. */
  readonly generation: string;
  /** May serve as long as they find themselves here. */
  readonly members: readonly string[];
  /** May not renew their lease any more; the last one may not be over yet. */
  readonly expelled: readonly string[];
}

/** Who hears what is sent on a channel. */
export interface MailListener {
  heard(text: string): void;
  /** Something that was sent may not have been heard: a connection was lost, or is back. It comes back by itself. */
  lost(): void;
}

/**
 * What a store that several processes share has to offer so that each may have a cache of it: a list of names, and a way to send short
 * texts. The order of what is sent does not matter, and neither does it when some of it is lost.
 */
export interface CacheCoherence {
  /** Nothing older than what the last acknowledged call of the others left. */
  roster(): Promise<Roster>;

  /** @param member a name that nobody had before. */
  join(member: string): Promise<void>;

  /** Marks a member as expelled; one that is not there stays away, or is noted as expelled. */
  expel(member: string): Promise<void>;

  /** Takes a name off the roster. */
  remove(member: string): Promise<void>;

  /** Tells those who listen to a channel. At most 6000 characters. */
  send(channel: string, text: string): Promise<void>;

  /** Hears what is sent on any of the channels from now on. Answers what ends it. */
  listen(channels: readonly string[], listener: MailListener): Promise<() => unknown>;
}

const GENERATION = '#';
const EXPELLED = 'expelled';

/** How a store writes down the beginning of a roster, beside the members. */
export const GENERATION_NAME: string = GENERATION;
export const MEMBER_STATE = 'member';
export const EXPELLED_STATE: string = EXPELLED;

/** Reads names with their states, as a store keeps them. */
export function rosterOf(entries: readonly (readonly [name: string, state: string])[]): Roster {
  const names = entries.filter(([name]) => name !== GENERATION);
  const isExpelled = ([, state]: readonly [string, string]): boolean => state === EXPELLED;
  return {
    generation: entries.find(([name]) => name === GENERATION)?.[1] ?? '',
    members: names.filter((entry) => !isExpelled(entry)).map(([name]) => name),
    expelled: names.filter(isExpelled).map(([name]) => name),
  };
}
