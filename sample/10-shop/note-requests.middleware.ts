import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { Session } from 'nestjs-sessions';
import { RequestLog } from './request-log.js';
import { currentNote, type RequestNote } from './request-note.js';

/** Opens a note for each request, and files it when the answer has left. */
@Injectable()
export class NoteRequestsMiddleware implements NestMiddleware {
  constructor(private readonly log: RequestLog) {}

  use(request: Request & { session?: Session }, response: Response, next: NextFunction): void {
    const [path = '/'] = request.originalUrl.split('?');
    const begun = { at: Date.now(), method: request.method, path, status: 0 };
    const note: RequestNote = { ...begun, reads: new Set(), writes: new Set(), events: [], version: null };
    response.once('finish', () => {
      const { session } = request;
      const id = session?.toJSON().id ?? null; // where nobody looked at the session, this is all that may be asked
      note.status = response.statusCode;
      if (session && id !== null) note.version = session.version;
      this.log.keep(id, note);
    });
    currentNote.run(note, next);
  }
}
