import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ListTagsForResourceCommand,
  type ImageDetail,
} from '@aws-sdk/client-ecr';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';
import type { Activities } from '../../contract/activities';
import type { Owner } from '../../contract/resources';

/** ECR: repositories, and the images that wait in them. */
export function repositoryActivities({ clients: { ecr } }: Deps) {
  async function find(name: string, owner: Owner) {
    try {
      const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
      const found = repositories![0]!;
      const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: found.repositoryArn }));
      return { id: found.repositoryUri!, ownership: ownershipOf(tags, owner) };
    } catch (error) {
      if (isAws(error, 'RepositoryNotFound')) return undefined;
      throw error;
    }
  }

  return {
    async ensureRepository({ owner, name }) {
      const found = await find(name, owner);
      if (found) return found;
      const { repository } = await ecr.send(
        new CreateRepositoryCommand({
          repositoryName: name,
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
          tags: tagsOf(owner),
        }),
      );
      return { id: repository!.repositoryUri!, ownership: 'created' };
    },

    async removeRepository({ owner, name }) {
      if ((await find(name, owner))?.ownership !== 'created') return;
      await ecr.send(new DeleteRepositoryCommand({ repositoryName: name, force: true }));
    },

    async resolveImage({ repository, tag }) {
      const images: ImageDetail[] = [];
      for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
        try {
          const page = await ecr.send(
            new DescribeImagesCommand({
              repositoryName: repository,
              nextToken, // what buildx pushes beside an image has no tag
              ...(tag ? { imageIds: [{ imageTag: tag }] } : { filter: { tagStatus: 'TAGGED' } }),
            }),
          );
          images.push(...(page.imageDetails ?? []));
          nextToken = page.nextToken;
        } catch (error) {
          if (isAws(error, 'ImageNotFound', 'RepositoryNotFound')) return {};
          throw error;
        }
      }
      const newest = images.sort((a, b) => (b.imagePushedAt?.getTime() ?? 0) - (a.imagePushedAt?.getTime() ?? 0))[0];
      if (!newest?.imageDigest) return {};
      const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }));
      return { image: `${repositories![0]!.repositoryUri}@${newest.imageDigest}` };
    },
  } satisfies Partial<Activities>;
}
