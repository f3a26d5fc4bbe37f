import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseEnv } from 'node:util';
import { readConfig } from '../../src/config/read-config.ts';
import { FORCED_EXIT_MS } from '../../src/http/shutdown.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { problemsOf, unknownFields } from './kubernetes-schemas.ts';
import { appliedWith, LAYERS, type Layer, listedBy, type Manifest } from './manifests.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const replicas = appliedWith('production');
const migrations = appliedWith('production/migrate');
const kindsOf = (layers: readonly Layer[]) =>
  layers.flatMap((layer) => [...layer.manifests.values()].map(({ kind }) => kind));
const manifests = LAYERS.flatMap((layer) => [...layer.manifests.values()]);
const named = (kind: string): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
};
const environment: Record<string, string> = Object.assign({}, ...replicas.map((layer) => layer.environment));
const dockerfile =
  read('Dockerfile')
    .split(/^FROM /m)
    .at(-1) ?? '';
const pods = ['Deployment', 'Job'].map((kind) => [kind, named(kind).spec.template.spec] as const);

describe('The files in deploy/kubernetes', () => {
  it('are all applied with the replicas or with the migrations', () => {
    const applied = [...replicas, ...migrations].map(({ name }) => name);
    expect([...new Set(applied)].toSorted()).toEqual(LAYERS.map(({ name }) => name).toSorted());
  });

  it.each(LAYERS)('of $name are exactly those that its kustomization.yaml names', (layer) => {
    expect([...listedBy(layer).files, 'kustomization.yaml'].toSorted()).toEqual(layer.files);
  });

  it.each(
    LAYERS.flatMap(({ name, manifests: ofLayer }) =>
      [...ofLayer].map(([file, content]) => [`${name}/${file}`, content] as const),
    ),
  )('%s matches the schema of Kubernetes', (_, manifest) => {
    expect(problemsOf(manifest)).toEqual([]);
  });

  it('have no field that Kubernetes does not know', () => {
    expect(unknownFields(manifests)).toEqual([]);
    const { spec, ...rest } = named('Deployment');
    expect(unknownFields([{ ...rest, spec: { ...spec, replica: 2 } }]).join()).toContain('"replica"');
  });
});

