import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Files in PEM: an authority, and a certificate for 127.0.0.1 that it has signed. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes them in a folder by openssl; `undefined` where there is none. */
export function makeCertificates(folder: string): Certificates | undefined {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): unknown =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'];
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-addext', 'subjectAltName=IP:127.0.0.1'];
  try {
    openssl('req', '-x509', ...key, '-subj', '/CN=authority', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
    openssl(
      'req',
      '-x509',
      ...key,
      '-subj',
      '/CN=server',
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
      ...signed,
    );
    return { ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem') };
  } catch {
    return undefined;
  }
}
