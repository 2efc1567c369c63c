import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { emulatorPython } from '../../lab/tools';

/** Writes cert.pem and key.pem for localhost into the folder that it is given. */
const CERTIFICATE = `
import datetime, pathlib, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

folder = pathlib.Path(sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)
day = datetime.timedelta(days=1)
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "localhost")])
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(1)
    .not_valid_before(now - day)
    .not_valid_after(now + day)
    .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
    .sign(key, hashes.SHA256())
)
pem = serialization.Encoding.PEM
private = serialization.PrivateFormat.PKCS8
(folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
(folder / "key.pem").write_bytes(key.private_bytes(pem, private, serialization.NoEncryption()))
`;

const REFUSAL = {
  ':status': 200,
  'content-type': 'application/grpc',
  // google.rpc.Code: unauthenticated
  'grpc-status': '16',
  'grpc-message': 'Request unauthorized.',
};

/** gRPC over TLS that notes the headers of every call and refuses it, as Temporal does with an unknown key. */
export class RefusingServer {
  readonly seen: IncomingHttpHeaders[] = [];
  readonly certificate: string;
  private readonly server: Http2SecureServer;

  constructor(folder: string) {
    execFileSync(emulatorPython, ['-c', CERTIFICATE, folder]);
    this.certificate = join(folder, 'cert.pem');
    this.server = createSecureServer({
      cert: readFileSync(this.certificate),
      key: readFileSync(join(folder, 'key.pem')),
    });
    this.server.on('stream', (stream, headers) => this.refuse(stream, headers));
  }

  start(): Promise<void> {
    return new Promise((resolve) => {
      this.server.listen(0, 'localhost', resolve);
    });
  }

  get address(): string {
    const { port } = this.server.address() as AddressInfo;
    return `localhost:${port}`;
  }

  close(): void {
    this.server.close();
  }

  private refuse(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.seen.push(headers);
    stream.respond(REFUSAL, { endStream: true });
  }
}
