package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"usher/server/internal/config"
)

func TestLoad_Refuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		args string // split at spaces
		want string
	}{
		{"--listen=8080", `--listen: "8080" is not HOST:PORT, as in 127.0.0.1:8080`},
		{"--listen=", `--listen: "" is not HOST:PORT, as in 127.0.0.1:8080`},
		{"--listen=::1:80", `--listen: "::1:80" is not HOST:PORT, as in 127.0.0.1:8080`},
		{"--listen=127.0.0.1:http", `--listen: port "http" is not a number from 0 to 65535`},
		{"--listen=127.0.0.1:65536", `--listen: port "65536" is not a number from 0 to 65535`},
		{"--listen=127.0.0.1:-1", `--listen: port "-1" is not a number from 0 to 65535`},
		{"--listen=127.0.0.1:+80", `--listen: port "+80" is not a number from 0 to 65535`},
		{"--listen=127.0.0.1:", `--listen: port "" is not a number from 0 to 65535`},
		{"--listen=999.0.0.1:80", `--listen: host "999.0.0.1" is neither an address nor a name`},
		{"--listen=a/b:80", `--listen: host "a/b" is neither an address nor a name`},
		{"--data=", `--data: "" is no folder name`},
		{"--database-url=usher.db", "--database-url: not a URL like postgres://user:password@host/name (the value is not shown)"},
		{"--database-url=mysql://u:p@db/x", "--database-url: not a URL like postgres://user:password@host/name (the value is not shown)"},
		{"--database-url=postgres://u:p@", "--database-url: names no host (the value is not shown)"},
		{"--database-url=postgres://u:p@db:99999/x", "--database-url: the port is not a number from 1 to 65535 (the value is not shown)"},
		{"--database-url=postgres://u:%zz@db/x", "--database-url: not a URL like postgres://user:password@host/name (the value is not shown)"},
		{"--redis-url=localhost:6379", "--redis-url: not a URL like redis://host:6379/0 (the value is not shown)"},
		{"--redis-url=http://cache", "--redis-url: not a URL like redis://host:6379/0 (the value is not shown)"},
		{"--redis-url=redis://", "--redis-url: names no host (the value is not shown)"},
		{"--redis-url=redis://cache/first", "--redis-url: the path is not the number of a database (the value is not shown)"},
		{"--identity-secrets=" + secretA, "--identity-secrets: entry 1 is not KID=SECRET"},
		{"--identity-secrets=k=short", "--identity-secrets: entry 1: the secret has 5 bytes; it needs 32 or more"},
		{"--identity-secrets=k=" + strings.Repeat("x", 31), "--identity-secrets: entry 1: the secret has 31 bytes; it needs 32 or more"},
		{"--identity-secrets==" + secretA, "--identity-secrets: entry 1: a key id has 1 to 64 letters, digits, dots, dashes and underscores"},
		{"--identity-secrets=../k=" + secretA, "--identity-secrets: entry 1: a key id has 1 to 64 letters, digits, dots, dashes and underscores"},
		{"--identity-secrets=k=changeme-changeme-changeme-changeme", "--identity-secrets: entry 1: the secret is an example; make one with: openssl rand -hex 32"},
		{"--identity-secrets=k=" + secretA + ",k=" + secretB, "--identity-secrets: entries 1 and 2 have the same key id"},
		{"--identity-secrets=k=" + secretA + ",l=" + secretA, "--identity-secrets: entries 1 and 2 have the same secret"},
		{"--identity-secrets=k=" + secretA + ",", "--identity-secrets: entry 2 is not KID=SECRET"},
		{"--allowed-origins=*", `--allowed-origins: "*": name each origin; there are no wildcards`},
		{"--allowed-origins=https://*.example.com", `--allowed-origins: "https://*.example.com": name each origin; there are no wildcards`},
		{"--allowed-origins=null", `--allowed-origins: "null" is not an origin like https://app.example`},
		{"--allowed-origins=app.example", `--allowed-origins: "app.example" is not an origin like https://app.example`},
		{"--allowed-origins=https://", `--allowed-origins: "https://" is not an origin like https://app.example`},
		{"--allowed-origins=https://a,,https://b", `--allowed-origins: "" is not an origin like https://app.example`},
		{"--allowed-origins=https://app.example/", `--allowed-origins: "https://app.example/" has more than scheme, host and port`},
		{"--allowed-origins=https://app.example/x", `--allowed-origins: "https://app.example/x" has more than scheme, host and port`},
		{"--allowed-origins=https://u@app.example", `--allowed-origins: "https://u@app.example" has more than scheme, host and port`},
		{"--allowed-origins=https://app.example?", `--allowed-origins: "https://app.example?" has more than scheme, host and port`},
		{"--allowed-origins=https://app.example#", `--allowed-origins: "https://app.example#" has more than scheme, host and port`},
		{"--allowed-origins=https://app.example:0", `--allowed-origins: "https://app.example:0" is not an origin like https://app.example`},
		{"--allowed-origins=file:///x", `--allowed-origins: "file:///x" is not an origin like https://app.example`},
		{"--agent-grace=30", `--agent-grace: "30" has no unit; write for example 30s`},
		{"--agent-grace=0s", `--agent-grace: "0s" is not longer than zero`},
		{"--agent-grace=0", `--agent-grace: "0" is not longer than zero`},
		{"--agent-grace=-5s", `--agent-grace: "-5s" is not longer than zero`},
		{"--agent-grace=soon", `--agent-grace: "soon" is not a duration like 30s or 2m`},
		{"--agent-grace=1000000000h", `--agent-grace: "1000000000h" is not a duration like 30s or 2m`},
		{"--agent-grace=25h", `--agent-grace: "25h" is longer than 24h0m0s`},
		{"--oidc-issuer=login.example", `--oidc-issuer: "login.example" is not a URL like https://login.example.com`},
		{"--oidc-issuer=http://login.example", `--oidc-issuer: "http://login.example" is not on this machine and has no TLS; write https://`},
		{"--oidc-issuer=https://login.example?x=1", `--oidc-issuer: "https://login.example?x=1" is not a URL like https://login.example.com`},
		{"--oidc-redirect-url=https://a.example/agent/", `--oidc-redirect-url: "https://a.example/agent/" does not end in /agent/oidc/callback`},
		{"--oidc-issuer=https://login.example --oidc-client-id=usher", "the OpenID provider needs --oidc-client-secret, --oidc-redirect-url as well"},
		{"--oidc-client-secret=s", "the OpenID provider needs --oidc-issuer, --oidc-client-id, --oidc-redirect-url as well"},
		{"--require-totp=never", `--require-totp: "never" is neither true nor false`},
		{"--demo=perhaps", `--demo: "perhaps" is neither true nor false`},
		{"--webhook-allow-private=2", `--webhook-allow-private: "2" is neither true nor false`},
		{"--demo --listen=:80 --identity-secrets=k=" + secretA, "--demo: refused on a public address beside identity secrets: the demo signs in whoever opens it"},
		{"--lisen=:80", "unknown flag --lisen; did you mean --listen?"},
		{"--nothing-like-it", "unknown flag --nothing-like-it"},
		{"--listen", "--listen: needs a value"},
		{"--=x", "an argument starts like a flag but is none"},
		{"extra", "unexpected argument extra"},
		{"k=" + secretA, "unexpected argument"},
		{"--config=missing.conf", `--config: cannot read "missing.conf": file does not exist`},
	} {
		t.Run(tc.args, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(strings.Fields(tc.args), nil, files{}.read)
			refused(t, err, tc.want)
		})
	}
}

