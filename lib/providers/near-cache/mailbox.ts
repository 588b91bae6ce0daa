import { newEtag } from '../../record/record-text.js';
import type { CacheCoherence } from './cache-coherence.js';
import type { Leases } from './leases.js';
import { type Mail, mailText, readMail } from './mail.js';

/** Where everybody listens who caches. */
const ALL = 'all';

/** What comes in, but for what one says to oneself. */
export type MailReader = (mail: Exclude<Mail, { kind: 'echo' }>) => void;

/** Where one process hears what the others say to it; opened when there is a reason to. */
export class Mailbox {
  /** Where others answer to. */
  readonly address: string = newEtag();
  #opening: Promise<void> | undefined;
  #stop: (() => unknown) | undefined;
  /** The attempt to listen that counts; what an earlier one hears does not. */
  #listening: symbol | undefined;
  #isEnded = false;
  readonly #echoes = new Map<string, () => void>();
  /** Told when something may not have been heard. */
  onLost: () => void = () => undefined;
  onMail: MailReader = () => undefined;

  /** @param hearsAll whether it also hears what is said to all. */
  constructor(
    private readonly coherence: CacheCoherence,
    private readonly leases: Leases,
    private readonly hearsAll: boolean,
  ) {}

  /** Settles when it is open; a connection that is lost comes back by itself. */
  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Sends something to itself. Rejects when it does not come within the grace, and the next call of {@link open} opens it anew. */
  async assertHears(): Promise<void> {
    const nonce = newEtag();
    const heard = new Promise<boolean>((resolve) => this.#echoes.set(nonce, () => resolve(true)));
    try {
      await this.send(this.hearsAll ? ALL : this.address, { kind: 'echo', nonce });
      const late = this.leases.time.wait(this.leases.grace).then(() => false);
      if (!(await Promise.race([heard, late]))) throw new Error('What is sent is not heard.');
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.#echoes.delete(nonce);
    }
  }

  sendToAll(mail: Mail): Promise<void> {
    return this.send(ALL, mail);
  }

  send(channel: string, mail: Mail): Promise<void> {
    return this.coherence.send(channel, mailText(mail));
  }

  /** The next call of {@link open} opens it anew. */
  async close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = undefined;
    this.#opening = undefined;
    this.#listening = undefined;
    await stop?.();
  }

  /** For good. */
  end(): Promise<void> {
    this.#isEnded = true;
    return this.close();
  }

  async #open(): Promise<void> {
    if (this.#isEnded) throw new Error('The provider is closed.');
    const listening = Symbol();
    const isCurrent = (): boolean => this.#listening === listening;
    this.#listening = listening;
    try {
      const channels = this.hearsAll ? [ALL, this.address] : [this.address];
      const stop = await this.coherence.listen(channels, {
        heard: (text) => isCurrent() && this.#heard(text),
        lost: () => isCurrent() && this.onLost(),
      });
      if (isCurrent()) this.#stop = stop;
      else await stop();
    } catch (error) {
      if (isCurrent()) this.#opening = undefined;
      throw error;
    }
  }

  #heard(text: string): void {
    const mail = readMail(text);
    if (mail?.kind === 'echo') this.#echoes.get(mail.nonce)?.();
    else if (mail) this.onMail(mail);
  }
}
