import { paginateDescribeManagedPrefixLists, paginateGetManagedPrefixListEntries } from '@aws-sdk/client-ec2';
import type { Deps } from '../clients';
import { collect } from '../pages';

/** A managed prefix list: ranges under one id, in rules and in routes. */
export interface PrefixList {
  id: string;
  ranges: string[];
  /** as so many rules of a security group a rule with it counts. Source: AWS, "Amazon VPC quotas" */
  size: number;
}

/** Those of AWS's own, by what their names contain. Source: AWS, "AWS-managed prefix lists", their weights. */
const WEIGHTS: [part: string, weight: number][] = [
  ['.cloudfront.', 55],
  ['.route53-healthchecks', 25],
  ['.s3', 1],
  ['.dynamodb', 1],
];

/** Reads what these hold, each once. One that is no longer shared holds nothing. */
export async function readPrefixLists({ clients }: Deps, ids: string[]): Promise<PrefixList[]> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const client = { client: clients.ec2 };
  const found = await collect(
    // by filter: an id that nobody knows is no error then
    paginateDescribeManagedPrefixLists(client, {
      Filters: [
        {
          Name: 'prefix-list-id',
          Values: wanted,
        },
      ],
    }),
    (page) => page.PrefixLists,
  );
  const reading = found.map(async ({ PrefixListId, PrefixListName = '', MaxEntries }) => {
    const entries = await collect(
      paginateGetManagedPrefixListEntries(client, { PrefixListId }),
      (page) => page.Entries,
    );
    return {
      id: PrefixListId!,
      ranges: entries.map(({ Cidr }) => Cidr!),
      size: MaxEntries ?? findWeight(PrefixListName) ?? entries.length,
    };
  });
  return Promise.all(reading);
}

const findWeight = (name: string): number | undefined => WEIGHTS.find(([part]) => name.includes(part))?.[1];
