/** What a command is answered with: clients of any kind agree on these, as long as no command is used that answers a map. */
export type RedisReply = string | number | Buffer | null | readonly RedisReply[];

/** Who hears what is published. */
export interface ChannelListener {
  heard(text: string): void;
  /** Called when the connection is lost, as soon as its client notices. */
  lost?(): void;
  /** Called each time that it is back: what was published meanwhile was not heard. */
  back(): void;
}

/**
 * The way to Redis, whatever client package is behind it: one method for commands, and what it takes to have a connection.
 *
 * There is no way to ask for a replica: a session is read where it is written, or a logout would not be final (law D1).
 */
export interface RedisPort {
  /**
   * Sends one command. Commands of one tick leave together, so several of them cost one round trip.
   *
   * @param key decides which node of a cluster gets the command; it stands among `args` as well.
   */
  exec(key: string, args: readonly string[]): Promise<RedisReply>;

  /** Connects. Rejects when the first attempt fails; later on it reconnects by itself. */
  open(): Promise<void>;

  /** Another connection to the same server, not open yet. For commands that block whatever comes after them. */
  duplicate(): RedisPort;

  /**
   * Hears what is published on channels, by whatever node. Only on an open connection that nobody else uses: it takes no commands
   * any more. After it was lost it comes back by itself.
   */
  subscribe(channels: readonly string[], listener: ChannelListener): Promise<void>;

  /** Lets go of the connection at once; what is under way is rejected. */
  close(): void;
}
