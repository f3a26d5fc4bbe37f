/** Which way imports may point, each rule with its reason. */
const within = (folder) => ({ path: `^src/${folder}/` });
/** The code that the adapters of all providers share. */
const SHARED = '^src/kyc/providers/shared/';
const notFrom = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    notFrom('no-cycles', 'A cycle has no beginning to read from.', {}, { circular: true }),
    notFrom(
      'only-what-exists',
      'An import that resolves to nothing; what the build makes may not be there yet.',
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
      'What everybody imports may import nobody.',
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
      'Mail follows from jobs, never from the kyc code.',
      within('notification'),
      {
        path: '^src/(kyc|webhook|auth)/',
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
      'nobody-needs-operators',
      'What operators may do is nothing that the rest is built on.',
      { path: '^src/', pathNot: '^src/(admin/|app\\.module)' },
      within('admin'),
    ),
    notFrom(
      'vendors-stay-at-home',
      "A vendor's folder is reached through the registry alone.",
      { path: '^src/', pathNot: '^src/kyc/providers/([^/]+/|registry)' },
      { path: '^src/kyc/providers/[^/]+/', pathNot: SHARED },
    ),
    notFrom(
      'vendors-know-no-other',
      'An adapter that leans on another cannot be removed alone.',
      { path: '^src/kyc/providers/([^/]+)/' },
      { path: '^src/kyc/providers/[^/]+/', pathNot: ['^src/kyc/providers/$1/', SHARED] },
    ),
    notFrom(
      'src-is-the-product',
      'The product needs no stand-in and no test.',
      { path: '^src/' },
      {
        path: '^(packages|demo|test|scripts)/',
      },
    ),
    notFrom(
      'the-outside-shares-nothing',
      'Stand-ins that shared code with the gateway could be wrong together with it.',
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
