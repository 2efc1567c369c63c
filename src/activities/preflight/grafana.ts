import { pbkdf2 as pbkdf2Callback, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, type NetworkInterface } from '@aws-sdk/client-ec2';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GRAFANA_PIN } from '../../plan/defaults';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { askGrafana, mountTargets } from '../host/grafana';
import type { Finding, Network } from '../../contract/findings';
import type { GrafanaDatabase } from '../../contract/grafana';
import type { Host } from '../../contract/hosts';
import { fail, pass, warn } from './index';

const pbkdf2 = promisify(pbkdf2Callback);
/** OWASP's number for PBKDF2 with SHA-256: a digest in SSM's log must not give a short key away. */
const ROUNDS = 600_000;
/** What Grafana takes without one. Source: conf/defaults.ini, [security] secret_key. */
const DEFAULT_KEY = 'SW2YcwTIb9zpOOhoPsMm';
const NFS = 2049;

/** What the program on the host tells of Grafana; no value of a secret is in it. */
interface Look {
  there: boolean;
  version: string | null;
  type: string;
  host: string | null;
  name: string | null;
  key: string;
  path: string | null;
  found: boolean;
  missing: string[];
}

type Answer = { findings: Finding[]; grafana?: GrafanaDatabase };

/**
 * Grafana's database: whether both sides use one (`shared`), or whether the host's SQLite can move (`move`).
 * Reads only; what it compares of the secret key is salted anew at every look, and stays in here.
 */
export async function lookAtGrafana(deps: Deps, plan: Plan, hosts: Host[], network: Network): Promise<Answer> {
  const service = plan.services[plan.grafana.service];
  if (!service) return { findings: [] };
  const nonce = randomBytes(16);
  const looks: { instanceId: string; look: Look }[] = [];
  for (const { instanceId } of hosts.filter(({ state }) => state === 'running')) {
    try {
      const look = (await askGrafana(
        deps,
        instanceId,
        {
          verb: 'look',
          composeDirectory: plan.source.composeDirectory,
          service: plan.grafana.service,
          nonce: nonce.toString('hex'),
          rounds: ROUNDS,
          defaultKey: DEFAULT_KEY,
        },
        // a purpose of its own: an equal one that still runs would be joined, with another nonce
        120,
        `grafana: look ${nonce.toString('hex').slice(0, 8)}`,
      )) as unknown as Look;
      if (look.there) looks.push({ instanceId, look });
    } catch (error) {
      if (isAws(error, 'InvalidInstanceId')) continue; // said by the look at the hosts
      return {
        findings: [unknown(plan, `Grafana on ${instanceId} could not be looked at: ${(error as Error).message}`)],
      };
    }
  }
  if (looks.length === 0) return { findings: [unknown(plan, `no Grafana runs in ${plan.source.composeDirectory}`)] };
  const [{ instanceId, look }] = looks as [(typeof looks)[number]];
  if (plan.grafana.database === 'shared')
    return {
      findings: [
        ...version(plan, look),
        ...shared(plan, instanceId, look),
        ...(look.type === 'sqlite3' ? [] : await key(deps, plan, nonce, look)),
      ],
    };
  const moving = moved(instanceId, look, looks.length);
  const { target } = plan.grafana;
  const efs =
    target && 'efs' in target ? await fileSystem(deps, target.efs, await mountTargets(deps, target.efs), network) : [];
  return {
    findings: [...version(plan, look), ...moving, ...efs, ...(await key(deps, plan, nonce, look))],
    ...(look.path && look.found ? { grafana: { instanceId, path: look.path } } : {}),
  };
}

/** Not knowing is a warning where nothing is copied, and a failure where something would be. */
function unknown(plan: Plan, message: string): Finding {
  const tools = 'it needs python3 on the host (dnf install python3) and the container running';
  return plan.grafana.database === 'move'
    ? fail('grafana/unknown', message, `${tools}; or set grafana.database: shared`)
    : warn(
        'grafana/unknown',
        `${message}: whether both sides share database, version and secret_key is unknown`,
        tools,
      );
}

/** `13.2.3+security-01` and `13.2.3-security-01` have the schema of 13.2.3. */
const core = (version: string) => /^v?[\d.]+/.exec(version)?.[0].replace(/^v/, '') ?? version;

