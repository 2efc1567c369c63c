import { addressesIn, hostSourcesIn, neighboursIn } from '../read/addresses';
import { listDeadOptions } from './dead-options';
import { missingProgram } from './health-check';
import { runningImage, type Component, type Inventory } from '../read/inventory';
import type { Finding, Place } from '../problem';
import { looksSecret } from '../secret-looking';
import { inS3, type Storage } from '../read/stores';
import { PINS } from '../../plan/components';
import { compareVersions, judgeVersion, versionOf } from '../../plan/versions';
import { isStoreName, mapStores, storeOf } from '../../stores';

type Check = (inventory: Inventory) => Finding[];
const finding = (
  level: Finding['level'],
  service: string,
  check: string,
  { file, line }: Place,
  message: string,
  fix: string,
): Finding => ({ id: `${service}/${check}`, level, file, line, message, fix });

/** For each of the six. */
const each =
  (check: (component: Component, inventory: Inventory) => Finding[]): Check =>
  (inventory) =>
    inventory.components.flatMap((component) => check(component, inventory));

const storages: Check = each(({ name, stores }) =>
  stores.flatMap((store) => [
    ...store.storages
      .filter((storage) => !inS3(storage))
      .map((storage) => {
        const where =
          storage.backend === 's3'
            ? `at ${storage.endpoint}, which is not S3 of AWS`
            : `on the backend ${storage.backend}`;
        const local = /^(filesystem|local)$/.test(storage.backend);
        return finding(
          'fail',
          name,
          local ? 'filesystem' : 'storage',
          storage,
          `${name} keeps its ${storage.what} ${where}: the new tasks read S3 only, and what lies there stays behind`,
          `write to S3 first and wait until retention has passed, or copy the data; what may be lost is accepted with --accept ${name}/${local ? 'filesystem' : 'storage'}`,
        );
      }),
    ...(store.settings.yaml
      ? []
      : [
          finding(
            'fail',
            name,
            'configuration',
            store.service,
            `${name}'s configuration file is not in the folder, so nobody knows where its data is`,
            `put it into the folder as ${name}/config/${name}-config.yaml`,
          ),
        ]),
    ...(store.storages.length === 0 && store.settings.yaml
      ? [
          finding(
            'fail',
            name,
            'storage',
            store.settings.place(),
            `${name} names no storage`,
            name === 'loki' ? 'give it schema_config.configs' : 'give it a storage block',
          ),
        ]
      : []),
  ]),
);

const sqlite: Check = each(({ name, grafana, services }, { grafanaEfs }) => {
  if (!grafana) return [];
  const { database } = grafana;
  if (database.value.type === 'sqlite3' && grafanaEfs)
    return [
      finding(
        'warn',
        name,
        'sqlite',
        database,
        `Grafana's SQLite moves to ${grafanaEfs}: Grafana goes from 0 to 100 in one step, and its old side is read-only from then on`,
        'nothing; a database of its own (RDS) is the better place afterwards',
      ),
    ];
  if (database.value.type === 'sqlite3')
    return [
      finding(
        'fail',
        name,
        'sqlite',
        database,
        "Grafana keeps dashboards, users and alert rules in SQLite on the host, and a task's disk is lost with the task",
        '--grafana-efs fs-… lets the migration move it to EFS, Grafana then going from 0 to 100 in one step; or move it to PostgreSQL or MySQL first',
      ),
    ];
  const host = database.value.host?.replace(/:\d+$/, '') ?? '';
  const near = /^(localhost|127\.|host\.docker\.internal|172\.17\.)/.test(host) || (host !== '' && !host.includes('.'));
  return near
    ? [
        finding(
          'fail',
          name,
          'database',
          database,
          `Grafana's database ${host} is on the host and goes with it (${services.map((service) => service.name).join(', ')} reaches it as a neighbour)`,
          'move it to RDS first, and give Grafana its name',
        ),
      ]
    : [];
});

