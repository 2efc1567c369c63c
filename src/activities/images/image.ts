import {
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  type DescribeImageScanFindingsCommandOutput,
} from '@aws-sdk/client-ecr';
import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { until } from '../pacing';
import { contextOf, withBuilder, type Registry } from './builder';
import { isAws } from '../failures';
import { contentTag } from './content';
import type { Activities } from '../../contract/activities';

const POLL_MS = 1000;

/** Images of the services: built on a host that can, pushed under a tag of their content, and what ECR's scan says. */
export function imageActivities({ clients: { ecr } }: Deps) {
  async function digestOf(repository: string, tag: string): Promise<string | undefined> {
    try {
      const { imageDetails = [] } = await ecr.send(
        new DescribeImagesCommand({ repositoryName: repository, imageIds: [{ imageTag: tag }] }),
      );
      return imageDetails[0]?.imageDigest;
    } catch (error) {
      if (isAws(error, 'ImageNotFound')) return undefined;
      throw error;
    }
  }

  async function registry(): Promise<Registry> {
    const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const { authorizationToken = '', proxyEndpoint = '' } = authorizationData[0] ?? {};
    const [user = '', token = ''] = Buffer.from(authorizationToken, 'base64').toString().split(':');
    return { host: new URL(proxyEndpoint).host, user, token };
  }

  return {
    async buildImage(request) {
      const { repository, builder, buildArguments } = request;
      const folder = contextOf(request);
      const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }));
      const uri = repositories![0]!.repositoryUri!;
      const tag = await contentTag(folder, buildArguments);
      const there = await digestOf(repository, tag);
      if (there) return { image: `${uri}@${there}`, tag, built: false };

      await withBuilder(builder, await registry(), async (tool) => {
        await tool.build(folder, `${uri}:${tag}`, buildArguments);
        await tool.push(`${uri}:${tag}`);
      });
      const digest = await digestOf(repository, tag);
      if (!digest) throw ApplicationFailure.retryable(`${uri}:${tag} was pushed and is not in ECR`, 'ImageNotPushed');
      return { image: `${uri}@${digest}`, tag, built: true };
    },

    async verifyImage(request) {
      const tag = await contentTag(contextOf(request), request.buildArguments);
      const digest = await digestOf(request.repository, tag).catch((error: unknown) => {
        if (isAws(error, 'RepositoryNotFound')) return undefined;
        throw error;
      });
      return { tag, ...(digest ? { digest } : {}) };
    },

    async awaitScan({ repository, image, timeoutMs }) {
      const imageDigest = image.split('@')[1]!;
      const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }));
      const began = Date.now();
      const look = async (): Promise<DescribeImageScanFindingsCommandOutput | undefined> => {
        try {
          return await ecr.send(
            new DescribeImageScanFindingsCommand({ repositoryName: repository, imageId: { imageDigest } }),
          );
        } catch (error) {
          if (isAws(error, 'ScanNotFound')) return undefined;
          throw error;
        }
      };
      return until(
        async () => {
          const scan = await look();
          const status = scan?.imageScanStatus?.status ?? 'NONE';
          if (status === 'NONE' && !repositories![0]!.imageScanningConfiguration?.scanOnPush)
            return { status, counts: {} };
          if (status === 'COMPLETE' || status === 'ACTIVE')
            return { status, counts: scan!.imageScanFindings?.findingSeverityCounts ?? {} };
          if (status === 'FAILED' || status === 'UNSUPPORTED_IMAGE' || Date.now() - began > timeoutMs)
            return { status, counts: {} };
          return undefined;
        },
        POLL_MS,
        () => ({ repository, waiting: 'scan' }),
      );
    },
  } satisfies Partial<Activities>;
}