function version(plan: Plan, look: Look): Finding[] {
  const will = plan.services[plan.grafana.service]!.version ?? GRAFANA_PIN;
  if (!look.version)
    return [
      warn(
        'grafana/version',
        "the version of the host's Grafana is unknown: /api/health does not answer with one",
        'compare it yourself with services.grafana.version',
      ),
    ];
  if (core(look.version) === core(will)) return [pass('grafana/version', `Grafana ${will} on both sides`)];
  // somebody else's image may be of another version than our Dockerfile's
  if (!plan.services[plan.grafana.service]!.version && plan.images.builder === 'none')
    return [
      warn(
        'grafana/version',
        `Grafana is ${look.version} on the host, and the plan does not say what will be deployed`,
        `set services.${plan.grafana.service}.version to what your image is`,
      ),
    ];
  const why =
    plan.grafana.database === 'shared'
      ? 'the newer one changes the schema of the database that the older one uses'
      : 'the new one changes the schema of the copy, and edits in it have no way back';
  return [
    fail(
      'grafana/version',
      `Grafana is ${look.version} on the host and will be ${will}: ${why}`,
      `set services.${plan.grafana.service}.version: ${look.version} (and build that image); move first, upgrade later`,
    ),
  ];
}

const place = (host: string | null | undefined) => (host ?? '').toLowerCase().replace(/:(5432|3306)$/, '');

function shared(plan: Plan, instanceId: string, look: Look): Finding[] {
  const { environment, secrets } = plan.services[plan.grafana.service]!;
  if (look.type === 'sqlite3') {
    return [
      fail(
        'grafana/sqlite',
        `Grafana on ${instanceId} keeps dashboards, users and alert rules in SQLite${look.path ? `, ${look.path}` : ''}, which the new one can't share`,
        'set grafana.database: move and grafana.target, or move it to PostgreSQL or MySQL on the host first',
      ),
    ];
  }
  if (environment['GF_DATABASE_URL'] ?? secrets['GF_DATABASE_URL'])
    return [
      warn(
        'grafana/database',
        'the plan names the database by GF_DATABASE_URL, which is not compared',
        `see that it is ${look.type} at ${look.host}`,
      ),
    ];
  const [type, host, name] = ['TYPE', 'HOST', 'NAME'].map((key) => environment[`GF_DATABASE_${key}`]);
  if (!type)
    return [
      fail(
        'grafana/database',
        `services.${plan.grafana.service}.environment has no GF_DATABASE_TYPE, and the image refuses to start without`,
        `set GF_DATABASE_TYPE: ${look.type}, GF_DATABASE_HOST: ${look.host} and so on, as on the host`,
      ),
    ];
  const own =
    /^(localhost|127\.|host\.docker\.internal|172\.17\.)/.test(place(look.host)) || !place(look.host).includes('.');
  if (own)
    return [
      fail(
        'grafana/database',
        `Grafana's database ${look.host} is on ${instanceId} and goes with it`,
        'move it to RDS first, and give both its name',
      ),
    ];
  const same =
    type === look.type && place(host) === place(look.host) && (name ?? 'grafana') === (look.name ?? 'grafana');
  return [
    same
      ? pass('grafana/database', `both use ${type} at ${host}`)
      : fail(
          'grafana/database',
          `the host's Grafana uses ${look.type} at ${look.host}, database ${look.name ?? 'grafana'}; the plan says ${type} at ${host ?? 'nowhere'}, database ${name ?? 'grafana'}`,
          'give both the same: edits of one side would be missing on the other',
        ),
  ];
}

function moved(instanceId: string, look: Look, hosts: number): Finding[] {
  if (look.type !== 'sqlite3')
    return [
      fail(
        'grafana/move',
        `Grafana on ${instanceId} uses ${look.type} at ${look.host}, which both sides can share`,
        'set grafana.database: shared',
      ),
    ];
  if (hosts > 1)
    return [
      fail(
        'grafana/move',
        `${hosts} hosts run a Grafana, each with a SQLite of its own`,
        'leave one in source.instances',
      ),
    ];
  if (!look.path)
    return [
      fail(
        'grafana/move',
        "Grafana's SQLite lies in the container's own layer",
        'give /var/lib/grafana a volume first (docker cp it there), or the next up -d loses it',
      ),
    ];
  if (!look.found)
    return [fail('grafana/move', `${look.path} is not on ${instanceId}`, 'see where GF_DATABASE_PATH leads')];
  const missing = look.missing.filter((tool) => tool !== 'mount');
  return [
    missing.length > 0
      ? fail(
          'grafana/tools',
          `${instanceId} has no ${missing.join(', ')}`,
          'dnf install -y nfs-utils, and a host with systemd',
        )
      : pass('grafana/move', `${look.path} on ${instanceId} can be made read-only and copied`),
  ];
}

