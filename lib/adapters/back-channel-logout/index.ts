/**
 * Logouts that an identity provider sends (OpenID Connect Back-Channel Logout 1.0).
 *
 * @module nestjs-sessions/back-channel-logout
 */

export { BackChannelLogout } from './back-channel-logout.js';
export type { BackChannelLogoutOptions, LogoutAlgorithm } from './logout-options.js';
export type { LogoutClaims } from './logout-claims.js';
