import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { listBuildArguments, nameRepository } from '../../plan/names';
import type { Resolved } from '../../plan/resolved';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws, normaliseError } from '../failures';
import { verifyImage } from '../images/image';
import { resolveImage } from './repository';

/** A key and its value; nothing where the account has no such thing. */
type Entry = [string, string] | undefined;

/**
 * Asks the account for what a plan's task definitions
 * name; reads only. What is not there is left out.
 */
export async function resolvePlan(deps: Deps, plan: Plan): Promise<Resolved> {
  try {
    const [account, images, secrets, oldHost] = await Promise.all([
      findAccount(deps),
      findImages(deps, plan),
      findSecretArns(deps, plan),
      findOldHost(deps, plan),
    ]);
    return {
      ...(account ? { account } : {}),
      images,
      secrets,
      ...(oldHost ? { oldHost } : {}),
    };
  } catch (error) {
    throw normaliseError(error, 'resolve', { name: plan.name });
  }
}

async function findAccount(deps: Deps): Promise<string | undefined> {
  const { sts } = deps.clients;
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  return Account;
}

/**
 * By service: the image that the workflow would deploy,
 * built of the folder or pushed by somebody else.
 */
async function findImages(deps: Deps, plan: Plan): Promise<Record<string, string>> {
  const services = Object.entries(plan.services);
  const images = await Promise.all(
    services.map(async ([name, service]): Promise<Entry> => {
      const repository = nameRepository(name, service);
      const tag = await findTag(deps, plan, name, service);
      const { image } = await resolveImage(deps, {
        repository,
        ...(tag ? { tag } : {}),
      });
      return image ? [name, image] : undefined;
    }),
  );
  return toRecord(images);
}

/**
 * The tag of a service's image: of the content of its folder where the plan builds it.
 */
async function findTag(
  deps: Deps,
  plan: Plan,
  name: string,
  service: Plan['services'][string],
): Promise<string | undefined> {
  const { builder, context } = plan.images;
  if (builder === 'none') return service.tag;
  const repository = nameRepository(name, service);
  const buildArguments = listBuildArguments(plan, service);
  const { tag } = await verifyImage(deps, {
    service: name,
    repository,
    builder,
    context,
    buildArguments,
  });
  return tag;
}

/** By name: the ARNs of the plan's secrets that are there. */
export async function findSecretArns(deps: Deps, plan: Plan): Promise<Record<string, string>> {
  const arns = await Promise.all(
    plan.secrets.map(async ({ name }): Promise<Entry> => {
      const arn = await findSecretArn(deps, name);
      return arn ? [name, arn] : undefined;
    }),
  );
  return toRecord(arns);
}

async function findSecretArn(deps: Deps, name: string): Promise<string | undefined> {
  const { secrets } = deps.clients;
  try {
    const command = new DescribeSecretCommand({ SecretId: name });
    const { ARN } = await secrets.send(command);
    return ARN;
  } catch (error) {
    if (isAws(error, 'ResourceNotFound')) return undefined;
    throw error;
  }
}

/**
 * The private address of the first host, where senders'
 * data goes to both sides and the plan names no address.
 */
async function findOldHost(deps: Deps, { ingestion, source }: Plan): Promise<string | undefined> {
  const { ec2 } = deps.clients;
  if (!ingestion.dualWrite || ingestion.oldHost) return undefined;
  const firstHost = source.instances.slice(0, 1);
  const command = new DescribeInstancesCommand({ InstanceIds: firstHost });
  const { Reservations = [] } = await ec2.send(command);
  return Reservations[0]?.Instances?.[0]?.PrivateIpAddress;
}

function toRecord(entries: Entry[]): Record<string, string> {
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}
