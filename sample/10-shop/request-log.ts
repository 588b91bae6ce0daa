import { Injectable } from '@nestjs/common';
import { SessionEvents } from 'nestjs-sessions';
import { currentNote, type RequestNote } from './request-note.js';

const REQUESTS = 12;
const SESSIONS = 200;

/** The last requests of the last sessions, in this process and for as long as it lives. */
@Injectable()
export class RequestLog {
  readonly #notes = new Map<string, RequestNote[]>();

  constructor(events: SessionEvents) {
    events.subscribe((event) => void currentNote.getStore()?.events.push(event.type));
  }

  /** The last one first. */
  of(id: string | null): readonly RequestNote[] {
    return id === null ? [] : (this.#notes.get(id) ?? []);
  }

  /** A request that left the session alone is not kept. */
  keep(id: string | null, note: RequestNote): void {
    if (id === null || note.reads.size + note.writes.size + note.events.length === 0) return;
    const notes = [note, ...this.of(id)].slice(0, REQUESTS);
    this.#notes.delete(id);
    this.#notes.set(id, notes);
    const [oldest] = this.#notes.keys();
    if (this.#notes.size > SESSIONS && oldest !== undefined) this.#notes.delete(oldest);
  }
}
