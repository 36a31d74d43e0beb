package main

import (
	"context"
	"flag"
	"fmt"
	"runtime/debug"

	"usher/server/internal/config"
)

// commands lists every subcommand; the first one, without a name, serves.
func commands() []command {
	stored := []string{"data", "database-url"}
	agent, reset := &agentFlags{}, &resetFlags{}
	eval, understand := &evalFlags{}, &classifyFlags{}
	about, key, contract := &subjectFlags{}, &keyFlags{}, &contractFlags{}
	return []command{
		{about: "serve", run: serve},
		{Command: config.Command{Name: "classify", Uses: []string{"policy"}, Flags: understand.register}, about: "read messages from stdin, one a line; write intent, confidence and language", run: understand.run},
		{Command: config.Command{Name: "chat", Uses: []string{"policy"}}, about: "talk to the bot in the terminal", run: chatTerminal},
		{Command: config.Command{Name: "decide", Arguments: "FILE|-", Uses: []string{"policy"}}, about: "decide cases, one JSON a line", run: decide},
		{Command: config.Command{Name: "matcher eval", Uses: []string{"policy"}, Flags: eval.register}, about: "train and score the matcher on label<TAB>text files", run: eval.run},
		{Command: config.Command{Name: "agent add", Uses: stored, Flags: agent.register}, about: "add an agent for the console", run: agent.run},
		{Command: config.Command{Name: "agent reset", Uses: stored, Flags: reset.register}, about: "let an agent in who lost the authenticator app", run: reset.run},
		{Command: config.Command{Name: "key add", Uses: stored, Flags: key.register}, about: "make a key for a partner app and print it, once", run: key.add},
		{Command: config.Command{Name: "key revoke", Arguments: "ID", Uses: stored}, about: "end a partner's key within five seconds", run: revokeKey},
		{Command: config.Command{Name: "key list", Uses: stored}, about: "list the partners' keys", run: listKeys},
		{Command: config.Command{Name: "contract", Uses: []string{"policy"}, Flags: contract.register}, about: "run the published examples of the partner API against a server", run: contract.run},
		{Command: config.Command{Name: "migrate", Uses: stored}, about: "bring the database up to date", run: migrate},
		{Command: config.Command{Name: "erase", Uses: stored, Flags: about.registerUser}, about: "erase all of a user's conversations", run: about.erase},
		{Command: config.Command{Name: "export", Uses: stored, Flags: about.registerConversation}, about: "write one conversation as JSON", run: about.export},
		{Command: config.Command{Name: "health", Uses: []string{"listen"}}, about: "ask a running server whether it is ready", run: health},
		{Command: config.Command{Name: "version", Uses: []string{"policy"}}, about: "print the version", run: version},
		{Command: config.Command{Name: "help", Uses: []string{"policy"}}, about: "print this help", run: func(_ context.Context, w world, _ config.Config, _ []string) error {
			help(w.stdout, commands(), commands()[0])
			return nil
		}},
	}
}

// subjectFlags name whose data a command is about.
type subjectFlags struct{ user, conversation string }

func (f *subjectFlags) registerUser(set *flag.FlagSet) {
	set.StringVar(&f.user, "user", "", "the host app's id of the user")
}

func (f *subjectFlags) registerConversation(set *flag.FlagSet) {
	set.StringVar(&f.conversation, "conversation", "", "the conversation's id")
}

func version(_ context.Context, w world, _ config.Config, _ []string) error {
	text := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		text = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && text == "(devel)" {
				text += " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintln(w.stdout, "usher", text)
	return err
}
