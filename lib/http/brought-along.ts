import type { MaybePromise } from '../providers/session-provider.js';
import { selectSession } from '../session/select-session.js';
import type { FoundSession } from '../session/session-manager.js';
import { type PresentedTokens, presentedTokens } from './presented-tokens.js';
import type { SessionRuntimeParts } from './session-runtime.js';

/** What one request brought along for one kind of session. Its cookies are read when somebody asks. */
export class BroughtAlong {
  #presented: PresentedTokens | undefined;

  /** @param header the raw `Cookie` header. */
  constructor(
    private readonly header: string | undefined,
    private readonly parts: Pick<SessionRuntimeParts, 'manager' | 'cookie' | 'move'>,
  ) {}

  get tokens(): readonly string[] {
    return this.#read().tokens;
  }

  /** Whether the tokens came under the former name of our cookie. */
  get outdated(): boolean {
    return this.#read().outdated;
  }

  /** Whether there is anything that may open a session. */
  get isSomething(): boolean {
    return this.tokens.length > 0 || this.#mayMove();
  }

  /** The name of the cookie that came in the place of ours; empty when ours came, or none. */
  get formerName(): string | undefined {
    const { cookie, move } = this.parts;
    if (this.outdated) return cookie.migrateFrom;
    return this.#mayMove() ? move?.cookieName : undefined;
  }

  /** The session of the tokens; only where there is none, one that is to be moved here. */
  find(): MaybePromise<FoundSession | undefined> {
    const { manager, move } = this.parts;
    return this.tokens.length > 0 ? selectSession(manager, this.tokens) : move?.find(this.header);
  }

  #read(): PresentedTokens {
    return (this.#presented ??= presentedTokens(this.header, this.parts.cookie));
  }

  #mayMove(): boolean {
    return this.tokens.length === 0 && this.parts.move?.mayFind(this.header) === true;
  }
}