/** EFS: a mount target in each zone of the tasks, open to them and to the host. */
async function fileSystem(
  { clients: { ec2 } }: Deps,
  id: string,
  targets: NetworkInterface[],
  network: Network,
): Promise<Finding[]> {
  if (targets.length === 0)
    return [
      fail(
        'grafana/efs',
        `${id} has no mount target in this region`,
        'correct grafana.target.efs, or aws efs create-mount-target in each private subnet',
      ),
    ];
  const { Subnets = [] } =
    network.privateSubnets.length > 0
      ? await ec2.send(new DescribeSubnetsCommand({ SubnetIds: network.privateSubnets }))
      : {};
  const bare = Subnets.filter(
    ({ AvailabilityZone }) => !targets.some((target) => target.AvailabilityZone === AvailabilityZone),
  ).map(({ AvailabilityZone }) => AvailabilityZone);
  const ids = [...new Set(targets.flatMap(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId!)))];
  const { SecurityGroups = [] } =
    ids.length > 0 ? await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids })) : {};
  const open = SecurityGroups.some(({ IpPermissions = [] }) =>
    IpPermissions.some(
      ({ IpProtocol, FromPort = 0, ToPort = 65535, IpRanges = [] }) =>
        (IpProtocol === '-1' || (FromPort <= NFS && NFS <= ToPort)) && IpRanges.length > 0,
    ),
  );
  return [
    targets[0]!.VpcId === network.vpcId
      ? pass('grafana/efs', `${id} has mount targets in ${targets.length} zones`)
      : fail(
          'grafana/efs',
          `${id} is in ${targets[0]!.VpcId}, the stack in ${network.vpcId}`,
          'name a file system of this VPC',
        ),
    ...(bare.length > 0
      ? [
          fail(
            'grafana/efs',
            `${id} has no mount target in ${bare.join(', ')}, where tasks may run`,
            'aws efs create-mount-target in a private subnet there',
          ),
        ]
      : []),
    ...(open
      ? []
      : [
          fail(
            'grafana/efs',
            `${ids.join(', ')} of ${id} lets no address in on TCP ${NFS}`,
            `aws ec2 authorize-security-group-ingress --group-id ${ids[0] ?? '…'} --protocol tcp --port ${NFS} --cidr ${network.vpcCidr}`,
          ),
        ]),
    warn(
      'grafana/efs',
      'SQLite on EFS bears one writer and is slower than a disk: Grafana runs as one task, and is away for a moment at every deployment',
      'nothing for the move; a database of its own (RDS) is the better place afterwards',
    ),
  ];
}

/** secret_key of both sides: equal, not equal, or unknown. Without the right one the new Grafana can't decrypt data sources' passwords. */
async function key(deps: Deps, plan: Plan, nonce: Buffer, look: Look): Promise<Finding[]> {
  const { environment, secrets } = plan.services[plan.grafana.service]!;
  const reference = secrets['GF_SECURITY_SECRET_KEY'];
  const value = reference
    ? await secretValue(deps, plan, reference)
    : (environment['GF_SECURITY_SECRET_KEY'] ?? DEFAULT_KEY);
  if (value === undefined)
    return [
      warn(
        'grafana/secret-key',
        `the value of ${reference} can't be read here, so whether both Grafanas have one secret_key is unknown`,
        'compare them yourself: with another one the passwords of the data sources are lost',
      ),
    ];
  const digest = (await pbkdf2(value, nonce, ROUNDS, 32, 'sha256')).toString('hex');
  return [
    digest === look.key
      ? pass('grafana/secret-key', 'both Grafanas have one secret_key')
      : fail(
          'grafana/secret-key',
          "the new Grafana's secret_key is not the host's: it could not decrypt the passwords of the data sources",
          `give services.${plan.grafana.service}.secrets.GF_SECURITY_SECRET_KEY the host's key, as a secret by name`,
        ),
  ];
}

/** An existing secret is used as it is; else the value that the worker will make it of. undefined: not to be known here. */
async function secretValue({ clients, environment }: Deps, plan: Plan, reference: string): Promise<string | undefined> {
  const [name, field] = reference.split(':');
  const { from } = plan.secrets.find((secret) => secret.name === name)!;
  let text: string | undefined;
  try {
    text = (await clients.secrets.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
  } catch (error) {
    if (!isAws(error)) throw error;
    if (!isAws(error, 'ResourceNotFound')) return undefined;
    text = 'env' in from ? environment[from.env] : await readFile(from.file, 'utf8').catch(() => undefined);
  }
  if (!field || text === undefined) return text;
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[field];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
