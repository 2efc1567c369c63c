import { importFolder } from '../results';
import { writeFolder } from '../folder';

const COMPOSE = {
  services: {
    alloy: {
      image: 'grafana/alloy:v1.19.2',
      command: 'run /etc/alloy/config.alloy',
      volumes: ['./config.alloy:/etc/alloy/config.alloy'],
    },
  },
};
const PIPELINE = `
// prometheus.scrape "off" {
prometheus.scrape "apps" { targets = [{ __address__ = "app-1.example.internal:8080" }] }
faro.receiver "web" { server { listen_port = 12347 } }
loki.source.syslog "net" { listener { address = "0.0.0.0:9999" } }
`;

function findPipeline(compose: object, files: Record<string, string>): string[] {
  const root = writeFolder({
    'compose.yaml': JSON.stringify(compose),
    ...files,
  });
  const { findings } = importFolder(root).document;
  return findings
    .filter(({ id }) => id === 'alloy/configuration')
    .map(({ level, file, message }) => `${level} ${file}: ${message}`);
}

test('what Alloy scrapes and receives is named, with where it listens', () => {
  const [found, ...others] = findPipeline(COMPOSE, { 'config.alloy': PIPELINE });
  expect(others).toEqual([]);
  expect(found).toMatch(
    /^fail config\.alloy: .*: prometheus\.scrape "apps", faro\.receiver "web", loki\.source\.syslog "net"/,
  );
  expect(found).toMatch(/; it listens on 9999, 12347$/);
});

test('of a folder of files all count, and many blocks are counted', () => {
  const blocks = Array.from({ length: 10 }, (_, index) => `prometheus.scrape "app-${index}" {\n}\n`);
  const alloy = {
    image: 'grafana/alloy:v1.19.2',
    command: 'run --storage.path=/data /etc/alloy',
    volumes: ['./alloy:/etc/alloy'],
  };
  const [found] = findPipeline(
    { services: { alloy } },
    {
      'alloy/a.alloy': blocks.slice(0, 5).join(''),
      'alloy/b.alloy': blocks.slice(5).join(''),
    },
  );
  expect(found).toContain('"app-7", 2 more');
});

test('an Alloy whose pipeline is not in the folder has none to name', () => {
  expect(findPipeline(COMPOSE, {})).toEqual([]);
});

test('a pipeline that the shipped one does the work of is replaced by it, and that is told', () => {
  const stack = {
    services: {
      ...COMPOSE.services,
      mimir: {
        image: 'grafana/mimir:3.2.1',
      },
    },
  };
  const own = `
prometheus.receive_http "in" { http { listen_port = 9090 } forward_to = [prometheus.remote_write.m.receiver] }
prometheus.scrape "stack" { targets = [{ "__address__" = "mimir:9009" }] }
prometheus.remote_write "m" { endpoint { url = "http://mimir:9009/api/v1/push" } }
`;
  const [same] = findPipeline(stack, { 'config.alloy': own });
  expect(same).toMatch(/^warn .* which does the same: prometheus\.receive_http "in"/);

  const elsewhere = own.replace('http://mimir:9009', 'https://prometheus.example.net');
  const [sent] = findPipeline(stack, { 'config.alloy': elsewhere });
  expect(sent).toMatch(/^fail .*: prometheus\.remote_write "m"; it listens on 9090$/);

  const labelled = own.replace('url =', 'write_relabel_config { action = "drop" } url =');
  const [changed] = findPipeline(stack, { 'config.alloy': labelled });
  expect(changed).toMatch(/^fail .*: prometheus\.remote_write "m"; it listens on 9090$/);

  const [door] = findPipeline(stack, { 'config.alloy': own.replace('9090', '9999') });
  expect(door).toMatch(/^fail .*: prometheus\.receive_http "in"; it listens on 9999$/);
});

test('a file that is mounted in the place of a folder has none to name', () => {
  const alloy = {
    ...COMPOSE.services.alloy,
    volumes: ['./config.alloy:/etc/alloy'],
  };
  expect(findPipeline({ services: { alloy } }, { 'config.alloy': PIPELINE })).toEqual([]);
});