const versions: Check = each((component, { running }) => {
  const { name, image, version } = component;
  const place = image ?? component;
  const runs = runningImage(component, running);
  const drift =
    runs && versionOf(runs) && versionOf(image?.value) !== versionOf(runs)
      ? [
          finding(
            'warn',
            name,
            'drift',
            place,
            `${name} runs ${runs} while the folder says ${image?.value ?? 'nothing'}; the plan takes what runs`,
            'write the running version into the Compose file',
          ),
        ]
      : [];
  if (!version)
    return [
      ...drift,
      finding(
        'fail',
        name,
        'latest',
        place,
        `${name} is ${image?.value ?? 'built from a Dockerfile that is not in the folder'}, a tag that moves: nobody knows which version it is`,
        `pin the version that runs; see docker inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}', or ${name} --version`,
      ),
    ];
  const judged = judgeVersion(name, version, PINS[name]);
  if (judged.level === 'pass') return drift;
  const source = judged.source ? ` (${judged.source})` : '';
  return [
    ...drift,
    judged.level === 'fail'
      ? finding(
          'fail',
          name,
          'version',
          place,
          `${judged.message}${source}; the images' configuration is made for ${PINS[name]}`,
          `upgrade on the host first and import again, or give dockerfiles/${name} a configuration for ${version} and --accept ${name}/version`,
        )
      : finding(
          'warn',
          name,
          'version',
          place,
          `${judged.message}: the plan keeps ${version}`,
          'move first, upgrade later',
        ),
  ];
});

const health: Check = each(({ name, services, version }) =>
  services.flatMap((service) => {
    const missing = service.health && missingProgram(name, version, service.health.value);
    return missing
      ? [
          finding(
            'warn',
            name,
            'health-check',
            service.health!,
            `the health check calls ${missing.program}, which the image of ${name} ${version ?? ''} does not have${missing.source ? ` (${missing.source})` : ''}: the container is unhealthy for ever, and the way back waits for healthy ones`,
            'take it out, or check from outside; the new tasks bring checks of their own',
          ),
        ]
      : [];
  }),
);

const keys: Check = each(({ name, services, stores }) => {
  const inEnvironment = services.flatMap(({ environment }) =>
    [...environment]
      .filter(
        ([variable, { value }]) =>
          /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/.test(variable) && value !== '',
      )
      .map(([, place]) => place),
  );
  const places = [...inEnvironment, ...stores.flatMap((store) => store.keys)];
  return places.map((place) =>
    finding(
      'warn',
      name,
      'static-keys',
      place,
      `${name} has a static key for AWS here; the new tasks have a role, which a key would silently beat`,
      'nothing for the plan: it carries no keys over; revoke it when the hosts are gone',
    ),
  );
});

const prefixes: Check = ({ components }) => {
  const used = components.flatMap(({ name, stores }) =>
    stores.flatMap((store) => store.storages.filter(inS3).map((storage) => ({ name, store, storage }))),
  );
  const where = ({ bucket = '?', prefix }: Storage) => `s3://${bucket}/${prefix}`;
  const clashes = used.flatMap((one, index) => {
    const other = used
      .slice(0, index)
      .find(
        (earlier) =>
          where(earlier.storage) === where(one.storage) &&
          (earlier.name !== one.name ||
            (earlier.store === one.store &&
              earlier.storage.what !== one.storage.what &&
              !(isStoreName(one.name) && storeOf(one.name).sharesPrefix))),
      );
    return other
      ? [
          finding(
            'fail',
            one.name,
            'two-compactors',
            one.storage,
            `${one.name}'s ${one.storage.what} and ${other.name}'s ${other.storage.what} lie on one prefix, ${where(one.storage)}: each compacts and deletes what it takes for its own`,
            'give each a prefix of its own',
          ),
        ]
      : [];
  });
  const compacting = components.flatMap(({ name, stores }) => {
    const alone = stores.filter(
      (store) =>
        store.compacts &&
        (store.ring.value.store === 'inmemory' ||
          (store.service.replicas > 1 && isStoreName(name) && storeOf(name).compactsAlone)),
    );
    const twice = stores.filter(
      (store) =>
        store.compacts &&
        store.storages.some(
          (storage) =>
            inS3(storage) &&
            stores.some(
              (other) =>
                other !== store && other.compacts && other.storages.some((its) => where(its) === where(storage)),
            ),
        ),
    );
    const second = twice.find((store) => alone.includes(store));
    return second
      ? [
          finding(
            'fail',
            name,
            'two-compactors',
            second.service,
            `${twice.map(({ service }) => service.name).join(' and ')} both compact ${where(second.storages[0]!)} and share no ring`,
            'let one of them compact (-target of the others without the compactor), or give them one ring',
          ),
        ]
      : [];
  });
  return [...clashes, ...compacting];
};

