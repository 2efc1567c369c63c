/** What preflight says of Grafana's database, version and secret_key. */
import type { Finding } from '../../../contract/findings';
import type { Plan } from '../../../plan/schema';
import { fail, pass, warn } from '../finding';
import type { GrafanaSettings } from '../grafana-settings';

const LOOK_NEEDS = 'it needs python3 on the host (dnf install python3) and the container running';
const NFS = 2049;

/** Not knowing is a failure where something would be copied. */
export function sayUnknownToMove(message: string): Finding {
  return fail('grafana/unknown', message, `${LOOK_NEEDS}; or set grafana.database: shared`);
}

export function sayUnknownToShare(message: string): Finding {
  const unknown = 'whether both sides share database, version and secret_key is unknown';
  return warn('grafana/unknown', `${message}: ${unknown}`, LOOK_NEEDS);
}

export function sayVersionSame(version: string): Finding {
  return pass('grafana/version', `Grafana ${version} on both sides`);
}

export function sayVersionUnknown(): Finding {
  return warn(
    'grafana/version',
    "the version of the host's Grafana is unknown: /api/health does not answer with one",
    'compare it yourself with services.grafana.version',
  );
}

export function sayVersionToComeUnknown(service: string, version: string): Finding {
  return warn(
    'grafana/version',
    `Grafana is ${version} on the host, and the plan does not say what will be deployed`,
    `set services.${service}.version to what your image is`,
  );
}

export function sayVersionDiffers({ grafana: { database, service } }: Plan, version: string, wanted: string): Finding {
  const why =
    database === 'shared'
      ? 'the newer one changes the schema of the database that the older one uses'
      : 'the new one changes the schema of the copy, and edits in it have no way back';
  const plan = `set services.${service}.version: ${version} (and build that image)`;
  return fail(
    'grafana/version',
    `Grafana is ${version} on the host and will be ${wanted}: ${why}`,
    `${plan}; move first, upgrade later`,
  );
}

export function saySqliteToShare(instanceId: string, path: string | null): Finding {
  const place = path ? `SQLite, ${path}` : 'SQLite';
  return fail(
    'grafana/sqlite',
    `Grafana on ${instanceId} keeps dashboards, users and alert rules in ${place}, which the new one can't share`,
    'set grafana.database: move and grafana.target, or move it to PostgreSQL or MySQL on the host first',
  );
}

export function sayDatabaseByUrl({ type, host }: GrafanaSettings): Finding {
  return warn(
    'grafana/database',
    'the plan names the database by GF_DATABASE_URL, which is not compared',
    `see that it is ${type} at ${host}`,
  );
}

export function sayNoDatabaseInPlan(service: string, { type, host }: GrafanaSettings): Finding {
  const variable = `services.${service}.environment has no GF_DATABASE_TYPE`;
  return fail(
    'grafana/database',
    `${variable}, and the image refuses to start without`,
    `set GF_DATABASE_TYPE: ${type}, GF_DATABASE_HOST: ${host} and so on, as on the host`,
  );
}

export function sayDatabaseOnHost(instanceId: string, host: string | null): Finding {
  return fail(
    'grafana/database',
    `Grafana's database ${host} is on ${instanceId} and goes with it`,
    'move it to RDS first, and give both its name',
  );
}

export function sayDatabaseShared(type: string, host: string | undefined): Finding {
  return pass('grafana/database', `both use ${type} at ${host}`);
}

/** A database as a plan's environment names it. */
export interface PlannedDatabase {
  type: string;
  host?: string;
  name?: string;
}

export function sayDatabaseDiffers(settings: GrafanaSettings, planned: PlannedDatabase): Finding {
  const onHost = `${settings.type} at ${settings.host}, database ${settings.name ?? 'grafana'}`;
  const inPlan = `${planned.type} at ${planned.host ?? 'nowhere'}, database ${planned.name ?? 'grafana'}`;
  return fail(
    'grafana/database',
    `the host's Grafana uses ${onHost}; the plan says ${inPlan}`,
    'give both the same: edits of one side would be missing on the other',
  );
}

