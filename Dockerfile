# The image holds one static binary and the roots of trust, nothing else: no
# shell, no package manager, no user but the one it runs as.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The time zones are inside the binary. /data is made here because the final
# stage has no shell to make it, and a new volume takes over its owner.
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /usher ./server && mkdir /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usher /usher
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
ENV USHER_LISTEN=0.0.0.0:8080 USHER_DATA=/data USHER_DEMO=false
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["/usher", "health"]
ENTRYPOINT ["/usher"]
