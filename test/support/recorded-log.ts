import type { LoggerService } from '@nestjs/common';

type Level = 'log' | 'warn' | 'error';

/** A logger that keeps what an app says, and shows nothing. */
export class RecordedLog implements LoggerService {
  readonly #lines: { readonly level: Level; readonly text: string }[] = [];

  /** All lines of a level, in their order. */
  of(level: Level): string[] {
    return this.#lines.filter((line) => line.level === level).map(({ text }) => text);
  }

  log(message: unknown): void {
    this.#keep('log', message);
  }

  warn(message: unknown): void {
    this.#keep('warn', message);
  }

  error(message: unknown): void {
    this.#keep('error', message);
  }

  fatal(message: unknown): void {
    this.#keep('error', message);
  }

  #keep(level: Level, message: unknown): void {
    const text = message instanceof Error ? `${message.name}: ${message.message}` : String(message);
    this.#lines.push({ level, text });
  }
}
