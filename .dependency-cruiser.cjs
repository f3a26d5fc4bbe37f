/** The directions that imports may have. Each rule gives its reason. */
const within = (folder) => ({ path: `^src/${folder}/` });
/** The code that the adapters of all providers share. */
const SHARED = '^src/kyc/providers/shared/';
const notFrom = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A folder of src/kyc may import those before it. The order leaves those in the last group free. */
const KYC_ORDER = [
  'domain',
  'providers',
  'store',
  'inbox',
  'sessions',
  'status',
  '(start|reconciliation|erasure|retention|limits|idempotency|notices|decisions)',
];
const kycOrder = KYC_ORDER.slice(0, -1).map((folder, index) =>
  notFrom(
    `kyc-${folder}-below-the-rest`,
    `The order in src/kyc is ${KYC_ORDER.join(', ')}.`,
    { ...within(`kyc/${folder}`), pathNot: '\\.spec\\.ts$' },
    { path: `^src/kyc/(${KYC_ORDER.slice(index + 1).join('|')})/` },
  ),
);

module.exports = {
  forbidden: [
    notFrom('no-cycles', 'Code in a cycle has no place where a reader can start.', {}, { circular: true }),
    {
      ...notFrom(
        'no-folder-cycles',
        'A folder in a cycle cannot be read alone.',
        { path: '^src' },
        { circular: true },
      ),
      scope: 'folder',
    },
    ...kycOrder,
    notFrom('database-knows-no-feature', 'Features use the database, not the reverse.', within('database'), {
      path: '^src/(?!(database|common|config)/)',
    }),
    notFrom(
      'infrastructure-knows-no-kyc',
      'Metrics, health, tracing and jobs serve every feature.',
      within('(metrics|health|tracing|jobs)'),
      within('kyc'),
    ),
    notFrom(
      'only-what-exists',
      'The import resolves to nothing. Files in dist/ may be missing before a build.',
      {},
      { couldNotResolve: true, pathNot: '/dist/' },
    ),
    notFrom(
      'the-rule-imports-nothing',
      'The fold is pure: no framework, no clock, no I/O.',
      { path: '^src/kyc/domain/', pathNot: '\\.spec\\.ts$' },
      { pathNot: '^src/kyc/domain/' },
    ),
    notFrom(
      'common-knows-no-feature',
      'Every feature imports these folders, so they import no feature.',
      within('(common|config)'),
      { path: '^src/', pathNot: '^src/(common|config)/' },
    ),
    notFrom('users-below-all', 'webhook -> kyc -> users.', within('users'), {
      path: '^src/(kyc|webhook|notification|jobs|auth)/',
    }),
    notFrom('jobs-know-no-feature', 'kyc -> jobs <- notification.', within('jobs'), {
      path: '^src/(kyc|webhook|notification|users|auth)/',
    }),
    notFrom(
      'notification-reads-jobs',
      'Mail follows from jobs. Only kyc/notices knows whether a mail is still true; kyc/domain has the words of reasons.',
      within('notification'),
      {
        path: '^src/(kyc/(?!(notices|domain)/)|webhook|auth)',
      },
    ),
    notFrom('kyc-below-webhook', 'webhook -> kyc -> users.', within('kyc'), {
      path: '^src/(webhook|notification)/',
    }),
    notFrom(
      'operators-above-all',
      'admin -> kyc, jobs, users, auth; it sends no mail and takes no webhook itself.',
      within('admin'),
      {
        path: '^src/(webhook|notification|commands)/',
      },
    ),
    notFrom(
      'only-the-app-imports-operators',
      'Nothing else depends on the actions of operators.',
      { path: '^src/', pathNot: '^src/(admin/|app\\.module)' },
      within('admin'),
    ),
    notFrom(
      'providers-are-reached-by-the-registry',
      'Only the registry imports the folder of a provider.',
      { path: '^src/', pathNot: '^src/kyc/providers/([^/]+/|registry)' },
      { path: '^src/kyc/providers/[^/]+/', pathNot: SHARED },
    ),
    notFrom(
      'providers-know-no-other',
      'An adapter that imports another adapter cannot be removed alone.',
      { path: '^src/kyc/providers/([^/]+)/' },
      { path: '^src/kyc/providers/[^/]+/', pathNot: ['^src/kyc/providers/$1/', SHARED] },
    ),
    notFrom(
      'src-is-the-product',
      'The product needs no emulator and no test.',
      { path: '^src/' },
      {
        path: '^(packages|demo|bench|test|scripts|tools)/',
      },
    ),
    notFrom(
      'the-outside-shares-nothing',
      'An emulator that shares code with the gateway repeats its mistakes.',
      { path: '^(packages|demo)/' },
      { path: '^src/' },
    ),
    notFrom(
      'src-runs-without-dev-dependencies',
      'npm ci --omit=dev must be enough to run dist/.',
      { path: '^src/', pathNot: '\\.spec\\.ts$' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
