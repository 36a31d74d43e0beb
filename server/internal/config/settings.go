package config

import "strings"

// Prefix begins the name of every environment variable of Usher.
const Prefix = "USHER_"

// setting is one row of the table. Errors of read never hold the value of a
// secret.
type setting struct {
	name    string // of the flag and of the key in the file
	value   string // what the help calls the value; "" is a switch
	what    string
	why     string
	initial string // the default, as text
	told    string // the default as the help tells it, when not initial
	secret  bool   // may hold a secret: keep the file private
	read    func(c *Config, text string) error
}

// env is the name of the setting's environment variable.
func (s setting) env() string {
	return Prefix + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// fileSetting names the config file; it is a flag and a variable, but no key
// of the file itself.
const fileSetting = "config"

// settings is the table, in the order of the help.
func settings() []setting {
	return []setting{
		{
			name: "listen", value: "HOST:PORT", initial: "127.0.0.1:8080", read: readListen,
			what: "The address to serve on.",
			why:  "An empty host means every address of the machine, port 0 any free port.",
		},
		{
			name: "data", value: "DIR", initial: "./data", read: readData,
			what: "The folder where the server keeps what it stores.",
			why:  "Put it on a local disk that is backed up.",
		},
		{
			name: "database-url", value: "URL", told: "empty: embedded SQLite in the data folder", secret: true, read: readDatabaseURL,
			what: "A Postgres database, as postgres://user:password@host/name.",
			why:  "Needed for more than one replica.",
		},
		{
			name: "redis-url", value: "URL", told: "empty: within the process", secret: true, read: readRedisURL,
			what: "A Redis server, as redis://host:6379/0 (rediss:// for TLS).",
			why:  "Carries wake-ups and rate limits between replicas; nothing is stored there.",
		},
		{
			name: "policy", value: "FILE", told: "empty: the embedded policy", read: readPolicy,
			what: "The guide's numbers and the brand.",
			why:  "For an exchange with other names or waiting times.",
		},
		{
			name: "identity-secrets", value: "KID=SECRET,…", told: "empty: no host app signs users in", secret: true, read: readIdentity,
			what: "The host app's token secrets, each of 32 bytes or more, with the key id its tokens name.",
			why:  "Two at a time let a secret be replaced without a break; the first one signs.",
		},
		{
			name: "allowed-origins", value: "ORIGIN,…", told: "empty: only the server's own", read: readOrigins,
			what: "The web origins besides our own whose pages may connect, as https://app.example.",
			why:  "Every page that embeds the widget needs its origin here.",
		},
		{
			name: "agent-grace", value: "DURATION", initial: "30s", read: readAgentGrace,
			what: "How long a claimed handoff waits for an agent whose connection is lost.",
			why:  "Longer on bad networks, shorter where users must not wait.",
		},
		{
			name: "webhook-allow-private", initial: "false", read: readWebhookAllowPrivate,
			what: "Let webhooks call private and loopback addresses.",
			why:  "Only for receivers inside your own network: partners could otherwise probe it.",
		},
		{
			name: "oidc-issuer", value: "URL", told: "empty: agents sign in with email and password only", read: readOIDCIssuer,
			what: "The company's OpenID provider, as https://login.example.com.",
			why:  "Lets agents sign in with their company account beside their password; who may come in is still said here.",
		},
		{
			name: "oidc-client-id", value: "ID", told: "empty", read: readOIDCClient,
			what: "The id by which the OpenID provider knows this server.",
			why:  "Needed with an OpenID provider.",
		},
		{
			name: "oidc-client-secret", value: "SECRET", told: "empty", secret: true, read: readOIDCSecret,
			what: "The secret that goes with the id.",
			why:  "Needed with an OpenID provider.",
		},
		{
			name: "oidc-redirect-url", value: "URL", told: "empty", read: readOIDCRedirect,
			what: "Where the OpenID provider sends browsers back, as https://support.example.com/agent/oidc/callback.",
			why:  "Needed with an OpenID provider: register the same address there.",
		},
		{
			name: "demo", told: "true on a loopback address, else false", read: readDemo,
			what: "Serve the demo page at /.",
			why:  "It signs in whoever opens it: never beside real identity secrets on a public address.",
		},
		{
			name: "require-totp", told: "false with the demo or on a loopback address, else true", read: readRequireTOTP,
			what: "Let security agents, supervisors and admins in only with an authenticator app.",
			why:  "They set it up when they first sign in. Say true behind a proxy on this machine.",
		},
	}
}

// names lists the names of settings.
func names(rows []setting) []string {
	all := make([]string, len(rows))
	for i, row := range rows {
		all[i] = row.name
	}
	return all
}
