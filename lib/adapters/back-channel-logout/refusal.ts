import { BadRequestException, ServiceUnavailableException } from '@nestjs/common';

/**
 * A logout token that ends nothing: 400, with the body that OpenID Connect Back-Channel Logout 1.0 (2.8) asks for.
 *
 * @param reason of a fixed set: nothing that the token says, and no error behind it, which would hold its claims.
 */
export const refusedLogout = (reason: string): BadRequestException =>
  new BadRequestException({
    error: 'invalid_request',
    error_description: `The logout token is refused: ${reason}.`,
  });

/** The token may be good: 503, so that the provider comes again. */
export const keysUnavailable = (): ServiceUnavailableException =>
  new ServiceUnavailableException({
    error: 'temporarily_unavailable',
    error_description: 'The keys of the identity provider cannot be read at the moment.',
  });
