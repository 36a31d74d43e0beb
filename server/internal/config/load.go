package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// Command is what a subcommand takes on its command line.
type Command struct {
	// Name is what is typed, as in "agent add"; "" is the server itself.
	Name string
	// Arguments describes what stands beside the flags in the help, as in
	// "FILE|-"; with "" any such argument is refused.
	Arguments string
	// Uses names the settings the command needs; none means all of them. The
	// others are neither flags of it nor checked.
	Uses []string
	// Flags adds the command's own flags; may be nil.
	Flags func(*flag.FlagSet)
}

// Problems is every mistake found in flags, environment and file.
type Problems []string

// Error lists the mistakes, one a line.
func (p Problems) Error() string { return strings.Join(p, "\n") }

// Load reads the settings of the server itself; see [Command.Load].
func Load(args, environ []string, read func(path string) (File, error)) (Config, error) {
	config, _, err := Command{}.Load(args, environ, read)
	return config, err
}

// Load reads the settings a command uses from its arguments (without program
// and command name), from variables in the form of os.Environ, and from the
// file they may name. It returns what stands beside the flags, which may be
// mixed with them.
//
// The error is [flag.ErrHelp] when help is asked for (exit code 0), else
// [Problems] (exit code 2).
func (cmd Command) Load(args, environ []string, read func(path string) (File, error)) (Config, []string, error) {
	all := settings()
	flags, rest, err := cmd.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return Config{}, nil, err
	}
	var problems Problems
	if err != nil {
		problems = append(problems, cmd.explain(err))
	} else if cmd.Arguments == "" && len(rest) > 0 {
		problems = append(problems, "unexpected argument"+naming(rest[0]))
	}
	variables, wrong := fromEnvironment(all, environ)
	problems = append(problems, wrong...)

	var keys map[string]given
	if path, ok := firstOf(fileSetting, flags, variables); ok {
		file, err := read(path.text)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: cannot read %s: %s", path.place, quote(path.text), reason(err)))
		} else {
			keys, wrong = fromFile(all, path.text, file)
			problems = append(problems, wrong...)
		}
	}

	config, wrong := settle(cmd.rows(), flags, variables, keys)
	if problems = append(problems, wrong...); len(problems) > 0 {
		return Config{}, nil, problems
	}
	return config, rest, nil
}

// settle reads every setting from the first source that has it. The demo comes
// late in the table and the authenticator last, because their defaults look at
// the rest.
func settle(rows []setting, sources ...map[string]given) (Config, []string) {
	var config Config
	var problems []string
	for _, row := range rows {
		value, ok := firstOf(row.name, sources...)
		if !ok {
			value = given{text: row.initial}
		}
		if err := row.read(&config, value.text); err != nil {
			problems = append(problems, value.place+": "+err.Error())
		}
		if row.name == "demo" && ok && config.Demo && !config.Loopback() && len(config.Identity) > 0 {
			problems = append(problems, value.place+": refused on a public address beside identity secrets: the demo signs in whoever opens it")
		}
	}
	if len(problems) == 0 {
		problems = config.OIDC.missing(rows)
	}
	return config, problems
}

// missing says what else an OpenID provider needs, for a command that has one.
func (o OIDC) missing(rows []setting) []string {
	given := map[string]bool{
		"oidc-issuer": o.Issuer != "", "oidc-client-id": o.ClientID != "",
		"oidc-client-secret": o.ClientSecret != "", "oidc-redirect-url": o.RedirectURL != "",
	}
	var without []string
	for _, row := range rows {
		if is, ok := given[row.name]; ok && !is {
			without = append(without, "--"+row.name)
		}
	}
	if len(without) == 0 || o == (OIDC{}) {
		return nil
	}
	return []string{"the OpenID provider needs " + strings.Join(without, ", ") + " as well"}
}

func firstOf(name string, sources ...map[string]given) (given, bool) {
	for _, source := range sources {
		if value, ok := source[name]; ok {
			return value, true
		}
	}
	return given{}, false
}

// rows are the settings the command uses.
func (cmd Command) rows() []setting {
	rows := settings()
	if len(cmd.Uses) == 0 {
		return rows
	}
	return slices.DeleteFunc(rows, func(row setting) bool { return !slices.Contains(cmd.Uses, row.name) })
}

// text is a flag that takes its value as it stands; reading comes later.
type text struct {
	name   string
	to     map[string]given
	toggle bool
}

func (t text) String() string   { return "" }
func (t text) IsBoolFlag() bool { return t.toggle }
func (t text) Set(value string) error {
	t.to[t.name] = given{text: value, place: "--" + t.name}
	return nil
}

// parse takes flags and other arguments in any order; after -- nothing is a
// flag.
func (cmd Command) parse(args []string) (flags map[string]given, rest []string, err error) {
	flags = map[string]given{}
	set := flag.NewFlagSet(cmd.Name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	set.Var(text{name: fileSetting, to: flags}, fileSetting, "")
	for _, row := range cmd.rows() {
		set.Var(text{name: row.name, to: flags, toggle: row.value == ""}, row.name, "")
	}
	if cmd.Flags != nil {
		cmd.Flags(set)
	}
	for {
		if err := set.Parse(args); err != nil {
			return flags, nil, err
		}
		left := set.NArg()
		if taken := len(args) - left; left == 0 || taken > 0 && args[taken-1] == "--" {
			return flags, append(rest, set.Args()...), nil
		}
		rest, args = append(rest, set.Arg(0)), set.Args()[1:]
	}
}

// explain rewords the errors of package flag, and drops what may hold a value.
func (cmd Command) explain(err error) string {
	message := err.Error()
	if name, ok := strings.CutPrefix(message, "flag provided but not defined: -"); ok {
		name = "--" + strings.TrimLeft(name, "-")
		all := []string{"--" + fileSetting}
		for _, known := range names(cmd.rows()) {
			all = append(all, "--"+known)
		}
		return "unknown flag" + naming(name) + suggest(name, all)
	}
	if name, ok := strings.CutPrefix(message, "flag needs an argument: -"); ok {
		return "--" + name + ": needs a value"
	}
	if strings.HasPrefix(message, "bad flag syntax") {
		return "an argument starts like a flag but is none"
	}
	return message
}

// naming repeats an argument only when it looks like a name.
func naming(argument string) string {
	if !word.MatchString(strings.TrimLeft(argument, "-")) {
		return ""
	}
	return " " + argument
}

// reason says why a file cannot be read, without repeating its path.
func reason(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return err.Error()
}
