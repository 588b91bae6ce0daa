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
    const note: RequestNote = { ...begun, reads: new Set(), writes: new Set(), events: [] };
    response.once('finish', () => {
      note.status = response.statusCode;
      this.log.keep(request.session?.toJSON().id ?? null, note);
    });
    currentNote.run(note, next);
  }
}