export function sayMovable(instanceId: string, path: string): Finding {
  return pass('grafana/move', `${path} on ${instanceId} can be made read-only and copied`);
}

export function sayNothingToMove(instanceId: string, { type, host }: GrafanaSettings): Finding {
  return fail(
    'grafana/move',
    `Grafana on ${instanceId} uses ${type} at ${host}, which both sides can share`,
    'set grafana.database: shared',
  );
}

export function saySeveralToMove(hosts: number): Finding {
  return fail(
    'grafana/move',
    `${hosts} hosts run a Grafana, each with a SQLite of its own`,
    'leave one in source.instances',
  );
}

export function saySqliteInLayer(): Finding {
  return fail(
    'grafana/move',
    "Grafana's SQLite lies in the container's own layer",
    'give /var/lib/grafana a volume first (docker cp it there), or the next up -d loses it',
  );
}

export function saySqliteMissing(instanceId: string, path: string): Finding {
  return fail('grafana/move', `${path} is not on ${instanceId}`, 'see where GF_DATABASE_PATH leads');
}

export function sayToolsMissing(instanceId: string, tools: string[]): Finding {
  return fail(
    'grafana/tools',
    `${instanceId} has no ${tools.join(', ')}`,
    'dnf install -y nfs-utils, and a host with systemd',
  );
}

export function sayFileSystem(id: string, targets: number): Finding {
  return pass('grafana/efs', `${id} has mount targets in ${targets} zones`);
}

export function sayNoMountTargets(id: string): Finding {
  return fail(
    'grafana/efs',
    `${id} has no mount target in this region`,
    'correct grafana.target.efs, or aws efs create-mount-target in each private subnet',
  );
}

export function sayFileSystemElsewhere(id: string, vpc: string | undefined, wanted: string): Finding {
  return fail('grafana/efs', `${id} is in ${vpc}, the stack in ${wanted}`, 'name a file system of this VPC');
}

export function sayZonesWithoutTarget(id: string, zones: (string | undefined)[]): Finding {
  return fail(
    'grafana/efs',
    `${id} has no mount target in ${zones.join(', ')}, where tasks may run`,
    'aws efs create-mount-target in a private subnet there',
  );
}

export function sayFileSystemClosed(id: string, groups: string[], range: string): Finding {
  const command = `aws ec2 authorize-security-group-ingress --group-id ${groups[0] ?? '…'}`;
  return fail(
    'grafana/efs',
    `${groups.join(', ')} of ${id} lets no address in on TCP ${NFS}`,
    `${command} --protocol tcp --port ${NFS} --cidr ${range}`,
  );
}

export function saySqliteOnEfs(): Finding {
  const effect = 'Grafana runs as one task, and is away for a moment at every deployment';
  return warn(
    'grafana/efs',
    `SQLite on EFS allows one writer and is slower than a disk: ${effect}`,
    'nothing for the move; a database of its own (RDS) is the better place afterwards',
  );
}

export function saySecretKeySame(): Finding {
  return pass('grafana/secret-key', 'both Grafanas have one secret_key');
}

export function saySecretKeyDiffers(service: string): Finding {
  const effect = 'it could not decrypt the passwords of the data sources';
  const variable = `services.${service}.secrets.GF_SECURITY_SECRET_KEY`;
  return fail(
    'grafana/secret-key',
    `the new Grafana's secret_key is not the host's: ${effect}`,
    `give ${variable} the host's key, as a secret by name`,
  );
}

export function saySecretKeyUnknown(reference: string | undefined): Finding {
  return warn(
    'grafana/secret-key',
    `the value of ${reference} can't be read here, so whether both Grafanas have one secret_key is unknown`,
    'compare them yourself: with another one the passwords of the data sources are lost',
  );
}
