import { type Flash, Session, type SessionDraft } from 'nestjs-sessions';
import { noted } from './request-note.js';

/**
 * The session that handlers get, and which notes what they read and write, for the page at `/session`. A session class of your own is one
 * line of `forRoot()`; this one changes nothing of what a session does.
 */
export class ObservedSession extends Session {
  protected override get source() {
    return noted(super.source);
  }

  override get flash(): Flash {
    return noted(super.flash);
  }

  override transaction<Result>(change: (draft: SessionDraft) => Promise<Result> | Result): Promise<Result> {
    return super.transaction((draft) => change(noted(draft)));
  }
}