func refused(t *testing.T, err error, want string) {
	t.Helper()
	if _, ok := errors.AsType[config.Problems](err); !ok || err.Error() != want {
		t.Errorf("error:\n%v\nwant:\n%s", err, want)
	}
}

func TestLoad_Environment(t *testing.T) {
	t.Parallel()
	_, err := config.Load(nil, []string{
		"USHER_LISTNE=:80", "USHER_FOO_BAR_BAZ=1", "USHER_AGENT_GRACE=7", "USHER_PORT=9090",
		// Kubernetes, tests and other programs:
		"USHER_SERVICE_HOST=10.0.0.1", "USHER_SERVICE_PORT=80", "USHER_SERVICE_PORT_HTTP=80", "USHER_PORT=tcp://10.0.0.1:80",
		"USHER_PORT_80_TCP=tcp://10.0.0.1:80", "USHER_PORT_80_TCP_ADDR=10.0.0.1", "USHER_REDIS_SERVICE_HOST=10.0.0.2",
		"USHER_TEST_REQUIRE=1", "OTHER_LISTEN=x", "USHERS=1",
	}, nil)
	refused(t, err, "USHER_LISTNE is no setting; did you mean USHER_LISTEN?\n"+
		"USHER_FOO_BAR_BAZ is no setting\n"+
		"USHER_PORT is no setting\n"+
		`USHER_AGENT_GRACE: "7" has no unit; write for example 30s`)
}

func TestLoad_File(t *testing.T) {
	t.Parallel()
	_, err := config.Load([]string{"--config=usher.conf"}, nil, private("# comment\n"+
		"lisen :80\n"+
		"k1="+secretA+"\n"+
		"listen=:80\n"+
		"data = x\n"+
		"\n"+
		"agent-grace 5\n"+
		"agent-grace 5s\n"+
		"config other.conf\n"+
		"listen\t:80\n"+
		"identity-secrets k1=short\n").read)
	refused(t, err, "usher.conf:2: lisen is no setting; did you mean listen?\n"+
		"usher.conf:3: not a line of the form: name value\n"+
		"usher.conf:4: listen: write a space instead of the =\n"+
		"usher.conf:5: data: write it without the =\n"+
		"usher.conf:8: agent-grace: given twice\n"+
		"usher.conf:9: config is no setting\n"+
		"usher.conf:10: not a line of the form: name value\n"+
		"usher.conf:11: identity-secrets: entry 1: the secret has 5 bytes; it needs 32 or more\n"+
		`usher.conf:7: agent-grace: "5" has no unit; write for example 30s`)
}

