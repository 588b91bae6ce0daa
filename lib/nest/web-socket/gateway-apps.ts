import type { ModulesContainer } from '@nestjs/core';
import type { SessionRuntime } from '../../http/session-runtime.js';

/** An app that has gateways, and the sessions that its sockets have. */
export interface GatewayApp {
  readonly modules: ModulesContainer;
  readonly runtimes: SessionRuntime[];
}

/** Of each class of gateway, the apps of this process that use it: in tests, mostly one after the other. */
const appsOf = new WeakMap<object, Set<GatewayApp>>();

/** The app of a gateway that is about to answer. */
export function appOf(gateway: NewableFunction, instance: object): GatewayApp | undefined {
  const apps = [...(appsOf.get(gateway) ?? [])];
  return apps.length < 2 ? apps[0] : (apps.find((app) => holds(app, instance)) ?? apps.at(-1));
}

/** Answers whether the class is known for the first time, in any app. */
export function addApp(gateway: NewableFunction, app: GatewayApp): boolean {
  const apps = appsOf.get(gateway);
  if (apps) apps.add(app);
  else appsOf.set(gateway, new Set([app]));
  return !apps;
}

export const removeApp = (gateway: NewableFunction, app: GatewayApp): void =>
  void appsOf.get(gateway)?.delete(app);

const holds = ({ modules }: GatewayApp, instance: object): boolean =>
  [...modules.values()].some(({ providers }) =>
    [...providers.values()].some((wrapper) => wrapper.instance === instance),
  );
