/**
 * What processes say to each other. No secret is in it: ids are public, and an owner is a digest.
 *
 * | text                     | what                                                                      |
 * | ------------------------ | ------------------------------------------------------------------------- |
 * | `drop <from> <n> <what>` | to all: what changed, see {@link Outdated}, separated by spaces           |
 * | `done <member> <n>`      | to the one that it came from: this member serves none of it any more      |
 * | `echo <nonce>`           | to oneself: whether anything is heard at all                              |
 */
export type Mail =
  | {
      readonly kind: 'drop';
      readonly from: string;
      readonly number: string;
      readonly what: readonly Outdated[];
    }
  | { readonly kind: 'done'; readonly member: string; readonly number: string }
  | { readonly kind: 'echo'; readonly nonce: string };

/** What no cache may serve any more: the session of an id; with `@`, all sessions of an owner; `*`, everything. */
export type Outdated = string;

export const EVERYTHING: Outdated = '*';
export const OWNER_MARK = '@';

/** So many fit into one message, whatever they are. */
export const MOST_IN_A_MAIL = 200;

export function mailText(mail: Mail): string {
  if (mail.kind === 'echo') return `echo ${mail.nonce}`;
  if (mail.kind === 'done') return `done ${mail.member} ${mail.number}`;
  return ['drop', mail.from, mail.number, ...mail.what].join(' ');
}

/** What {@link mailText} wrote; `undefined` for anything else that somebody may send. */
export function readMail(text: string): Mail | undefined {
  const [kind, first = '', number = '', ...what] = text.split(' ');
  if (kind === 'echo') return { kind, nonce: first };
  if (kind === 'done') return { kind, member: first, number };
  return kind === 'drop' ? { kind, from: first, number, what } : undefined;
}
