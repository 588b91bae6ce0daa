export { BackChannelLogout } from './back-channel-logout.js';
export type { BackChannelLogoutOptions, LogoutAlgorithm } from './logout-options.js';
export type { LogoutClaims } from './logout-claims.js';