const buckets: Check = (inventory) => {
  const bucket = bucketOf(inventory);
  return inventory.components.flatMap(({ name, stores }) =>
    stores.flatMap((store) =>
      store.storages
        .filter((storage) => inS3(storage) && storage.bucket !== bucket)
        .map((storage) =>
          finding(
            'fail',
            name,
            'bucket',
            storage,
            storage.bucket
              ? `${name} keeps its ${storage.what} in ${storage.bucket}, and a plan has one bucket (${bucket}) that its task role may read`
              : `${name}'s ${storage.what} names no bucket`,
            storage.bucket
              ? `copy it into ${bucket}, or give the task role ${storage.bucket} and services.${name}.environment S3_BUCKET by hand`
              : 'name it in the configuration',
          ),
        ),
    ),
  );
};

/** The bucket that most of the data is in. */
export function bucketOf({ components }: Inventory): string | undefined {
  const names = components.flatMap(({ stores }) =>
    stores.flatMap((store) => store.storages.filter(inS3).flatMap(({ bucket }) => bucket ?? [])),
  );
  const count = (name: string) => names.filter((other) => other === name).length;
  return [...new Set(names)].sort((a, b) => count(b) - count(a))[0];
}

const SINGLE: Record<string, string> = mapStores(({ tenancy }) => tenancy.single.byDefault);

const tenants: Check = each(({ name, stores }) =>
  stores.slice(0, 1).flatMap(({ tenants: found }) => {
    const { several, single } = found.value;
    if (several)
      return [
        finding(
          'fail',
          name,
          'tenants',
          found,
          `${name} has several tenants, and the new one reads ${SINGLE[name]} only: what others have written would not be seen`,
          `give dockerfiles/${name} multi-tenancy and --accept ${name}/tenants, or turn it off here first`,
        ),
      ];
    return single === SINGLE[name]
      ? []
      : [
          finding(
            'fail',
            name,
            'tenants',
            found,
            `${name} writes as tenant ${single}, and the new one reads ${SINGLE[name]}`,
            `give dockerfiles/${name} that tenant and --accept ${name}/tenants`,
          ),
        ];
  }),
);

const rings: Check = each(({ name, stores }) =>
  stores
    .slice(0, 1)
    .flatMap(({ ring }) =>
      /^(consul|etcd)$/.test(ring.value.store)
        ? [
            finding(
              'warn',
              name,
              'ring',
              ring,
              `${name}'s ring is in ${ring.value.store}; the new tasks gossip among themselves (memberlist) and never join it`,
              'nothing: two stacks must not share a ring',
            ),
          ]
        : [],
    ),
);

const dead: Check = each((component) => {
  const { name, stores, grafana, version } = component;
  const options = listDeadOptions(name).filter((option) => !version || compareVersions(version, option.since) >= 0);
  const place = (path: string): Place | undefined =>
    grafana
      ? grafana.settings.get(path)
      : stores.find((store) => store.settings.raw(path) !== undefined)?.settings.place(path);
  return options.flatMap(({ path, since, instead, source }) => {
    const found = place(path);
    return found
      ? [
          finding(
            'warn',
            name,
            'dead-option',
            found,
            `${path} is gone since ${name} ${since} (${source})`,
            `take it out; instead: ${instead}`,
          ),
        ]
      : [];
  });
});

