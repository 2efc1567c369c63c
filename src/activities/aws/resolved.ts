import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { buildArgumentsOf, repositoryOf } from '../../plan/names';
import type { Resolved } from '../../plan/resolved';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws, normalise } from '../failures';
import { imageActivities } from '../images/image';
import { repositoryActivities } from './repository';

/** Asks the account for what a plan's task definitions name; reads only. What is not there is left out. */
export async function lookUp(deps: Deps, plan: Plan): Promise<Resolved> {
  try {
    const [{ Account }, images, secrets, oldHost] = await Promise.all([
      deps.clients.sts.send(new GetCallerIdentityCommand({})),
      imagesOf(deps, plan),
      secretsOf(deps, plan),
      oldHostOf(deps, plan),
    ]);
    return { ...(Account ? { account: Account } : {}), images, secrets, ...(oldHost ? { oldHost } : {}) };
  } catch (error) {
    throw normalise(error, 'resolve', { name: plan.name });
  }
}

/** The image that the workflow would deploy: what was built of the folder, or what somebody else has pushed. */
async function imagesOf(deps: Deps, plan: Plan): Promise<Record<string, string>> {
  const { builder, context } = plan.images;
  const [{ resolveImage }, { verifyImage }] = [repositoryActivities(deps), imageActivities(deps)];
  const found = await Promise.all(
    Object.entries(plan.services).map(async ([service, entry]) => {
      const repository = repositoryOf(service, entry);
      const tag =
        builder === 'none'
          ? entry.tag
          : (
              await verifyImage({
                service,
                repository,
                builder,
                context,
                buildArguments: buildArgumentsOf(plan, entry),
              })
            ).tag;
      const { image } = await resolveImage({ repository, ...(tag ? { tag } : {}) });
      return image ? [[service, image] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** The ARNs of the plan's secrets that are there. */
export async function secretsOf({ clients: { secrets } }: Deps, plan: Plan): Promise<Record<string, string>> {
  const found = await Promise.all(
    plan.secrets.map(async ({ name }) => {
      try {
        const { ARN } = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
        return ARN ? [[name, ARN] as const] : [];
      } catch (error) {
        if (isAws(error, 'ResourceNotFound')) return [];
        throw error;
      }
    }),
  );
  return Object.fromEntries(found.flat());
}

async function oldHostOf({ clients: { ec2 } }: Deps, { ingestion, source }: Plan): Promise<string | undefined> {
  if (!ingestion.dualWrite || ingestion.oldHost) return undefined;
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ InstanceIds: source.instances.slice(0, 1) }),
  );
  return Reservations[0]?.Instances?.[0]?.PrivateIpAddress;
}
