/**
 * The kit for tests of an app, and the laws for whoever writes a provider.
 *
 * @module nestjs-sessions/testing
 */

export { type OverridesProviders, type SessionsKit, withTestSessions } from './app/with-test-sessions.js';
export type { KeepsCookies, TestSessions } from './app/test-sessions.js';
export type { BegunSession, SignInOptions, WhichSession } from './app/signed-in.js';
export type { InjectClient, InjectedRequest, Injects } from './app/inject-client.js';
export type { AnswerLike, CookieAttributes, CookieFate } from './app/answer-cookies.js';
export { expectNoTokenLeak } from './app/no-token-leak.js';
export { FakeClock } from './fake-clock.js';
export {
  type Fault,
  FaultInjectingStore,
  InjectedFault,
  type StoreOperation,
} from './fault-injecting-store.js';
export type { Gate } from './gate.js';
export { eventsDuring } from './event-log.js';
export type { AppInstance } from './app-instance.js';
export type { LooseSession, LooseSessionType, OpenRequest } from './open-request.js';
export { LAW_POLICY, type PlantedSession, Subject, type SubjectParts } from './subject.js';
export { laws } from './laws/index.js';
export { type Capability, type Law, LAW_IDS, type LawId } from './laws/law.js';
export { checkLaws, type LawOutcome, type MakeSubject } from './check-laws.js';
export { describeLaws, type Exceptions, type TestRunner } from './describe-laws.js';
export { twins } from './twins/index.js';
export { PlainStore } from './twins/plain-store.js';
export type { Twin } from './twins/twin.js';
export { programOf, runProgram, type Step } from './programs.js';
export { type History, type HistoryEntry, type HistoryPlan, runHistory } from './history.js';
export { assertHistory } from './history-laws.js';
