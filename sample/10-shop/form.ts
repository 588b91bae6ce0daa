/** What a form sent: whatever somebody put into it; `undefined` when it sent nothing. */
export type Form = Readonly<Record<string, unknown>> | undefined;

/** A field as text; empty when it is missing or came twice. */
export function field(form: Form, name: string): string {
  const value = form?.[name];
  return typeof value === 'string' ? value : '';
}