const addresses: Check = ({ root }) => [
  ...addressesIn(root).map((found) =>
    finding(
      'warn',
      found.file.split('/')[0]!,
      'by-address',
      found,
      `points at ${found.value} by address: a task reaches it from ${'lgtm-ecs-sg'} and not from the host, and the host's own address is gone after the move`,
      "use a DNS name, and let the tasks' security group in there",
    ),
  ),
  ...neighboursIn(root).map((found) =>
    finding(
      'warn',
      found.file.split('/')[0]!,
      'by-address',
      found,
      `points at ${found.value}, a neighbour on the same host`,
      'nothing where the images bring this file; elsewhere use <service>.lgtm.local',
    ),
  ),
  ...hostSourcesIn(root).map((found) =>
    finding(
      'warn',
      'alloy',
      'host-source',
      found,
      `${found.value} reads the host that Alloy runs on: a Fargate task has none`,
      'leave an Alloy on the hosts that have these logs and metrics, and let it push to the new one',
    ),
  ),
];

const elsewhere: Check = ({ compose, others, running }) => [
  ...others.map((service) =>
    finding(
      'warn',
      'host',
      'other-service',
      service,
      `${service.name} (${service.image?.value ?? 'built here'}) is none of the six: it stays on the host and stops with it`,
      'move it by other means before the hosts stop, or see that nobody needs it',
    ),
  ),
  ...compose.versions.map((found) =>
    finding(
      'warn',
      'host',
      'dead-option',
      found,
      `version: "${found.value}" is ignored by Docker Compose 2 (compose-spec, "Version and name top-level elements")`,
      'take it out',
    ),
  ),
  ...compose.unset.map((found) =>
    finding(
      'warn',
      'host',
      'unset',
      found,
      `${found.value} is set nowhere in the folder and became an empty text${looksSecret(found.value) ? ', as a secret may' : ''}`,
      'set it in an env file of the folder, or give it a default',
    ),
  ),
  ...(compose.files.some((file) => !file.includes('/'))
    ? []
    : [
        finding(
          'warn',
          'host',
          'project',
          { file: '.', line: 1 },
          'there is no Compose file at the top of the folder: the migration stops and starts the stack as one project',
          `write docker-compose.yaml with include: [${compose.files.join(', ')}]`,
        ),
      ]),
  ...running.flatMap(({ instance, unreachable, containers }) => {
    const place = { file: instance, line: 1 };
    if (unreachable)
      return [
        finding(
          'warn',
          'host',
          'unreachable',
          place,
          `${instance} could not be asked: ${unreachable}`,
          'the folder alone was read; preflight asks again',
        ),
      ];
    return containers
      .filter(({ State, Health }) => State !== 'running' || Health === 'unhealthy')
      .map(({ Service, State, Health }) =>
        finding(
          'warn',
          'host',
          'not-healthy',
          place,
          `${Service} is ${State}${Health ? `, ${Health}` : ''} on ${instance}`,
          'mend it first: the way back waits for a healthy stack',
        ),
      );
  }),
];

const missing: Check = ({ components }) =>
  Object.keys(PINS)
    .filter((name) => !components.some((component) => component.name === name))
    .map((name) =>
      finding(
        name === 'grafana' ? 'fail' : 'warn',
        name,
        'missing',
        { file: '.', line: 1 },
        `there is no ${name} in the folder${name === 'grafana' ? '; the default record of a plan is its' : '; the plan leaves it out'}`,
        name === 'grafana'
          ? 'write the plan by hand: lgtm-migrate init'
          : 'nothing, or take the null out of the plan for a new one',
      ),
    );

const CHECKS = [
  storages,
  sqlite,
  versions,
  health,
  keys,
  prefixes,
  buckets,
  tenants,
  rings,
  dead,
  addresses,
  elsewhere,
  missing,
];

/** Everything that the move would break or change, failures first, then by file and line. */
export function check(inventory: Inventory): Finding[] {
  const found = CHECKS.flatMap((one) => one(inventory));
  return found.sort((a, b) => a.level.localeCompare(b.level) || a.file.localeCompare(b.file) || a.line - b.line);
}