func TestLoad_FileOfTheWrongKind(t *testing.T) {
	t.Parallel()
	const notPlain = "usher.conf: not a plain text file in UTF-8 without a byte order mark"
	const public = "usher.conf: holds secrets but everyone may read it (mode 0644); run chmod 600"
	for _, tc := range []struct {
		name string
		file config.File
		want string
	}{
		{"byte order mark", config.File{Data: []byte("\ufefflisten :80"), Mode: 0o600}, notPlain},
		{"not UTF-8", config.File{Data: []byte("data \xff"), Mode: 0o600}, notPlain},
		{"too large", config.File{Data: bytes.Repeat([]byte("#\n"), 40_000), Mode: 0o600}, notPlain},
		{"public with secrets", config.File{Data: []byte("identity-secrets k=" + secretA), Mode: 0o644}, public},
		{"public with a database password", config.File{Data: []byte("database-url postgres://u:p@db/x"), Mode: 0o644}, public},
		{"public with a database password at the end", config.File{Data: []byte("database-url postgres://u@db/x?password=p"), Mode: 0o644}, public},
		{"public with a cache password", config.File{Data: []byte("redis-url redis://:p@cache"), Mode: 0o644}, public},
		{"public without passwords", config.File{Data: []byte("data /srv\nredis-url redis://cache\ndatabase-url postgres://db/x"), Mode: 0o644}, ""},
		{"group may read", config.File{Data: []byte("identity-secrets k=" + secretA), Mode: 0o640}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load([]string{"--config=usher.conf"}, nil, files{"usher.conf": tc.file}.read)
			if tc.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			refused(t, err, tc.want)
		})
	}
}

// Secrets appear nowhere: not in errors, help, logs, nor any way of printing.
func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	const canary = "canary-7f3a-canary-7f3a-canary-7f3a"
	good, err := config.Load([]string{
		"--identity-secrets=k=" + canary, "--database-url=postgres://u:" + canary + "@db/x", "--redis-url=redis://:" + canary + "@cache",
	}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&shown, verb+"\n", good)
		fmt.Fprintf(&shown, verb+"\n", good.DatabaseURL)
	}
	slog.New(slog.NewTextHandler(&shown, nil)).Info("config", "config", good, "url", good.RedisURL)
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("config", "config", good, "url", good.RedisURL)
	if err := json.NewEncoder(&shown).Encode(good); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{
		"--identity-secrets=k=" + canary + ",k=" + canary, "--identity-secrets=" + canary, "--database-url=" + canary,
		"--database-url=postgres://u:" + canary + "%zz@db", "--redis-url=redis://:" + canary + "@cache:x/", "k=" + canary, "--k=" + canary, canary,
		"--demo --listen=:80 --identity-secrets=k=" + canary,
	} {
		_, err := config.Load(strings.Fields(args), nil, nil)
		if err == nil {
			t.Errorf("%s: taken", args)
		}
		fmt.Fprintln(&shown, err)
	}
	_, err = config.Load([]string{"--config=usher.conf"}, nil, private(canary+"\nk="+canary+"\nk "+canary+"\nlisten=x "+canary).read)
	fmt.Fprintln(&shown, err, config.Command{}.Help())
	if strings.Contains(shown.String(), "canary-7f3a") || strings.Contains(shown.String(), fmt.Sprintf("%x", "canary-7f3a")) {
		t.Errorf("shown:\n%s", shown.String())
	}
	if good.Identity[0].Secret.Reveal() != canary {
		t.Error("Reveal hides it too")
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	if _, err := config.Load([]string{"--config=" + t.TempDir() + "/none"}, nil, config.ReadFile); err == nil ||
		!strings.HasSuffix(err.Error(), "no such file or directory") {
		t.Errorf("error %v", err)
	}
	if _, err := config.Load([]string{"--config=" + t.TempDir()}, nil, config.ReadFile); err == nil {
		t.Error("a folder is taken as a file")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("listen 127.0.0.1:80\n", "k=v,l=w", "https://a.example")
	f.Fuzz(func(t *testing.T, file, secrets, origins string) {
		got, err := config.Load([]string{"--config=usher.conf", "--identity-secrets", secrets, "--allowed-origins", origins}, nil, private(file).read)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatal("an error without a word")
			}
			return
		}
		again, err := config.Load([]string{"--allowed-origins", strings.Join(got.Origins, ",")}, nil, nil)
		if err != nil || strings.Join(again.Origins, ",") != strings.Join(got.Origins, ",") {
			t.Fatalf("origins %q read again: %q %v", got.Origins, again.Origins, err)
		}
	})
}
