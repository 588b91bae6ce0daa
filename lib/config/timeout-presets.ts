import { type Layer, readLayer } from './layer.js';

/** The timeouts that `session.timeouts.preset` stands for. */
interface PresetTimeouts {
  readonly idle: string;
  readonly absolute: string;
  readonly renewal: string;
}

export type TimeoutPreset = 'consumer' | 'office' | 'bank' | 'aal1' | 'aal2' | 'aal3';

/**
 * | preset     | source                                                                                                    |
 * |------------|-----------------------------------------------------------------------------------------------------------|
 * | `consumer` | ours: a shop or a community that nobody wants to log in to every day                                      |
 * | `office`   | OWASP Session Management Cheat Sheet: 15–30 min idle for low risk, 4–8 h absolute for a working day       |
 * | `bank`     | Commission Delegated Regulation (EU) 2018/389 Art. 4(3)(d): 5 min without activity; absolute ours         |
 * | `aal1`     | NIST SP 800-63B-4, 2.1.3: log in again every 30 days at the latest                                        |
 * | `aal2`     | NIST SP 800-63B-4, 2.2.3: every 24 hours, and after 1 hour without activity                               |
 * | `aal3`     | NIST SP 800-63B-4, 2.3.3: every 12 hours, and after 15 minutes without activity                           |
 *
 * The renewal timeouts are ours: OWASP asks for a renewal and names no number.
 */
export const TIMEOUT_PRESETS: Readonly<Record<TimeoutPreset, PresetTimeouts>> = {
  consumer: { idle: '7d', absolute: '30d', renewal: '1d' },
  office: { idle: '30m', absolute: '8h', renewal: '1h' },
  bank: { idle: '5m', absolute: '1h', renewal: '15m' },
  aal1: { idle: '30d', absolute: '30d', renewal: '1d' },
  aal2: { idle: '1h', absolute: '24h', renewal: '1h' },
  aal3: { idle: '15m', absolute: '12h', renewal: '15m' },
};

/** A preset as a layer of options, to lie between the defaults and what somebody wrote; none when none is chosen. */
export function presetLayers(preset: unknown): readonly Layer[] {
  if (!isPreset(preset)) return [];
  const tree = { session: { timeouts: TIMEOUT_PRESETS[preset] } };
  return [readLayer({ name: `the preset ${preset}`, dialect: 'yaml', tree, hidden: new Set() })];
}

const isPreset = (name: unknown): name is TimeoutPreset =>
  typeof name === 'string' && Object.hasOwn(TIMEOUT_PRESETS, name);
