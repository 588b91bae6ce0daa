import { CredentialProvider } from '../credentials/credential-provider.js';

/** Passes on to a credential provider and remembers every secret that it made. */
export class RecordedCredentials extends CredentialProvider {
  constructor(
    private readonly credentials: CredentialProvider,
    readonly secrets: string[] = [],
  ) {
    super();
  }

  override createSessionToken(id?: string): string {
    const secret = this.credentials.createSessionToken(id);
    this.secrets.push(secret);
    return secret;
  }

  override validateSessionToken(secret: string, id?: string): boolean {
    return this.credentials.validateSessionToken(secret, id);
  }
}
