import { DescribeImagesCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { ApplicationFailure } from '@temporalio/activity';
import type { OutputOf } from '../../contract/activities';
import type { BuildRequest } from '../../contract/images';
import { describeRepository } from '../aws/repository';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { contextOf, withBuilder, type Registry } from './builder';
import { contentTag } from './content';
import { imageNotPushed } from './texts';

/**
 * Builds and pushes an image under the tag of
 * its content, where ECR does not hold it yet.
 * @throws BuildFailed
 */
export async function buildImage(deps: Deps, request: BuildRequest): Promise<OutputOf<'buildImage'>> {
  const { repository, builder, buildArguments } = request;
  const folder = contextOf(request);
  const { repositoryUri: uri } = await describeRepository(deps, repository);
  const tag = await contentTag(folder, buildArguments);
  const existing = await findDigest(deps, repository, tag);
  if (existing) return { image: `${uri}@${existing}`, tag, built: false };

  const reference = `${uri}:${tag}`;
  await withBuilder(builder, await logIn(deps), async (tool) => {
    await tool.build(folder, reference, buildArguments);
    await tool.push(reference);
  });
  const digest = await findDigest(deps, repository, tag);
  if (!digest) {
    throw ApplicationFailure.retryable(imageNotPushed(reference), 'ImageNotPushed');
  }
  return { image: `${uri}@${digest}`, tag, built: true };
}

/** Whether ECR holds the image of what lies in the folder now. */
export async function verifyImage(deps: Deps, request: BuildRequest): Promise<OutputOf<'verifyImage'>> {
  const tag = await contentTag(contextOf(request), request.buildArguments);
  const digest = await findDigest(deps, request.repository, tag).catch((error: unknown) => {
    if (isAws(error, 'RepositoryNotFound')) return undefined;
    throw error;
  });
  return { tag, ...(digest ? { digest } : {}) };
}

async function findDigest(deps: Deps, repository: string, tag: string): Promise<string | undefined> {
  const { ecr } = deps.clients;
  const command = new DescribeImagesCommand({
    repositoryName: repository,
    imageIds: [{ imageTag: tag }],
  });
  try {
    const { imageDetails = [] } = await ecr.send(command);
    return imageDetails[0]?.imageDigest;
  } catch (error) {
    if (isAws(error, 'ImageNotFound')) return undefined;
    throw error;
  }
}

async function logIn(deps: Deps): Promise<Registry> {
  const { ecr } = deps.clients;
  const command = new GetAuthorizationTokenCommand({});
  const { authorizationData = [] } = await ecr.send(command);
  const { authorizationToken = '', proxyEndpoint = '' } = authorizationData[0] ?? {};
  const credentials = Buffer.from(authorizationToken, 'base64').toString();
  const [user = '', token = ''] = credentials.split(':');
  return { host: new URL(proxyEndpoint).host, user, token };
}
