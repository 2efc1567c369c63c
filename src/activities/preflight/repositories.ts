import { DescribeImagesCommand, DescribeRepositoriesCommand, type Repository } from '@aws-sdk/client-ecr';
import type { Finding } from '../../contract/findings';
import { nameRepository } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from '../absence';
import type { Look } from './finding';
import { findingsOf, unlessDenied } from './reading';
import { sayNoImage, sayRepository, sayTagsMutable } from './texts/cluster';

/** Repositories that are there already, and whether they hold an image. */
export async function lookAtRepositories(deps: Deps, plan: Plan): Promise<Look> {
  const services = Object.entries(plan.services);
  const findings = await Promise.all(
    services.map(async ([name, service]) => {
      const repository = nameRepository(name, service);
      return findingsOf(judgeRepository(deps, repository));
    }),
  );
  return { findings: findings.flat() };
}

async function judgeRepository(deps: Deps, name: string): Promise<Finding[]> {
  const repository = await findRepository(deps, name);
  if (!repository) return [];
  const isMutable = repository.imageTagMutability === 'MUTABLE';
  const findings = [isMutable ? sayTagsMutable(name) : sayRepository(name)];
  const images = await unlessDenied(countImages(deps, name));
  if (images === 0) findings.push(sayNoImage(name));
  return findings;
}

async function findRepository(deps: Deps, name: string): Promise<Repository | undefined> {
  const { ecr } = deps.clients;
  const command = new DescribeRepositoriesCommand({ repositoryNames: [name] });
  const answer = await orNothing(ecr.send(command), 'RepositoryNotFound');
  return answer?.repositories?.[0];
}

async function countImages(deps: Deps, repository: string): Promise<number> {
  const { ecr } = deps.clients;
  const command = new DescribeImagesCommand({ repositoryName: repository });
  const answer = await orNothing(ecr.send(command), 'ImageNotFound');
  return answer?.imageDetails?.length ?? 0;
}