describe('The settings in deploy/kubernetes', () => {
  it('are variables of the gateway', () => {
    const known = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
    const names = Object.keys(environment).map((name) => name.replace(/_FILE$/, ''));
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('are a valid configuration once the secrets exist', () => {
    const example = parseEnv(read('.env.example'));
    const folder = mkdtempSync(join(tmpdir(), 'kyc-cluster-'));
    try {
      const values = Object.entries(environment).map(([name, value]): [string, string] => {
        if (!name.endsWith('_FILE')) return [name, value];
        const path = join(folder, basename(value));
        writeFileSync(path, example[name.replace(/_FILE$/, '')] ?? '');
        return [name, path];
      });
      const config = readConfig(PROVIDER_DEFINITIONS, Object.fromEntries(values));
      expect(config.database.migratesAtStart).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('take every secret from a file of the mounted Secret', () => {
    const secret = Object.entries(environment).filter(([name]) =>
      /SECRET|_KEY|TOKEN|DATABASE_URL|SMTP_URL/.test(name),
    );
    expect(secret.length).toBeGreaterThan(3);
    for (const [name, value] of secret) {
      expect(value).toBe(`/run/secrets/kyc/${name.replace(/_FILE$/, '').toLowerCase()}`);
      expect(read('docs/cluster.md')).toContain(basename(value));
    }
    for (const [, { containers, volumes }] of pods) {
      expect(containers[0].volumeMounts).toEqual([
        { name: 'secrets', mountPath: '/run/secrets/kyc', readOnly: true },
      ]);
      expect(volumes).toMatchObject([{ name: 'secrets', secret: { defaultMode: 0o440 } }]);
    }
  });
});

describe('A pod in deploy/kubernetes', () => {
  it.each(pods)('of the %s runs without any right, as the user of the image', (_, spec) => {
    const [, user] = /^USER (\d+):\1$/m.exec(dockerfile) ?? [];
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: Number(user),
        runAsGroup: Number(user),
        fsGroup: Number(user),
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(spec.containers[0].resources.limits.memory).toMatch(/^\d+Mi$/);
  });

  it.each(pods)('of the %s uses the image and the settings that the overlay fills in', (_, spec) => {
    const [container] = spec.containers;
    const overlay = LAYERS.find(({ kustomization }) => kustomization.kind === 'Component');
    const [configMap] = overlay?.kustomization.configMapGenerator ?? [];
    expect(configMap?.behavior).toBe('merge');
    expect(container.image).toBe(overlay?.kustomization.images?.[0]?.name);
    expect(container.envFrom).toEqual([{ configMapRef: { name: configMap?.name } }]);
  });

  it('is probed on the port and the paths of the gateway', () => {
    const [container] = named('Deployment').spec.template.spec.containers;
    const { PORT } = environment;
    expect(container.ports).toEqual([{ name: 'http', containerPort: Number(PORT) }]);
    expect(dockerfile).toContain(`EXPOSE ${PORT}\n`);
    for (const [probe, path] of [
      ['startupProbe', 'live'],
      ['livenessProbe', 'live'],
      ['readinessProbe', 'ready'],
    ] as const) {
      expect(container[probe].httpGet).toEqual({ path: `/health/${path}`, port: 'http' });
    }
    expect(read('src/health/health.controller.ts')).toMatch(
      /@Controller\('health'\)[^]*@Get\('live'\)[^]*@Get\('ready'\)/,
    );
    const [endpoint] = named('ServiceMonitor').spec.endpoints;
    expect(endpoint).toMatchObject({ port: named('Service').spec.ports[0].name, path: '/metrics' });
    expect(read('src/metrics/metrics.controller.ts')).toContain("@Controller('metrics')");
  });

  it('has the time to drain and to finish its work before it is killed', () => {
    const drain = Number(environment['SHUTDOWN_DRAIN_SECONDS']);
    const { terminationGracePeriodSeconds: grace } = named('Deployment').spec.template.spec;
    expect(grace * 1_000).toBeGreaterThanOrEqual(drain * 1_000 + FORCED_EXIT_MS);
  });

  it('is selected by the Service and every policy, without the job of the migrations where it must not be', () => {
    const { labels } = named('Deployment').spec.template.metadata;
    expect(named('Deployment').spec.selector.matchLabels).toEqual(labels);
    expect(named('Service').spec.selector).toEqual(labels);
    expect(named('Service').metadata.labels).toEqual(named('ServiceMonitor').spec.selector.matchLabels);
    expect(named('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels);
    expect(named('HorizontalPodAutoscaler').spec.scaleTargetRef.name).toBe(named('Deployment').metadata.name);
    const ofPolicy = named('NetworkPolicy').spec.podSelector.matchLabels;
    for (const kind of ['Deployment', 'Job']) {
      expect(named(kind).spec.template.metadata.labels).toMatchObject(ofPolicy);
    }
    expect(named('Job').spec.template.metadata.labels).not.toMatchObject(labels);
  });

  it('becomes available in a rollout only after the former replica has ended', () => {
    const { minReadySeconds, template } = named('Deployment').spec;
    expect(minReadySeconds).toBeGreaterThanOrEqual(template.spec.terminationGracePeriodSeconds);
  });

  it('fits into the connections of a PostgreSQL with its defaults, while a rollout and a drained node replace others', () => {
    const { maxReplicas } = named('HorizontalPodAutoscaler').spec;
    const { maxSurge } = named('Deployment').spec.strategy.rollingUpdate;
    const evicted = named('PodDisruptionBudget').spec.maxUnavailable;
    // A replica that ends holds its connections. minReadySeconds keeps a rollout from ending two at a time.
    const ending = 1;
    // Five connections of a replica are not for requests (docs/operations.md, Scaling).
    const perReplica = Number(environment['DATABASE_POOL_SIZE']) + 5;
    const ofTheJob = 5;
    expect((maxReplicas + maxSurge + ending + evicted) * perReplica + ofTheJob).toBeLessThanOrEqual(97);
  });
});

describe('The job of the migrations', () => {
  it('is not applied with the replicas, because Kubernetes cannot change a job', () => {
    expect(kindsOf(migrations)).toEqual(['Job']);
    expect(kindsOf(replicas)).not.toContain('Job');
  });

  it('has the settings and the image of the replicas', () => {
    const settingsOf = (layers: readonly Layer[]) =>
      layers.filter(({ kustomization }) => kustomization.configMapGenerator !== undefined);
    expect(settingsOf(migrations)).toEqual(settingsOf(replicas));
    expect(settingsOf(migrations)).toHaveLength(2);
  });

  it('is deleted and applied before the replicas in the commands of a release', () => {
    const release = /### Release\n\n```sh\n([^]*?)```/.exec(read('docs/cluster.md'))?.[1] ?? '';
    expect(release.match(/^kubectl (?:-n kyc )?(\S+ \S+ \S+)/gm)).toEqual([
      'kubectl -n kyc delete job kyc-gateway-migrate',
      'kubectl apply -k deploy/kubernetes/production/migrate',
      'kubectl -n kyc wait --for=condition=complete job/kyc-gateway-migrate',
      'kubectl apply -k deploy/kubernetes/production',
      'kubectl -n kyc rollout status deployment/kyc-gateway',
    ]);
  });

  it('runs the command of the image', () => {
    const [container] = named('Job').spec.template.spec.containers;
    expect(container.command).toEqual(['node', 'dist/commands/migrate.js', 'up']);
    expect(read('package.json')).toContain('dist/commands/migrate.js"');
  });
});

describe('The network policies', () => {
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  const portsTo = (isWanted: (peer: unknown) => boolean): number[] =>
    policies.flatMap(({ spec }) =>
      spec.egress
        .filter(({ to }: { to: unknown[] }) => to.some(isWanted))
        .flatMap(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port)),
    );
  const toBlock = (cidr: string) => portsTo((peer) => JSON.stringify(peer).includes(`"cidr":"${cidr}"`));

  it('select the replicas and the job', () => {
    const { labels } = named('Deployment').spec.template.metadata;
    for (const { spec } of policies) expect(labels).toMatchObject(spec.podSelector.matchLabels);
  });

  it('allow DNS to the pods of kube-system and to the cache of the node', () => {
    expect(toBlock('169.254.20.10/32')).toEqual([53, 53]);
    expect(portsTo((peer) => JSON.stringify(peer).includes('kube-system'))).toEqual([53, 53]);
  });

  it.each(['0.0.0.0/0', '::/0'])('allow PostgreSQL, HTTPS, mail and traces at %s', (cidr) => {
    expect(toBlock(cidr).toSorted((a, b) => a - b)).toEqual([443, 465, 587, 4318, 5432]);
  });

  it('allow a PostgreSQL that is a pod by its labels, because an ipBlock may match no pod', () => {
    const ports = portsTo((peer) => JSON.stringify(peer).includes('"podSelector"'));
    expect(ports).toContain(5432);
  });
});

describe('The ingress of the overlay', () => {
  it('publishes the API of users and the webhooks, and not the API of operators', () => {
    const paths = named('Ingress').spec.rules.flatMap(
      (rule: { http: { paths: { path: string }[] } }) => rule.http.paths,
    );
    expect(paths.map(({ path }: { path: string }) => path)).toEqual(['/api/kyc', '/api/webhooks']);
  });
});
