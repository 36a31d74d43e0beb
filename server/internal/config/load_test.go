package config_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"

	"usher/server/internal/config"
)

const (
	secretA = "aaaa-bbbb-cccc-dddd-eeee-ffff-gggg"
	secretB = "1111-2222-3333-4444-5555-6666-7777"
)

// files answers reads from memory.
type files map[string]config.File

func (f files) read(path string) (config.File, error) {
	file, ok := f[path]
	if !ok {
		return config.File{}, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return file, nil
}

func private(text string) files {
	return files{"usher.conf": {Data: []byte(text), Mode: 0o600}}
}

func defaults() config.Config {
	return config.Config{Listen: "127.0.0.1:8080", Data: "data", AgentGrace: 30 * time.Second, Demo: true}
}

func TestLoad_Defaults(t *testing.T) {
	t.Parallel()
	got, err := config.Load(nil, []string{"HOME=/root", "USHER_LISTEN=", "USHER_DEMO="}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := defaults(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestLoad_EverySettingFromEverySource(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"listen": "[::1]:0", "data": "/srv/usher", "database-url": "postgres://u:p@db:5432/usher?sslmode=disable",
		"redis-url": "rediss://:p@cache:6380/3", "policy": "brand.toml", "identity-secrets": "k1=" + secretA + ",k2=" + secretB,
		"allowed-origins": "https://App.Example:443, http://localhost:3000", "agent-grace": "1m30s",
		"webhook-allow-private": "true", "demo": "false", "require-totp": "true",
		"oidc-issuer": "https://login.example/realm", "oidc-client-id": "usher", "oidc-client-secret": "s3cret",
		"oidc-redirect-url": "https://support.example/agent/oidc/callback",
	}
	want := config.Config{
		Listen: "[::1]:0", Data: "/srv/usher", DatabaseURL: "postgres://u:p@db:5432/usher?sslmode=disable",
		RedisURL: "rediss://:p@cache:6380/3", Policy: "brand.toml",
		Identity: []config.Identity{{KID: "k1", Secret: secretA}, {KID: "k2", Secret: secretB}},
		Origins:  []string{"https://app.example", "http://localhost:3000"}, AgentGrace: 90 * time.Second,
		WebhookAllowPrivate: true, Demo: false, RequireTOTP: true,
		OIDC: config.OIDC{
			Issuer: "https://login.example/realm", ClientID: "usher", ClientSecret: "s3cret",
			RedirectURL: "https://support.example/agent/oidc/callback",
		},
	}
	var args, environ []string
	var file strings.Builder
	file.WriteString("# settings\n\n")
	for name, value := range values {
		args = append(args, "--"+name+"="+value)
		environ = append(environ, "USHER_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))+"="+value)
		fmt.Fprintf(&file, "%s %s # said\r\n", name, value)
	}
	for source, load := range map[string]func() (config.Config, error){
		"flags":       func() (config.Config, error) { return config.Load(args, nil, nil) },
		"environment": func() (config.Config, error) { return config.Load(nil, environ, nil) },
		"file by flag": func() (config.Config, error) {
			return config.Load([]string{"--config", "usher.conf"}, nil, private(file.String()).read)
		},
		"file by environment": func() (config.Config, error) {
			return config.Load(nil, []string{"USHER_CONFIG=usher.conf"}, private(file.String()).read)
		},
	} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			got, err := load()
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestLoad_Precedence(t *testing.T) {
	t.Parallel()
	got, err := config.Load(
		[]string{"--config=usher.conf", "--listen=127.0.0.1:1"},
		[]string{"USHER_LISTEN=127.0.0.1:2", "USHER_DATA=two", "USHER_CONFIG=other.conf"},
		private("listen 127.0.0.1:3\ndata three\nagent-grace 3s\ndemo false\nwebhook-allow-private\n").read)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{Listen: "127.0.0.1:1", Data: "two", AgentGrace: 3 * time.Second, WebhookAllowPrivate: true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestLoad_EmptyFlagBeatsEnvironment(t *testing.T) {
	t.Parallel()
	got, err := config.Load([]string{"--redis-url="}, []string{"USHER_REDIS_URL=redis://cache"}, nil)
	if err != nil || got.RedisURL != "" {
		t.Errorf("redis url %q, error %v; want none", got.RedisURL.Reveal(), err)
	}
}

func TestLoad_DemoFollowsListen(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		args []string
		want bool
	}{
		{[]string{"--listen=127.0.0.1:0"}, true},
		{[]string{"--listen=127.8.8.8:0"}, true},
		{[]string{"--listen=localhost:0"}, true},
		{[]string{"--listen=[::1]:0"}, true},
		{[]string{"--listen=[::ffff:127.0.0.1]:0"}, true},
		{[]string{"--listen=:8080"}, false},
		{[]string{"--listen=0.0.0.0:8080"}, false},
		{[]string{"--listen=[::]:8080"}, false},
		{[]string{"--listen=192.0.2.1:8080"}, false},
		{[]string{"--listen=localhost.example:8080"}, false},
		{[]string{"--listen=127.0.0.1:0", "--demo=false"}, false},
		{[]string{"--listen=127.0.0.1:0", "--identity-secrets=k=" + secretA}, true},
		{[]string{"--listen=:8080", "--demo"}, true},
		{[]string{"--listen=:8080", "--identity-secrets=k=" + secretA}, false},
	} {
		t.Run(strings.Join(tc.args, " "), func(t *testing.T) {
			t.Parallel()
			got, err := config.Load(tc.args, nil, nil)
			if err != nil || got.Demo != tc.want {
				t.Errorf("demo = %v (%v), want %v", got.Demo, err, tc.want)
			}
		})
	}
}

func TestLoad_TheAuthenticatorFollowsDemoAndListen(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]bool{
		"--listen=127.0.0.1:0": false, "--listen=127.0.0.1:0 --demo=false": false, "--listen=:8080": true,
		"--listen=:8080 --demo": false, "--listen=:8080 --require-totp=false": false,
		"--listen=127.0.0.1:0 --require-totp": true, "--listen=:8080 --demo --require-totp=true": true,
	} {
		got, err := config.Load(strings.Fields(args), nil, nil)
		if err != nil || got.RequireTOTP != want {
			t.Errorf("%s: %v (%v), want %v", args, got.RequireTOTP, err, want)
		}
	}
}

func TestLoad_OIDCOnThisMachineNeedsNoTLS(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1:9000", "localhost", "[::1]:9000"} {
		_, err := config.Load([]string{
			"--oidc-issuer=http://" + host, "--oidc-client-id=u", "--oidc-client-secret=s",
			"--oidc-redirect-url=http://" + host + "/agent/oidc/callback",
		}, nil, nil)
		if err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestCommand_TakesFlagsAndArgumentsInAnyOrder(t *testing.T) {
	t.Parallel()
	var name string
	cmd := config.Command{
		Name: "key revoke", Arguments: "ID", Uses: []string{"data", "database-url"},
		Flags: func(set *flag.FlagSet) { set.StringVar(&name, "name", "", "the `NAME`") },
	}
	got, rest, err := cmd.Load([]string{"id1", "--data", "d", "-", "--name=n", "--", "--id2"},
		[]string{"USHER_LISTEN=nonsense that this command does not use"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (config.Config{Data: "d"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if want := []string{"id1", "-", "--id2"}; !reflect.DeepEqual(rest, want) || name != "n" {
		t.Errorf("rest %q name %q, want %q n", rest, name, want)
	}
	if _, _, err := cmd.Load([]string{"--listen=127.0.0.1:0"}, nil, nil); err == nil {
		t.Error("a setting the command does not use is taken as its flag")
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	if _, err := config.Load([]string{"--help"}, nil, nil); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("--help: %v", err)
	}
	help := config.Command{}.Help()
	for _, part := range []string{
		"Usage: usher [flags]\n", "--listen HOST:PORT", "USHER_LISTEN", "Defaults to 127.0.0.1:8080.", "--agent-grace DURATION",
		"Defaults to 30s.", "USHER_WEBHOOK_ALLOW_PRIVATE", "USHER_IDENTITY_SECRETS", "--config FILE", "USHER_CONFIG",
		"Defaults to true on a loopback address, else false.",
	} {
		if !strings.Contains(help, part) {
			t.Errorf("help lacks %q", part)
		}
	}
	own := config.Command{Name: "agent add", Uses: []string{"data"}, Flags: func(set *flag.FlagSet) {
		set.String("email", "", "the agent's `EMAIL`")
	}}.Help()
	if !strings.Contains(own, "Usage: usher agent add [flags]\n") || !strings.Contains(own, "--email EMAIL\n      the agent's EMAIL") ||
		strings.Contains(own, "--listen") {
		t.Errorf("help of a command:\n%s", own)
	}
}
