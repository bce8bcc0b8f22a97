# One image for every role: the first argument is spliced, webmail or admin.
#   docker build -t appliance .
#   docker run appliance webmail --config /etc/appliance/webmail.json
# spliced needs the host's network and: --user 0 --network host -v /sys/fs/bpf:/sys/fs/bpf
#   --cap-drop ALL --cap-add NET_ADMIN --cap-add NET_RAW --cap-add BPF --cap-add PERFMON --cap-add NET_BIND_SERVICE
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
ARG NODE_IMAGE=node:22-bookworm-slim
ARG COMPILER_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS client
WORKDIR /source/webmail/Client
COPY webmail/Client/package.json webmail/Client/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY webmail/Client ./
RUN npm run build

FROM ${COMPILER_IMAGE} AS kernel
RUN apt-get update && apt-get install -y --no-install-recommends clang-14 libbpf-dev linux-libc-dev && rm -rf /var/lib/apt/lists/*
COPY splice/kernel /source/splice/kernel
RUN /source/splice/kernel/build /splice.bpf.o

FROM ${SDK_IMAGE} AS programs
RUN apt-get update && apt-get install -y --no-install-recommends clang-14 libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
COPY --from=client /source/webmail/Web/wwwroot webmail/Web/wwwroot
RUN dotnet publish splice/Daemon -c Release -o /app/spliced \
 && dotnet publish webmail/Web -c Release -o /app/webmail \
 && dotnet publish ops/Admin -c Release -o /app/admin
COPY --from=kernel /splice.bpf.o /app/spliced/splice.bpf.o

FROM ${RUNTIME_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends libbpf1 curl && rm -rf /var/lib/apt/lists/*
COPY --from=programs /app /app
COPY ops/container/entrypoint ops/container/health /usr/local/bin/
USER $APP_UID
HEALTHCHECK --interval=10s --timeout=2s CMD ["health"]
ENTRYPOINT ["entrypoint"]
