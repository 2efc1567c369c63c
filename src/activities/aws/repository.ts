import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ListTagsForResourceCommand,
  paginateDescribeImages,
  type ImageDetail,
  type Repository,
} from '@aws-sdk/client-ecr';
import type { OutputOf } from '../../contract/activities';
import type { ImageRequest } from '../../contract/images';
import type { OwnedName, Resource } from '../../contract/resources';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';

/** Finds the ECR repository, or creates it. */
export async function ensureRepository(deps: Deps, input: OwnedName): Promise<Resource> {
  const found = await findRepository(deps, input);
  if (found) return found;
  const command = new CreateRepositoryCommand({
    repositoryName: input.name,
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    tags: tagsOf(input.owner),
  });
  const { repository } = await deps.clients.ecr.send(command);
  return {
    id: repository!.repositoryUri!,
    ownership: 'created',
  };
}

/** Deletes the repository and its images if this run created it. */
export async function removeRepository(deps: Deps, input: OwnedName): Promise<void> {
  const found = await findRepository(deps, input);
  if (found?.ownership !== 'created') return;
  const command = new DeleteRepositoryCommand({
    repositoryName: input.name,
    force: true,
  });
  await deps.clients.ecr.send(command);
}

/**
 * The image of a tag, or the newest push, as
 * `<uri>@sha256:…`; nothing where the repository holds none.
 */
export async function resolveImage(deps: Deps, { repository, tag }: ImageRequest): Promise<OutputOf<'resolveImage'>> {
  const images = await listImages(deps, repository, tag);
  const [newest] = images.sort((a, b) => pushTimeOf(b) - pushTimeOf(a));
  if (!newest?.imageDigest) return {};
  const found = await describeRepository(deps, repository);
  return { image: `${found.repositoryUri}@${newest.imageDigest}` };
}

/**
 * What ECR knows of a repository.
 * @throws RepositoryNotFoundException where there is none
 */
export async function describeRepository(deps: Deps, name: string): Promise<Repository> {
  const { ecr } = deps.clients;
  const command = new DescribeRepositoriesCommand({ repositoryNames: [name] });
  const { repositories } = await ecr.send(command);
  return repositories![0]!;
}

export async function hasRepository(deps: Deps, name: string): Promise<boolean> {
  try {
    await describeRepository(deps, name);
    return true;
  } catch (error) {
    if (isAws(error, 'RepositoryNotFound')) return false;
    throw error;
  }
}

async function findRepository(deps: Deps, { owner, name }: OwnedName): Promise<Resource | undefined> {
  try {
    const found = await describeRepository(deps, name);
    const command = new ListTagsForResourceCommand({ resourceArn: found.repositoryArn });
    const { tags } = await deps.clients.ecr.send(command);
    return {
      id: found.repositoryUri!,
      ownership: ownershipOf(tags, owner),
    };
  } catch (error) {
    if (isAws(error, 'RepositoryNotFound')) return undefined;
    throw error;
  }
}

async function listImages(deps: Deps, repository: string, tag?: string): Promise<ImageDetail[]> {
  const { ecr } = deps.clients;
  // what buildx pushes beside an image has no tag
  const selection = tag ? { imageIds: [{ imageTag: tag }] } : { filter: { tagStatus: 'TAGGED' as const } };
  const images: ImageDetail[] = [];
  try {
    const pages = paginateDescribeImages(
      { client: ecr },
      {
        repositoryName: repository,
        ...selection,
      },
    );
    for await (const { imageDetails = [] } of pages) images.push(...imageDetails);
  } catch (error) {
    if (isAws(error, 'ImageNotFound', 'RepositoryNotFound')) return [];
    throw error;
  }
  return images;
}

function pushTimeOf({ imagePushedAt }: ImageDetail): number {
  return imagePushedAt?.getTime() ?? 0;
}
