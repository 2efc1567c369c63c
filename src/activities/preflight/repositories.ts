import { DescribeImagesCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import type { Finding } from '../../contract/findings';
import { repositoryOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from './absence';
import type { Look } from './finding';
import { sayNoImage, sayRepository, sayTagsMutable } from './texts/cluster';

/** Repositories that are there already, and whether they hold an image. */
export async function lookAtRepositories(deps: Deps, plan: Plan): Promise<Look> {
  const repositories = Object.entries(plan.services).map(([name, service]) => repositoryOf(name, service));
  const findings = await Promise.all(repositories.map((repository) => judgeRepository(deps, repository)));
  return { findings: findings.flat() };
}

async function judgeRepository({ clients: { ecr } }: Deps, name: string): Promise<Finding[]> {
  const asking = ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
  const answer = await orNothing(asking, 'RepositoryNotFound');
  const repository = answer?.repositories?.[0];
  if (!repository) return [];
  const images = await orNothing(ecr.send(new DescribeImagesCommand({ repositoryName: name })), 'ImageNotFound');
  const isEmpty = (images?.imageDetails ?? []).length === 0;
  const isMutable = repository.imageTagMutability === 'MUTABLE';
  return [isMutable ? sayTagsMutable(name) : sayRepository(name), ...(isEmpty ? [sayNoImage(name)] : [])];
}
