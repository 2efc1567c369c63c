import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createSecureServer, type IncomingHttpHeaders } from 'node:http2';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { emulatorPython } from '../../lab/tools';

const CERTIFICATE = `
import datetime, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "localhost")])
now = datetime.datetime.now(datetime.timezone.utc)
certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
  .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
  .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
  .sign(key, hashes.SHA256()))
pem = serialization.Encoding.PEM
open(sys.argv[1] + "/cert.pem", "wb").write(certificate.public_bytes(pem))
open(sys.argv[1] + "/key.pem", "wb").write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
`;

const UNAUTHENTICATED = '16';

/** gRPC over TLS that notes the headers of every call and refuses it, as Temporal does with a key that it does not know. */
export async function refusingServer(
  folder: string,
): Promise<{ address: string; ca: string; seen: IncomingHttpHeaders[]; close: () => void }> {
  execFileSync(emulatorPython, ['-c', CERTIFICATE, folder]);
  const seen: IncomingHttpHeaders[] = [];
  const ca = join(folder, 'cert.pem');
  const server = createSecureServer({ cert: readFileSync(ca), key: readFileSync(join(folder, 'key.pem')) });
  server.on('stream', (stream, headers) => {
    seen.push(headers);
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': UNAUTHENTICATED,
        'grpc-message': 'Request unauthorized.',
      },
      { endStream: true },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return { address: `localhost:${(server.address() as AddressInfo).port}`, ca, seen, close: () => void server.close() };
}
