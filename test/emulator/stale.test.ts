import { CreateRoleCommand, GetRoleCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { until } from '../../lab/until';
import { nameOf, useBreakable } from './breakable';

/** Long enough to be measured. */
const LATE_S = 0.8;

const breakable = useBreakable();

const createRole = (RoleName: string) =>
  breakable.clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: '{}' }));
const getRole = (RoleName: string) => breakable.clients.iam.send(new GetRoleCommand({ RoleName }));

test('a read does not show a change for so many reads, others and other reads do', async () => {
  const [first, second] = [breakable.nextName(), breakable.nextName()];
  await breakable.rule({
    service: 'iam',
    action: 'GetRole',
    kind: 'stale',
    after: 'CreateRole',
    reads: 2,
    times: 1,
  });
  await createRole(first);
  await breakable.clients.iam.send(new TagRoleCommand({ RoleName: first, Tags: [{ Key: 'a', Value: 'b' }] }));
  await createRole(second);
  expect(await getRole(first).catch(nameOf)).toBe('NoSuchEntityException');
  expect(await getRole(second).catch(nameOf)).toBe('NoSuchEntityException');
  expect((await getRole(first)).Role).toMatchObject({ Tags: [{ Key: 'a', Value: 'b' }] });
  await createRole(breakable.nextName());
  await getRole(second);
});

test('a list does not show a new thing for a time, whatever service it is', async () => {
  await breakable.rule({
    service: 'route53',
    action: 'GetChange',
    kind: 'stale',
    reads: 1,
  });
  await breakable.rule({
    service: 'route53',
    action: 'ListResourceRecordSets',
    kind: 'stale',
    delay_s: LATE_S,
  });
  const HostedZoneId = breakable.emulator.account.hostedZoneId;
  const ResourceRecordSet = {
    Name: 'new.example.com',
    Type: 'A' as const,
    TTL: 60,
    ResourceRecords: [{ Value: '::' }],
  };
  const Changes = [{ Action: 'CREATE' as const, ResourceRecordSet }];
  const change = new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } });
  const list = async () => {
    const { ResourceRecordSets } = await breakable.clients.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId }),
    );
    return ResourceRecordSets!.some(({ Name }) => Name === 'new.example.com.');
  };
  const began = performance.now();
  const { ChangeInfo } = await breakable.clients.route53.send(change);
  expect(await breakable.clients.route53.send(new GetChangeCommand({ Id: ChangeInfo!.Id })).catch(nameOf)).toBe(
    'NoSuchChange',
  );
  await until('the record', list);
  expect((performance.now() - began) / 1000).toBeGreaterThanOrEqual(LATE_S);
});

test('a reset and the end of a rule end what it shows of the past', async () => {
  const name = breakable.nextName();
  await breakable.rule({
    service: 'iam',
    kind: 'stale',
    reads: 1000,
  });
  await createRole(name);
  expect(await getRole(name).catch(nameOf)).toBe('NoSuchEntityException');
  await breakable.emulator.delete('/rules');
  await getRole(name);
  await breakable.rule({
    service: 'iam',
    kind: 'stale',
    reads: 1000,
  });
  await createRole(breakable.nextName());
  await breakable.emulator.reset({});
  expect(await getRole(name).catch(nameOf)).toBe('NoSuchEntityException');
  await createRole(name);
  await getRole(name);
});
