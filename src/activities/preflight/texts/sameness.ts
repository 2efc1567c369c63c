import type { StoreHoldings } from '../holding';

type Place = Pick<StoreHoldings, 'service' | 'instanceId'>;

export const namePrefix = (what: string, prefix: string): string => `${what} below ${prefix === '' ? '/' : prefix}`;

/** S3 and the stores call the same by names of their own; of a key only what is the same in its ARN and by itself. */
export function nameEncryption(encryption = 'unknown'): string {
  const [type = '', key] = encryption.split(' ');
  const kind = KINDS[type] ?? type;
  return key === undefined ? kind : `${kind} with key ${key.replace(/^.*:key\//, '')}`;
}

const KINDS: Record<string, string> = {
  AES256: 'SSE-S3',
  'aws:kms': 'SSE-KMS',
  'aws:kms:dsse': 'DSSE-KMS',
};

export const saySame = ({ service, instanceId }: Place): string =>
  `${service} on ECS uses bucket, prefix, tenant, encryption and schema as on ${instanceId}`;

export const sayDifference = ({ service, instanceId }: Place, check: string, host: string, ecs: string): string =>
  `${service}: ${check} on ${instanceId} is ${host}, and on ECS ${ecs}`;

const FIXES: Record<string, (service: string) => string> = {
  bucket: () => "set bucket to the host's",
  prefix: (service) => `set services.${service}.environment.S3_PREFIX, of rules RULER_PREFIX, to the host's`,
  encryption: () => "give the bucket that as its default encryption, or take it out of the host's configuration",
  schema: (service) => `give services.${service}.environment the host's periods, as lgtm-migrate import writes them`,
  tenants: (service) => `give dockerfiles/${service} the host's tenants, or turn them off there first`,
};

export function fixDifference(id: string, service: string): string {
  const check = id.split('/').at(-1)!;
  const accept = `accept it by name: data.accept: [${id}]`;
  return `${FIXES[check]!(service)}; where an image of yours does so by itself, ${accept}`;
}
