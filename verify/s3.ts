import { createServer, connect, type AddressInfo, type Server } from 'node:net';
import { Processes } from '../lab/processes';
import { emulatorPython } from '../lab/tools';

const REGION = 'ap-northeast-2';
/** As in the answers that are kept. */
export const BUCKET = 'sys-lgtm-s3';
const CREDENTIALS = {
  accessKeyId: 'verify',
  secretAccessKey: 'verify',
};

/** The emulator's S3 with one bucket, in a process of its own. */
export class EmulatedS3 {
  private readonly processes: Processes;
  private url = new URL('http://127.0.0.1');
  private door: Server | undefined;

  constructor(workspace: string, root: string) {
    this.processes = new Processes(workspace, root);
  }

  async start(): Promise<void> {
    this.processes.start('emulator', emulatorPython, ['-m', 'emulator', '--world', 'empty'], {
      ...process.env,
      // a program may know it by a name that is not AWS's
      S3_IGNORE_SUBDOMAIN_BUCKETNAME: 'true',
    });
    const { aws } = JSON.parse(await this.processes.firstLineOf('emulator')) as { aws: string };
    this.url = new URL(aws);
    const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
    const place = { LocationConstraint: REGION } as const;
    const command = new CreateBucketCommand({
      Bucket: BUCKET,
      CreateBucketConfiguration: place,
    });
    await (await this.connect()).send(command);
  }

  /** What a task definition says of S3, where S3 is at this HOST:PORT. */
  environmentAt(address: string): Record<string, string> {
    return {
      REGION,
      S3_BUCKET: BUCKET,
      S3_ENDPOINT: address,
      S3_INSECURE: 'true',
      S3_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    };
  }

  /** HOST:PORT on this machine's loopback. */
  get address(): string {
    return this.url.host;
  }

  /** Opens it to containers, which do not reach this machine's loopback. @returns the port */
  async openToContainers(): Promise<number> {
    this.door = createServer((outside) => {
      const inside = connect(Number(this.url.port), this.url.hostname);
      outside.pipe(inside).pipe(outside);
      outside.on('error', () => inside.destroy());
      inside.on('error', () => outside.destroy());
    });
    this.door.listen(0);
    await new Promise((resolve) => this.door!.once('listening', resolve));
    return (this.door.address() as AddressInfo).port;
  }

  /** How many objects there are below a prefix. */
  async countObjects(prefix: string): Promise<number> {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const client = await this.connect();
    const { KeyCount = 0 } = await client.send(
      new ListObjectsV2Command({
        Bucket: BUCKET,
        Prefix: prefix,
      }),
    );
    return KeyCount;
  }

  async stop(): Promise<void> {
    this.door?.close();
    await this.processes.stopAll();
  }

  private async connect() {
    // here, since the SDK warns about Node 20 when it is loaded
    const { S3Client } = await import('@aws-sdk/client-s3');
    return new S3Client({
      endpoint: this.url.origin,
      region: REGION,
      credentials: CREDENTIALS,
      forcePathStyle: true,
    });
  }
}
