import type { ContainerDefinition, LogConfiguration } from '@aws-sdk/client-ecs';
import { listChanges } from '../../../src/activities/aws/task-definition-parts';

const CONTAINER: ContainerDefinition = {
  name: 'mimir',
  image: 'registry/lgtm-mimir@sha256:1',
  environment: [
    { name: 'REGION', value: 'ap-northeast-2' },
    { name: 'EMPTY', value: '' },
  ],
  secrets: [{ name: 'KEY', valueFrom: 'arn:secret:KEY::' }],
  portMappings: [{ containerPort: 9009, protocol: 'tcp' }],
  command: ['-target=all'],
};

const LOGS: LogConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/mimir' } };
const RESTARTS = { enabled: true, restartAttemptPeriod: 60 };

const definitionOf = (container: ContainerDefinition, cpu = '1024') => ({ cpu, containerDefinitions: [container] });

test('what AWS adds, and the order in which it returns lists, is no change', () => {
  const returned = {
    ...definitionOf({
      ...CONTAINER,
      logConfiguration: { ...LOGS, secretOptions: [] },
      restartPolicy: { ...RESTARTS, ignoredExitCodes: [] },
      systemControls: [],
      environment: [...CONTAINER.environment!].reverse(),
      mountPoints: [],
      volumesFrom: [],
      portMappings: [{ containerPort: 9009, protocol: 'tcp', hostPort: 9009 }],
    }),
    revision: 7,
  };
  const sent = definitionOf({
    ...CONTAINER,
    logConfiguration: LOGS,
    restartPolicy: RESTARTS,
  });
  expect(listChanges(returned, sent)).toEqual([]);
});

test('each thing that differs is named, with what it was and will be', () => {
  const wanted = definitionOf(
    {
      ...CONTAINER,
      image: 'registry/lgtm-mimir@sha256:2',
      environment: [{ name: 'REGION', value: 'ap-northeast-2' }],
      command: ['-target=read'],
    },
    '2048',
  );
  expect(listChanges(definitionOf(CONTAINER), wanted)).toEqual([
    { what: 'cpu', from: '1024', to: '2048' },
    { what: 'image', container: 'mimir', from: 'registry/lgtm-mimir@sha256:1', to: 'registry/lgtm-mimir@sha256:2' },
    { what: 'command', container: 'mimir', from: '["-target=all"]', to: '["-target=read"]' },
    { what: 'environment EMPTY', container: 'mimir', from: '""', to: null },
  ]);
});

test('of a secret its reference is compared, which is all that a definition has', () => {
  const wanted = definitionOf({ ...CONTAINER, secrets: [{ name: 'KEY', valueFrom: 'arn:other:KEY::' }] });
  expect(listChanges(definitionOf(CONTAINER), wanted)).toEqual([
    { what: 'secret KEY', container: 'mimir', from: 'arn:secret:KEY::', to: 'arn:other:KEY::' },
  ]);
});
