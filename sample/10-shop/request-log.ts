import { Injectable, type NestMiddleware, type OnModuleInit } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { type Session, SessionEvents } from 'nestjs-sessions';
import { currentNote, type RequestNote } from './request-note.js';

const REQUESTS = 12;
const SESSIONS = 200;

/** The last requests of the last sessions, in this process and for as long as it lives. */
@Injectable()
export class RequestLog implements NestMiddleware, OnModuleInit {
  readonly #notes = new Map<string, RequestNote[]>();

  constructor(private readonly events: SessionEvents) {}

  onModuleInit(): void {
    this.events.subscribe((event) => void currentNote.getStore()?.events.push(event.type));
  }

  use(request: Request & { session?: Session }, response: Response, next: NextFunction): void {
    const note: RequestNote = {
      at: Date.now(),
      method: request.method,
      path: request.path,
      status: 0,
      reads: new Set(),
      writes: new Set(),
      events: [],
    };
    response.once('finish', () => {
      note.status = response.statusCode;
      this.#keep(request.session?.toJSON().id ?? null, note);
    });
    currentNote.run(note, next);
  }

  /** The last one first. */
  of(id: string | null): readonly RequestNote[] {
    return id === null ? [] : (this.#notes.get(id) ?? []);
  }

  #keep(id: string | null, note: RequestNote): void {
    if (id === null || note.reads.size + note.writes.size + note.events.length === 0) return;
    const notes = [note, ...this.of(id)].slice(0, REQUESTS);
    this.#notes.delete(id);
    this.#notes.set(id, notes);
    const [oldest] = this.#notes.keys();
    if (this.#notes.size > SESSIONS && oldest !== undefined) this.#notes.delete(oldest);
  }
}
