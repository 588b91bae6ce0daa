import type { SessionData } from './session-data.js';
import type { SessionValues } from './session-values.js';
import { ValueMapping } from './value-mapping.js';

/** The values inside a transaction: what the session holds at this instant, changed by nobody else until it is committed. */
export class SessionDraft<Data extends object = SessionData> extends ValueMapping<Data> {
  protected readonly source: SessionValues;

  constructor(values: SessionValues) {
    super();
    this.source = values;
  }
}
