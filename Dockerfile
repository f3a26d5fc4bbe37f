# The digest names the index of all platforms, because a tag can be moved. Change version and digest together.
FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the workspaces, which bring React, Vite, Chromium and PostgreSQL for tests and the demo.
RUN npm ci --workspaces=false
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
# dist/sbom.json lists what the second stage installs.
RUN npm run build && npm run sbom

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package that is shipped needs its install script.
RUN npm ci --workspaces=false --omit=dev --ignore-scripts && npm cache clean --force
COPY --from=build /app/dist ./dist
USER node
# Node stores compiled code here, so that a container is ready sooner after a restart.
ENV NODE_COMPILE_CACHE=/tmp/node-compile-cache
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
